"""Numbers of people in the names of a call leave by no door: lists, exports, documents; by a right with a reason."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import httpx
import pyarrow.parquet as pq
import pytest

from qa_service.core.people import UserRole
from qa_service.web.routes.exports import Form
from tests.web.samples import SOUND
from tests.web.service import Service

#: Of the customer, of the agent who is called by theirs, and the one in the line's place.
NUMBERS = ("15911112222", "15933334444", "15955556666")


@pytest.fixture
def client(either: Service) -> httpx.Client:
    return either.everything()


@pytest.fixture
def call(either: Service, client: httpx.Client, team: str) -> str:
    """A recording whose every name has a number of somebody."""
    customer, agent, line = NUMBERS
    told = {
        "call_id": f"{customer}-{team}",
        "skill_group": customer,
        "line": line,
        "participants": [{"id": "p", "kind": "agent", "agent_id": agent}],
    }
    sent = {"recording": (f"{customer}_20261125.wav", SOUND)}
    made = client.post("/api/v1/calls", files=sent, data={"team": team, "meta": json.dumps(told)})
    assert made.status_code == 202, made.text
    either.work_on(made.json()["job_id"])
    return str(made.json()["call_id"])


def of_team(either: Service, team: str) -> httpx.Client:
    either.user(f"lead.{team}", UserRole.QA_LEAD, teams=(team,))
    return either.client(session=either.session(f"lead.{team}"))


def words(form: str, content: bytes) -> str:
    """All that stands in a file."""
    if form.endswith(("xlsx", "zip")):
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            return "".join(name + book.read(name).decode() for name in book.namelist())
    if form.endswith("parquet"):
        return str(pq.read_table(io.BytesIO(content)).to_pylist())
    return content.decode()


@pytest.mark.parametrize("form", list(Form))
def test_no_export_says_them(either: Service, team: str, call: str, form: Form) -> None:
    answer = of_team(either, team).get(f"/api/v1/exports/{form}")

    text = words(form, answer.content)
    assert answer.status_code == 200
    assert not [number for number in NUMBERS if number in text]
    if form.startswith("calls"):
        assert call in text


def test_lists_and_documents_cover_them(either: Service, team: str, call: str) -> None:
    lead = of_team(either, team)

    (row,) = lead.get("/api/v1/calls").json()["calls"]
    document = lead.get(f"/api/v1/calls/{call}/assessment").text
    figures = lead.get("/api/v1/figures/agents").text

    cover = "●" * 11
    assert (row["file_name"], row["external_id"]) == (f"{cover}_20261125.wav", f"{cover}-{team}")
    assert (row["skill_group"], row["line"], row["agents"]) == (cover, cover, [cover])
    assert not [number for number in NUMBERS if number in document + figures]


def test_they_go_on_being_asked_for(either: Service, team: str, call: str) -> None:
    lead, (customer, agent, line) = of_team(either, team), NUMBERS

    for asked in (
        {"external_id": f"{customer}-{team}"},
        {"skill_group": customer},
        {"agent_id": agent},
        {"line": line},
    ):
        found: list[dict[str, Any]] = lead.get("/api/v1/calls", params=asked).json()["calls"]
        assert [one["id"] for one in found] == [call], asked


def test_who_may_reads_them_with_a_reason(either: Service, team: str, call: str) -> None:
    lead = of_team(either, team)
    either.user(f"reviewer.{team}", UserRole.REVIEWER, teams=(team,))
    reviewer = either.client(session=either.session(f"reviewer.{team}"))
    address, why = f"/api/v1/calls/{call}", {"unmasked_because": "核对录音"}

    row = lead.get(address, params=why).json()
    document = lead.get(f"{address}/assessment", params=why).json()

    assert row["file_name"] == f"{NUMBERS[0]}_20261125.wav"
    assert document["call"]["skill_group"] == NUMBERS[0]
    assert reviewer.get(address, params=why).status_code == 403
    opened = [one for one in either.audit() if one["action"] == "read_unmasked"]
    assert [json.loads(one["detail"])["reason"] for one in opened[-2:]] == ["核对录音"] * 2


def test_batches_cover_them(client: httpx.Client, team: str) -> None:
    good = {"file_name": f"{NUMBERS[0]}.wav", "skill_group": NUMBERS[0]}
    rows = [good, {"file_name": f"{NUMBERS[1]}.wav", "direction": "sideways"}]

    made = client.post(f"/api/v1/batches?team={team}", json={"rows": rows})
    told = client.get(f"/api/v1/batches/{made.json()['id']}")

    assert (made.status_code, made.json()["good"], told.json()["missing"]) == (201, 1, 1), made.text
    assert not [number for number in NUMBERS if number in made.text + told.text]
