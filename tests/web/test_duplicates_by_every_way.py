"""The very same recording is one call of a team by whichever way it comes, and however often."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import sqlalchemy as sa

from qa_service.core.people import Right
from qa_service.stores.fetch_desk import StoreFetchList
from qa_service.stores.tables import batch_rows, calls, fetches, jobs
from tests.web.pieces import begin, piece
from tests.web.service import Service
from tests.web.test_duplicates import count, recording, send

#: Nothing is asked of it: what fetches is played by the test.
URL = "http://93.184.216.34/a.wav"


@dataclass(frozen=True)
class Came:
    """What a way of uploading answered."""

    call_id: str
    job_id: str
    is_duplicate: bool


def by_form(service: Service, client: httpx.Client, content: bytes, **said: str) -> Came:
    told = send(client, content, **said).json()
    return Came(told["call_id"], told["job_id"], told["is_duplicate"])


def in_pieces(service: Service, client: httpx.Client, content: bytes, **said: str) -> Came:
    given = {"filename": "a.wav", "allow_duplicate": "false", **said}
    at = begin(client, len(content), **given).headers["location"]
    assert piece(client, at, 0, content).status_code == 204
    told = client.get(at).json()
    return Came(told["call_id"], told["job_id"], told["is_duplicate"])


def by_address(service: Service, client: httpx.Client, content: bytes, **said: str) -> Came:
    body: dict[str, Any] = {"url": URL, **said}
    body["meta"] = json.loads(said.get("meta") or "{}")
    body["allow_duplicate"] = said.get("allow_duplicate") == "true"
    with service.shelves.engine.begin() as connection:
        connection.execute(fetches.delete())
    at = client.post("/api/v1/calls/from-url", json=body).headers["location"]
    waiting = StoreFetchList(service.shelves, service.parts.intake)
    (taken,) = waiting.take(10, ())
    file = service.folder / f"fetched-{uuid.uuid4().hex}"
    file.write_bytes(content)
    waiting.fetched(taken, file)
    told = client.get(at).json()
    assert told["state"] == "done"
    return Came(told["call_id"], told["job_id"], told["is_duplicate"])


def in_a_batch(service: Service, client: httpx.Client, content: bytes, **said: str) -> Came:
    side = b"file,line\na.wav,400\n"
    params = {"team": said.pop("team", "")}
    said.pop("meta", "")
    headers = {"Content-Type": "text/csv"}
    batch = client.post("/api/v1/batches", content=side, headers=headers, params=params).json()["id"]
    came = by_form(service, client, content, batch=batch, **said)
    told = client.get(f"/api/v1/batches/{batch}").json()
    assert (told["expected"], told["received"], told["missing"]) == (1, 1, 0)
    return came


Way = Callable[..., Came]
WAYS = [
    pytest.param(by_form, id="by form"),
    pytest.param(in_pieces, id="in pieces"),
    pytest.param(by_address, id="by address"),
    pytest.param(in_a_batch, id="in a batch"),
]


@pytest.mark.parametrize("second", WAYS)
@pytest.mark.parametrize("first", WAYS)
def test_the_same_bytes_are_one_call_whichever_way_they_come(
    either: Service, team: str, first: Way, second: Way
) -> None:
    client, content = either.everything(), recording()

    one = first(either, client, content, team=team)
    others = [second(either, client, content, team=team, meta='{"line": "95588"}') for _ in range(2)]

    assert not one.is_duplicate
    assert others == [Came(one.call_id, one.job_id, is_duplicate=True)] * 2
    assert (count(either, calls, calls.c.team, team), count(either, jobs, jobs.c.call_id, one.call_id)) == (
        1,
        1,
    )
    assert client.get(f"/api/v1/calls/{one.call_id}").json()["line"] in ("", "400")
    sealed = list((either.folder / "data" / "sound").rglob(f"{one.call_id}.sealed"))
    assert len(sealed) == 1


@pytest.mark.parametrize("way", WAYS)
def test_whoever_wants_it_so_gets_another_call(either: Service, team: str, way: Way) -> None:
    client, content = either.everything(), recording()

    came = [way(either, client, content, team=team, allow_duplicate="true") for _ in range(2)]

    assert [one.is_duplicate for one in came] == [False, False]
    assert came[0].call_id != came[1].call_id


@pytest.mark.parametrize("way", WAYS)
def test_other_bytes_and_other_teams_are_other_calls(either: Service, team: str, way: Way) -> None:
    client, content = either.everything(), recording()
    first = way(either, client, content, team=team)

    others = [
        way(either, client, content + b"!", team=team),
        way(either, client, content, team=f"{team}-south"),
    ]

    assert [one.is_duplicate for one in others] == [False, False]
    assert len({first.call_id, *(one.call_id for one in others)}) == 3


@pytest.mark.parametrize("way", WAYS)
def test_a_call_that_was_deleted_does_not_stand_in_the_way(either: Service, team: str, way: Way) -> None:
    client, content = either.everything(), recording()
    first = way(either, client, content, team=team)
    client.delete(f"/api/v1/calls/{first.call_id}", params={"because": "传错了"})

    assert not way(either, client, content, team=team).is_duplicate


@pytest.mark.parametrize("way", [in_pieces, by_address])
def test_a_key_of_the_team_is_told_and_a_key_of_another_team_is_not(
    either: Service, team: str, way: Way
) -> None:
    """Whoever finishes it later has no session: what its owner sees is looked up."""
    content = recording()
    first = by_form(either, either.everything(), content, team=team)
    rights = (Right.UPLOAD, Right.SEE_CALLS)
    own = either.client(secret=either.key(*rights, team=team))
    others = either.client(secret=either.key(*rights, team=f"{team}-south"))

    mine, theirs = way(either, own, content), way(either, others, content)

    assert mine == Came(first.call_id, first.job_id, is_duplicate=True)
    assert not theirs.is_duplicate
    assert theirs.call_id != first.call_id


def test_in_pieces_at_the_same_moment_is_one_call(either: Service, team: str) -> None:
    client, content = either.everything(), recording()

    with ThreadPoolExecutor(4) as pool:
        came = list(pool.map(lambda _: in_pieces(either, client, content, team=team), range(4)))

    assert sorted(one.is_duplicate for one in came) == [False, True, True, True]
    assert len({one.call_id for one in came}) == 1


def test_two_rows_with_the_same_recording_are_one_call(either: Service, team: str) -> None:
    client, content = either.everything(), recording()
    side = b"file,line\na.wav,400\nb.wav,401\n"
    made = client.post(
        "/api/v1/batches", content=side, headers={"Content-Type": "text/csv"}, params={"team": team}
    ).json()["id"]

    files = [{"recording": (name, content)} for name in ("a.wav", "b.wav")]
    told = [client.post("/api/v1/calls", files=file, data={"batch": made}).json() for file in files]

    assert [one["is_duplicate"] for one in told] == [False, True]
    assert told[0]["call_id"] == told[1]["call_id"]
    with either.shelves.engine.connect() as connection:
        rows = connection.execute(sa.select(batch_rows.c.call_id).where(batch_rows.c.batch_id == made))
        assert set(rows.scalars()) == {told[0]["call_id"]}


def test_a_row_that_has_another_recording_takes_no_known_one(either: Service, team: str) -> None:
    client, content, other = either.everything(), recording(), recording()
    send(client, other, team=team)
    side = b"file,line\na.wav,400\n"
    made = client.post(
        "/api/v1/batches", content=side, headers={"Content-Type": "text/csv"}, params={"team": team}
    ).json()["id"]
    first = send(client, content, batch=made)

    second = send(client, other, batch=made)
    after_days = send(client, content, uuid.uuid4().hex, batch=made)

    assert first.status_code == 202
    assert (second.status_code, second.json()["error"]) == (409, "row_taken")
    assert (after_days.status_code, after_days.json()["call_id"]) == (200, first.json()["call_id"])


@pytest.mark.parametrize("said", ["yes", "1", "True", "../x"])
def test_pieces_say_yes_or_no(service: Service, said: str) -> None:
    answer = begin(service.everything(), allow_duplicate=said)

    assert (answer.status_code, answer.json()["error"]) == (422, "request_invalid")
    assert not list(Path(service.parts.scratch).glob("upload*"))
