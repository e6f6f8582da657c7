"""What the audit log says of an export: its form, its filters, which calls; and what the reader is told of one cut."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from typing import Any

import httpx
import pytest

from qa_service.core.people import Right
from qa_service.stores import exporting
from tests.web.samples import transcript
from tests.web.service import Service


def call(service: Service, team: str, agent: str = "") -> str:
    client = service.everything()
    sent = client.post(f"/api/v1/calls/transcripts?team={team}", json=transcript(agent))
    return str(sent.json()["call_id"])


def export(service: Service, form: str = "calls.csv", **asked: Any) -> httpx.Response:
    answer = service.everything().get(f"/api/v1/exports/{form}", params=asked)
    assert answer.status_code == 200, answer.text
    return answer


def written(service: Service) -> dict[str, Any]:
    entry = [one for one in service.audit() if one["action"] == "export"][-1]
    assert entry["object"] == "calls"
    found: dict[str, Any] = json.loads(str(entry["detail"]))
    return found


def test_form_filter_count_and_calls_are_written_down(either: Service, team: str) -> None:
    made = [call(either, team), call(either, team)]
    call(either, f"{team}-south")

    export(either, "findings.csv", team=team)

    assert written(either) == {
        "form": "findings.csv",
        "filter": {"team": team},
        "most": 10_000,
        "calls": 2,
        "is_cut": False,
        "ids": made[::-1],
    }


@pytest.mark.parametrize(
    ("asked", "kept"),
    [
        pytest.param({}, {}, id="all of them"),
        pytest.param({"text": "王芳"}, {"text": True}, id="words are not repeated"),
        pytest.param({"external_id": "13800138000"}, {"external_id": "●" * 11}, id="no customer's number"),
        pytest.param({"agent_id": "8001-13800138000"}, {"agent_id": "8001-" + "●" * 11}, id="nor in an id"),
        pytest.param({"line": "0755-81234567"}, {"line": "0755-81234567"}, id="a line is the centre's own"),
        pytest.param({"state": ["judged", "failed"]}, {"states": ["judged", "failed"]}, id="states"),
        pytest.param(
            {"since": "2026-11-25T08:00:00+08:00", "until": "2999-01-01T00:00:00Z"},
            {"since": "2026-11-25T00:00:00+00:00", "until": "2999-01-01T00:00:00+00:00"},
            id="from when to when",
        ),
        pytest.param(
            {"below": 60, "needs_human": True, "passed": False, "direction": "inbound"},
            {"below": 60.0, "needs_human": True, "passed": False, "direction": "inbound"},
            id="how it went",
        ),
        pytest.param(
            {"source": "api", "rulebook": "service-zh", "skill_group": "理财"},
            {"source": "api", "rulebook": "service-zh", "skill_group": "理财"},
            id="names of things",
        ),
    ],
)
def test_every_filter_is_written_down_and_nothing_personal(
    service: Service, asked: dict[str, Any], kept: dict[str, Any]
) -> None:
    export(service, most=1, **asked)

    assert written(service)["filter"] == kept


def test_of_many_calls_the_ends_and_a_digest_are_written_down(
    either: Service, team: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "NAMED", 2)
    made = [call(either, team) for _ in range(3)][::-1]

    answer = export(either, team=team)

    ids = [row["通话编号"] for row in csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")))]
    assert ids == made
    kept = written(either)
    assert (kept["calls"], kept["first"], kept["last"]) == (3, made[0], made[2])
    assert kept["ids_sha256"] == hashlib.sha256("\n".join(ids).encode()).hexdigest()
    assert "ids" not in kept


@pytest.mark.parametrize(
    ("most", "is_cut", "name"),
    [
        pytest.param(2, True, "calls-newest-2.csv", id="fewer than there are"),
        pytest.param(3, False, "calls.csv", id="as many as there are"),
        pytest.param(4, False, "calls.csv", id="more than there are"),
    ],
)
def test_an_export_that_was_cut_says_so(
    either: Service, team: str, most: int, is_cut: bool, name: str
) -> None:
    made = [call(either, team) for _ in range(3)][::-1][:most]

    answer = export(either, team=team, most=most)

    assert answer.headers["calls-exported"] == str(len(made))
    assert answer.headers["export-cut"] == str(is_cut).lower()
    assert f'filename="{name}"' in answer.headers["content-disposition"]
    kept = written(either)
    assert (kept["is_cut"], kept["calls"], kept["ids"]) == (is_cut, len(made), made)


def test_more_than_one_look_finds_each_call_once(
    either: Service, team: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "_AT_ONCE", 2)
    made = [call(either, team) for _ in range(5)][::-1]

    for most, is_cut in ((4, True), (5, False), (6, False)):
        export(either, team=team, most=most)
        kept = written(either)
        assert (kept["ids"], kept["is_cut"]) == (made[:most], is_cut)


def test_who_may_not_export_leaves_no_entry(service: Service, team: str) -> None:
    before = len(service.audit())
    client = service.client(secret=service.key(Right.SEE_CALLS, team=team))

    assert client.get("/api/v1/exports/calls.csv").status_code == 403
    assert [one for one in service.audit()[before:] if one["action"] == "export"] == []
