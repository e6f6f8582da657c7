"""Reasons and notes are masked before anything is kept: in every field of every route, and in what is told of them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, get_args

import httpx
import pytest
from fastapi.routing import APIRoute
from pydantic import BaseModel, TypeAdapter

from qa_service.core.people import UserRole
from qa_service.stores.tables import holds
from qa_service.web.app import ROUTERS
from qa_service.web.schemas.audit import AuditRow
from tests.web.samples import transcript
from tests.web.service import Service

#: What fields are called in which people write why.
_REASON = re.compile(r"because|reason|note|remark|comment")
REASON = "客户13612345678要求，身份证11010519491231002X"
SHOWN = f"客户{'●' * 11}要求，身份证{'●' * 18}"


def _routes() -> Iterator[tuple[str, APIRoute]]:
    for router, prefix in ROUTERS:
        for route in router.routes:
            if isinstance(route, APIRoute):
                yield f"{'/'.join(sorted(route.methods or ()))} {prefix}{route.path}", route


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    """The classes that a body is made of, those inside others too."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
        for field in annotation.model_fields.values():
            yield from _models(field.annotation)
    for inner in get_args(annotation):
        yield from _models(inner)


def _written() -> Iterator[Any]:
    """Every field that takes a reason, as something that reads what was sent in it."""
    for place, route in _routes():
        dependant = route.dependant
        for param in (*dependant.query_params, *dependant.header_params):
            if _REASON.search(param.name):
                kind = param.field_info
                yield pytest.param(TypeAdapter(kind.rebuild_annotation()), id=f"{place} {param.name}")
        for param in dependant.body_params:
            for model in _models(param.field_info.annotation):
                for name, field in model.model_fields.items():
                    if _REASON.search(name):
                        yield pytest.param(
                            TypeAdapter(field.rebuild_annotation()), id=f"{place} {model.__name__}.{name}"
                        )


FIELDS = list(_written())


@pytest.mark.parametrize("field", FIELDS)
def test_every_reason_of_every_route_is_masked_as_it_is_read(field: TypeAdapter[str]) -> None:
    assert field.validate_python(REASON) == SHOWN


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize(
    "reason",
    [
        "客户投诉处理中",
        "订单20261125001的退款",
        "热线95588的质检方案第2版",
        "换成2026-11-26那一版，阈值从320改到300",
        "工单号20261125000123，见附件",
        "call 01a2154c-0c94-776d-a6d6-65a54a2a5aea",
    ],
)
def test_a_reason_with_nothing_personal_is_kept_as_it_was_written(
    field: TypeAdapter[str], reason: str
) -> None:
    assert field.validate_python(reason) == reason


def test_all_places_where_people_write_why_are_walked() -> None:
    """Those known today, so that the walk is not empty because fields were renamed."""
    ids = " ".join(str(param.id) for param in FIELDS)

    for known in ("unmasked_because", "DELETE /api/v1/calls/{call_id} because", "/holds HoldToPlace.because"):
        assert known in ids
    for known in ("VerdictSaid.reason", "AlertNote.note", "Approved.note", "Retired.note", "Reason.because"):
        assert known in ids


@pytest.fixture
def call(either: Service, team: str) -> str:
    words = transcript("", ("您好，请讲。", "我想退款。"))
    made = either.everything().post(f"/api/v1/calls/transcripts?team={team}", json=words).json()
    either.work_on(made["job_id"])
    return str(made["call_id"])


def _lead(either: Service, team: str) -> httpx.Client:
    either.user(f"lead.{team}", UserRole.QA_LEAD)
    return either.client(session=either.session(f"lead.{team}"))


def test_neither_holds_nor_the_log_say_the_number(either: Service, team: str, call: str) -> None:
    client, lead = either.everything(), _lead(either, team)

    lead.get(f"/api/v1/calls/{call}/assessment", params={"unmasked_because": REASON})
    lead.get(f"/api/v1/calls/{call}", params={"unmasked_because": REASON})
    held = client.post("/api/v1/holds", json={"because": REASON, "call_ids": [call]}).json()
    client.post(f"/api/v1/holds/{held['id']}/lift", json={"because": REASON})
    assert client.delete(f"/api/v1/calls/{call}", params={"because": REASON}).status_code < 300

    told = client.get("/api/v1/holds").text + json.dumps(either.audit(), default=str, ensure_ascii=False)
    assert "13612345678" not in told
    assert "110105194912310" not in told
    assert told.count(SHOWN) >= 7


def test_what_was_kept_before_is_masked_where_it_is_told(either: Service, call: str) -> None:
    client = either.everything()
    held = client.post("/api/v1/holds", json={"because": "投诉处理中", "call_ids": [call]}).json()
    with either.shelves.engine.begin() as connection:
        connection.execute(holds.update().where(holds.c.id == held["id"]).values(because=REASON))

    (row,) = [row for row in client.get("/api/v1/holds").json()["holds"] if row["id"] == held["id"]]

    assert row["because"] == SHOWN


@pytest.mark.parametrize(
    ("detail", "shown"),
    [
        pytest.param({"reason": REASON}, {"reason": SHOWN}, id="a reason"),
        pytest.param({"note": REASON, "digest": "ab"}, {"note": SHOWN, "digest": "ab"}, id="a note"),
        pytest.param({"cause": REASON, "calls": ["c"]}, {"cause": SHOWN, "calls": ["c"]}, id="a cause"),
        pytest.param({"cause": "retention"}, {"cause": "retention"}, id="a cause of the machine"),
        pytest.param({"reason": "投诉"}, {"reason": "投诉"}, id="nothing personal"),
        pytest.param({"bytes": 13912345678}, {"bytes": 13912345678}, id="a count"),
        pytest.param({}, {}, id="nothing"),
    ],
)
def test_old_entries_of_the_log_are_told_masked(detail: dict[str, Any], shown: dict[str, Any]) -> None:
    row = AuditRow.model_validate(
        {
            "seq": 1, "at": "2026-11-26T08:00:00+08:00", "who": "a", "action": "b", "object": "c",
            "detail": json.dumps(detail, ensure_ascii=False, sort_keys=True), "request_id": "", "digest": "",
        }
    )  # fmt: skip

    assert json.loads(row.detail) == shown
