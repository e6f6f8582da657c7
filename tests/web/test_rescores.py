"""The API of re-scoring: begun by one lead, approved by another, followed by both."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from qa_service.core.people import UserRole
from qa_service.core.rescores import Step
from tests.databases import new_file
from tests.stores.rerun import DULL, PROMISED, Archive, archive, is_step
from tests.web.rules import APPROVER, AUTHOR

BOOK = """schema: qa-service/rulebook@1
name: greets-zh
version: 1
title: 只看问候
scorecard:
  pass: 80
  sections: [{id: s, title: 服务, criteria: [{id: greeting, title: 问候, max_points: 10}]}]
rules:
  - id: says-hello
    title: 说了您好
    stage: score
    severity: minor
    criterion: greeting
    when: {phrases: {any: [您好], unless: []}, role: agent}
"""


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Archive]:
    with archive(new_file(tmp_path), tmp_path, (PROMISED, DULL, PROMISED)) as held:
        desk = held.service.parts.rulebooks
        draft = desk.write(AUTHOR, "greets-zh", BOOK)
        desk.publish(APPROVER, "greets-zh", draft.digest, "试")
        yield held


def lead(made: Archive, name: str) -> httpx.Client:
    user = made.service.user(name, UserRole.QA_LEAD)
    return made.service.client(session=made.service.session(user.name))


@pytest.fixture
def beginner(made: Archive) -> httpx.Client:
    return lead(made, "beginner")


@pytest.fixture
def approver(made: Archive) -> httpx.Client:
    return lead(made, "approver")


def begin(made: Archive, client: httpx.Client, **more: Any) -> dict[str, Any]:
    made.service.clock.forward(seconds=1)  # what is begun later stands above
    answer = client.post("/api/v1/rescores", json={"rulebook": "greets-zh", **more})
    assert answer.status_code == 202, answer.text
    row: dict[str, Any] = answer.json()
    return row


def test_from_the_first_look_to_the_new_scores(
    made: Archive, beginner: httpx.Client, approver: httpx.Client
) -> None:
    row = begin(made, beginner, calls_a_day=300, supervisor_hours=4)
    address = f"/api/v1/rescores/{row['id']}"
    assert (row["state"], row["total"], row["share"], row["eta_s"]) == ("choosing", None, None, None)
    assert beginner.get(f"{address}/diff").json()["error"] == "rescore_state"
    assert beginner.get(f"/rescores/{row['id']}").status_code == 303

    made.work()

    row = beginner.get(address).json()
    assert (row["state"], row["total"], row["done"], row["share"]) == ("compared", 3, 3, 1.0)
    assert row["fates"] == {"proposed": 3}
    diff = beginner.get(f"{address}/diff").json()
    assert (diff["schema"], diff["calls"], diff["changed"], diff["run"]) == (
        "qa-service/rescore@1",
        3,
        3,
        row["id"],
    )
    assert diff["a_day"]["findings"] == 300
    calls = beginner.get(f"{address}/calls").json()["calls"]
    assert {one["fate"] for one in calls} == {"proposed"}
    assert [one["rule"] for one in calls[0]["appeared"]] == ["greets-zh/says-hello"]
    page = beginner.get(f"/rescores/{row['id']}")
    assert page.status_code == 200
    assert "重判 greets-zh@1" in page.text
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]

    own = beginner.post(f"{address}/approve", json={"note": "自己批"})
    assert (own.status_code, own.json()["error"]) == (403, "own_rescore")
    assert approver.post(f"{address}/approve", json={"note": "抽听过了"}).status_code == 202
    made.work()

    row = approver.get(address).json()
    assert (row["state"], row["fates"], row["note"]) == ("applied", {"applied": 3}, "抽听过了")
    assert set(row["names"].values()) == {"beginner", "approver"}
    # None of the calls was judged by this rulebook: the new evaluation takes the place of the listed one.
    listed = approver.get("/api/v1/calls").json()["calls"]
    assert {call["score"] for call in listed} == {0.0}
    assert approver.post(f"{address}/discard", json={"note": "太晚了"}).status_code == 409
    trail = [entry["action"] for entry in made.service.audit()]
    assert {"rescore_begin", "rescore_compare", "rescore_approve", "rescore", "rescore_applied"} <= set(trail)


def test_a_draft_is_tried_on_stored_calls_and_never_counts(
    made: Archive, beginner: httpx.Client, approver: httpx.Client
) -> None:
    changed = BOOK.replace("version: 1", "version: 2").replace("您好", "保本")
    made.service.parts.rulebooks.write(AUTHOR, "greets-zh", changed)
    row = begin(made, beginner, is_draft=True)
    address = f"/api/v1/rescores/{row['id']}"
    made.work()

    assert beginner.get(f"{address}/diff").json()["calls"] == 3
    refused = approver.post(f"{address}/approve", json={"note": "可以了"})
    assert (refused.status_code, refused.json()["error"]) == (409, "rescore_by_draft")
    versions = beginner.get("/api/v1/rulebooks/greets-zh").json()["versions"]
    assert [one["version"] for one in versions] == [1]

    draft = made.service.parts.rulebooks.draft(AUTHOR, "greets-zh")
    assert draft is not None
    made.service.parts.rulebooks.publish(APPROVER, "greets-zh", draft.digest, "发布")
    assert approver.post(f"{address}/approve", json={"note": "可以了"}).status_code == 202
    made.work()
    assert approver.get(address).json()["state"] == "applied"


def test_paused_resumed_cancelled(made: Archive, beginner: httpx.Client) -> None:
    row = begin(made, beginner)
    address = f"/api/v1/rescores/{row['id']}"
    made.work(until=is_step(Step.COMPARE, 1))

    assert beginner.post(f"{address}/pause").json()["is_paused"] is True
    assert made.turns().take() is None
    assert beginner.post(f"{address}/resume").json()["is_paused"] is False
    assert beginner.post(f"{address}/cancel").json()["state"] == "cancelled"
    assert beginner.post(f"{address}/resume").status_code == 409
    assert beginner.post(f"{address}/explode").status_code == 404
    assert beginner.get("/api/v1/rescores").json()["rescores"][0]["id"] == row["id"]


CANNOT = (
    ({"rulebook": "nobody-knows"}, 404),
    ({"rulebook": "../../etc/passwd"}, 422),
    ({"rulebook": "greets-zh", "calls": 0}, 422),
    ({"rulebook": "greets-zh", "since": "2026-10-01"}, 422),
    ({"rulebook": "greets-zh", "most_reviewed": 5}, 422),
    ({"rulebook": "greets-zh", "what": 1}, 422),
    ({"rulebook": "nobody-wrote", "is_draft": True}, 404),
)


def test_what_cannot_be_begun(beginner: httpx.Client) -> None:
    for given, status in CANNOT:
        answer = beginner.post("/api/v1/rescores", json=given)

        assert answer.status_code == status, (given, answer.text)


def test_nothing_that_was_said_is_in_a_run(made: Archive, beginner: httpx.Client) -> None:
    row = begin(made, beginner)
    made.work()
    told = "".join(
        beginner.get(f"{path}").text
        for path in (
            f"/api/v1/rescores/{row['id']}/diff",
            f"/api/v1/rescores/{row['id']}/calls?changed=false",
            f"/rescores/{row['id']}",
        )
    )

    assert "没有任何风险" not in told
