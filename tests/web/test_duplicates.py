"""The very same recording, uploaded again: one call of the team, judged once; nobody learns of calls of others."""

from __future__ import annotations

import json
import random
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
import sqlalchemy as sa

from qa_service.core.people import Right
from qa_service.core.staff import Team
from qa_service.stores.tables import calls, jobs
from tests.web.samples import envelope
from tests.web.service import MACHINE, Service


def recording() -> bytes:
    """That nobody has sent before."""
    return b"RIFF" + random.randbytes(2_000)


def send(client: httpx.Client, content: bytes, key: str = "", **data: Any) -> httpx.Response:
    headers = {"Idempotency-Key": key} if key else {}
    return client.post("/api/v1/calls", files={"recording": ("a.wav", content)}, data=data, headers=headers)


def count(service: Service, table: sa.Table, column: sa.Column[Any], value: object) -> int:
    with service.shelves.engine.connect() as connection:
        query = sa.select(sa.func.count()).select_from(table).where(column == value)
        return int(connection.execute(query).scalar_one())


def test_the_same_bytes_three_times_are_one_call(either: Service, team: str) -> None:
    client, content = either.everything(), recording()

    first, *again = [send(client, content, team=team, meta=meta) for meta in ("", "", '{"line": "400"}')]

    call, job = first.json()["call_id"], first.json()["job_id"]
    assert first.status_code == 202
    assert (first.json()["is_duplicate"], first.json()["duplicate_of"]) == (False, None)
    for answer in again:
        told = answer.json()
        assert (answer.status_code, told["is_duplicate"], told["is_known"]) == (200, True, False)
        assert (told["call_id"], told["duplicate_of"], told["job_id"]) == (call, call, job)
        assert answer.headers["location"] == f"/api/v1/jobs/{job}"
    assert (count(either, calls, calls.c.team, team), count(either, jobs, jobs.c.call_id, call)) == (1, 1)
    told = [entry for entry in either.audit() if entry["object"] == f"call:{call}"]
    assert [json.loads(entry["detail"]).get("duplicate", False) for entry in told] == [False, True, True]


def test_who_sends_at_the_same_moment_gets_one_call(either: Service, team: str) -> None:
    client, content = either.everything(), recording()
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: send(client, content, team=team), range(8)))

    assert sorted(answer.status_code for answer in answers) == [200] * 7 + [202]
    assert len({answer.json()["call_id"] for answer in answers}) == 1
    assert count(either, calls, calls.c.team, team) == 1
    assert len(list((either.folder / "data" / "sound").rglob(f"{answers[0].json()['call_id']}.sealed"))) == 1


def test_after_judging_the_same_call_is_named_and_not_judged_again(service: Service, team: str) -> None:
    client, content = service.everything(), recording()
    first = send(client, content, team=team).json()
    service.work_on(first["job_id"])

    again = send(client, content, team=team).json()

    assert (again["call_id"], again["job_id"]) == (first["call_id"], first["job_id"])
    assert count(service, jobs, jobs.c.call_id, first["call_id"]) == 1


@pytest.mark.parametrize(
    ("others", "own"),
    [
        pytest.param("south", "north", id="a team that one does not see"),
        pytest.param("", "north", id="a call of no team"),
    ],
)
def test_calls_of_others_are_not_told_of(either: Service, others: str, own: str) -> None:
    names = {name: f"{name}-{uuid.uuid4().hex[:8]}" if name else "" for name in (others, own)}
    either.parts.staff.keep_teams(MACHINE, [Team(name) for name in names.values() if name])
    content = recording()
    theirs = send(either.everything(), content, team=names[others]).json()
    mine = either.client(secret=either.key(Right.UPLOAD, team=names[own]))

    answer = send(mine, content)

    told = answer.json()
    assert (answer.status_code, told["is_duplicate"], told["duplicate_of"]) == (202, False, None)
    assert told["call_id"] != theirs["call_id"]
    assert send(mine, content).json()["duplicate_of"] == told["call_id"]


def test_another_team_gets_a_call_of_its_own_also_from_who_sees_both(either: Service, team: str) -> None:
    client, content = either.everything(), recording()
    first = send(client, content, team=team).json()["call_id"]

    second = send(client, content, team=f"{team}-south")

    assert second.status_code == 202
    assert second.json()["call_id"] != first


@pytest.mark.parametrize(
    "differs",
    [
        pytest.param({"content": b"RIFF\xffanother"}, id="other bytes"),
        pytest.param({"allow_duplicate": "true"}, id="whoever wants it so"),
    ],
)
def test_what_is_another_call(either: Service, team: str, differs: dict[str, Any]) -> None:
    client, content = either.everything(), recording()
    first = send(client, content, team=team).json()["call_id"]

    second = send(client, **{"content": content, "team": team, **differs})

    assert (second.status_code, second.json()["is_duplicate"]) == (202, False)
    assert second.json()["call_id"] != first


def test_a_call_that_was_deleted_does_not_stand_in_the_way(either: Service, team: str) -> None:
    client, content = either.everything(), recording()
    first = send(client, content, team=team).json()["call_id"]
    client.delete(f"/api/v1/calls/{first}", params={"because": "传错了"})

    assert send(client, content, team=team).status_code == 202


def test_a_key_stays_what_it_is(either: Service, team: str) -> None:
    client, content, key = either.everything(), recording(), uuid.uuid4().hex
    first = send(client, content, key, team=team)
    repeated = send(client, content, key, team=team)
    new_key = send(client, content, f"{key}-2", team=team)
    again = send(client, content, f"{key}-2", team=team)
    reused = send(client, recording(), f"{key}-2", team=team)

    told = [answer.json() for answer in (first, repeated, new_key, again)]
    assert [answer.status_code for answer in (first, repeated, new_key, again)] == [202, 202, 200, 202]
    assert [one["is_known"] for one in told] == [False, True, False, True]
    assert [one["is_duplicate"] for one in told] == [False, False, True, False]
    assert len({one["call_id"] for one in told}) == 1
    assert (reused.status_code, reused.json()["error"]) == (422, "key_reused")


def test_the_team_of_the_agent_counts_where_none_is_named(service: Service, team: str) -> None:
    """An agent who is in no team of the service: the call is nobody's, and the same one again."""
    client, content, meta = service.everything(), recording(), json.dumps(envelope(f"agent-{team}"))

    assert [send(client, content, meta=meta).status_code for _ in range(2)] == [202, 200]
