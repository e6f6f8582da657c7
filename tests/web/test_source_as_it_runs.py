"""A source from its first test to the reconciliation of the day, on an installation of its own."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import sqlalchemy as sa

from qa_service import bootstrap
from qa_service.stores import takeover
from qa_service.stores.engine import reading
from qa_service.stores.tables import jobs
from tests.databases import new_file
from tests.web.service import Service, set_up, wait_until
from tests.web.test_playing import recording

SOUND = recording()
QUERY = (
    "SELECT id AS call_id, at AS started_at, agent AS agent_id, at AS changed_at FROM cdr WHERE at >= :since"
)


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Service]:
    with set_up(tmp_path, new_file(tmp_path), stays=True) as made:
        yield made


def put(inbox: Path, name: str, at: float) -> None:
    inbox.mkdir(exist_ok=True)
    (inbox / name).write_bytes(SOUND)
    os.utime(inbox / name, (at, at))


def other_system(file: Path, day: str) -> str:
    """Its database, with two calls of which one was recorded."""
    engine = sa.create_engine(f"sqlite:///{file}")
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE cdr (id, at, agent)"))
        for call_id in ("c1", "c2"):
            row = {"id": call_id, "at": f"{day} 12:00:00", "agent": "3056"}
            connection.execute(sa.text("INSERT INTO cdr VALUES (:id, :at, :agent)"), row)
    engine.dispose()
    return f"sqlite:///{file}"


@dataclass(frozen=True)
class Kept:
    """What lay in the sources, and the call that came of it."""

    service: Service
    client: httpx.Client
    inbox: Path
    day: str
    shown: list[list[dict[str, Any]]]
    call: dict[str, Any]


@pytest.fixture
def kept(own: Service) -> Kept:
    """A folder and call records, tried, switched on, and collected from; recordings stay where they lie."""
    client, inbox = own.everything(), bootstrap.source_folders()[0]
    day = own.clock().date().isoformat()
    put(inbox, "c1.wav", own.clock().timestamp() - 100)
    url = other_system(inbox / "cdr.db", day)

    def add(**given: Any) -> str:
        answer = client.post("/api/v1/sources", json={**given, "begin_at": "2020-01-01T00:00:00Z"})
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    cdr = add(name="话单", kind="cdr", place={"query": QUERY}, secrets={"database_url": url})
    handling = {
        "pattern": "{call_id}.wav",
        "endings": [".wav"],
        "keep": "reference",
        "join": "call_id",
        "cdr": "话单",
    }
    sound = add(
        name="录音",
        kind="folder",
        place={"folder": str(inbox)},
        handling={**handling, "quiet_s": 1, "every_s": 1},
    )
    shown = [client.post(f"/api/v1/sources/{source}/test").json()["items"] for source in (cdr, sound)]
    for source in (cdr, sound):
        assert client.post(f"/api/v1/sources/{source}/enable").status_code == 204
    _collect(own, lambda: client.get("/api/v1/calls").json()["calls"])

    (call,) = client.get("/api/v1/calls").json()["calls"]
    return Kept(own, client, inbox, day, shown, call)


def test_from_the_first_look_to_the_end_of_the_day(kept: Kept) -> None:
    call, client, day = kept.call, kept.client, kept.day

    assert [len(items) for items in kept.shown] == [2, 1]
    assert kept.shown[1][0]["read"] == {"call_id": "c1"}
    assert (call["external_id"], call["agents"], call["source"]) == ("c1", ["3056"], "录音")
    heard = client.get(f"/api/v1/calls/{call['id']}/audio", headers={"Range": "bytes=4-9"})
    assert heard.content == SOUND[4:10]
    answer = client.get("/api/v1/reconciliation", params={"day": day}).json()
    assert (answer["counts"][0]["expected"], answer["counts"][0]["received"]) == (2, 1)
    assert [(row["call_id"], row["state"]) for row in answer["attention"]] == [("c2", "missing")]
    table = client.get("/api/v1/reconciliation", params={"day": day, "form": "csv"})
    assert table.headers["content-type"] == "text/csv; charset=utf-8"
    assert "c2" in table.text


def test_a_referenced_recording_is_played_drawn_and_reported(kept: Kept) -> None:
    address = f"/api/v1/calls/{kept.call['id']}"
    kept.service.work_on(_job_of(kept.service, kept.call["id"]))

    answers = [
        kept.client.get(f"{address}/{path}")
        for path in ("audio", "audio?as=opus", "audio?as=wav", "peaks", "report.html?sound=true")
    ]

    assert [answer.status_code for answer in answers] == [200] * 5
    assert [answer.content[:4] for answer in answers[:3]] == [SOUND[:4], b"OggS", b"RIFF"]
    assert answers[3].json()["duration_ms"] == 2_000
    assert "data:audio/ogg" in answers[4].text


def test_after_its_deletion_nothing_of_a_referenced_recording_is_heard(kept: Kept) -> None:
    address = f"/api/v1/calls/{kept.call['id']}"
    kept.client.get(f"{address}/audio?as=opus").raise_for_status()

    gone = kept.client.delete(address, params={"because": "客户要求"})

    assert gone.is_success
    assert [kept.client.get(f"{address}/audio{form}").status_code for form in ("", "?as=opus")] == [404, 404]
    assert list((kept.service.folder / "data" / "sound").rglob("*.sealed")) == []
    assert (kept.inbox / "c1.wav").read_bytes() == SOUND


def test_a_referenced_recording_that_changed_fails_with_a_reason(kept: Kept) -> None:
    (kept.inbox / "c1.wav").write_bytes(SOUND[::-1])

    kept.service.work_on(_job_of(kept.service, kept.call["id"]))

    address = f"/api/v1/calls/{kept.call['id']}"
    assert kept.client.get(f"{address}/audio").status_code == 410
    changed = kept.client.get(address).json()
    assert (changed["state"], changed["reason"]) == ("failed", "sound_changed")


def _collect(own: Service, there: Any) -> None:
    """The worker's own thread, which stops when it is asked to."""
    stopping = threading.Event()
    with own.shelves.engine.begin() as connection:
        takeover.beat(connection, "a-worker", now=own.clock())
    rounds = bootstrap.rounds("a-worker")
    thread = threading.Thread(target=rounds.run, args=(stopping,))
    thread.start()

    def come() -> bool:
        own.clock.forward(seconds=2)
        return bool(there())

    try:
        wait_until(come)
    finally:
        stopping.set()
        thread.join(10)
    assert not thread.is_alive()


def _job_of(own: Service, call_id: str) -> str:
    with reading(own.shelves.engine) as connection:
        return str(connection.execute(sa.select(jobs.c.id).where(jobs.c.call_id == call_id)).scalar_one())
