"""A card's security code is in nothing that the service keeps; everything else that was said still is."""

from __future__ import annotations

import json

import httpx
import pytest
import sqlalchemy as sa

from qa_service.core.people import Right, UserRole
from qa_service.stores.tables import measured
from qa_service.usecases.measured_file import unpack
from tests.web.samples import transcript
from tests.web.service import MACHINE, Service

CARD = "4111111111111111"
SAID = (
    "请您报一下卡号、有效期和背面的三位数字。",
    f"卡号{CARD}有效期12/28三位码739",
    "是739对吗？",
    "对，退款是7390块。",
)
#: What stays: the place of each code, and an amount that only looks like it.
KEPT = (SAID[0], f"卡号{CARD}有效期12/28三位码●●●", "是●●●对吗？", SAID[3])


@pytest.fixture
def call(either: Service, team: str) -> str:
    words = transcript("", SAID)
    made = either.everything().post(f"/api/v1/calls/transcripts?team={team}", json=words).json()
    either.work_on(made["job_id"])
    return str(made["call_id"])


def _lead(either: Service, team: str) -> httpx.Client:
    either.user(f"lead.{team}", UserRole.QA_LEAD)
    return either.client(session=either.session(f"lead.{team}"))


def test_those_who_may_read_all_read_no_code(either: Service, team: str, call: str) -> None:
    told = _lead(either, team).get(f"/api/v1/calls/{call}/assessment", params={"unmasked_because": "投诉"})

    assert tuple(said["text"] for said in told.json()["utterances"]) == KEPT
    assert "739" not in told.text.replace("7390", "")


def test_what_was_measured_and_the_file_that_came_hold_none(either: Service, call: str) -> None:
    with either.shelves.engine.begin() as connection:
        query = sa.select(measured.c.content).where(measured.c.call_id == call)
        content = connection.execute(query).scalar_one()
    stored = either.parts.archive.call(MACHINE, call)
    assert stored is not None

    kept = unpack(content, source=call).utterances
    written = json.loads(b"".join(either.shelves.read(stored)))

    assert tuple(said.text for said in kept) == KEPT
    assert tuple(said["text"] for said in written["utterances"]) == KEPT


def test_search_finds_none(either: Service, call: str) -> None:
    client = either.client(secret=either.key(*Right))

    assert client.get("/api/v1/calls", params={"text": "739"}).json()["calls"] == []
    found = client.get("/api/v1/calls", params={"text": "三位码"}).json()["calls"]
    assert call in {row["id"] for row in found}
