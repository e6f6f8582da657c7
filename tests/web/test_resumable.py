"""Uploads in pieces: any line may break, any process go; what was kept counts, once."""

from __future__ import annotations

import hashlib
import io
import json
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace

import httpx
import pytest
import sqlalchemy as sa

from qa_service.core.people import Asked, Right
from qa_service.ports.serving import Intake, Receipt, Upload
from qa_service.stores.finishing import Finishing
from qa_service.stores.tables import calls, upload_pieces, uploads
from qa_service.stores.upload_desk import StoreUploads
from qa_service.web import spool
from qa_service.web.app import make_app
from tests.web.pieces import (
    SOUND,
    UPLOADS,
    begin,
    desk,
    how_many,
    lying_in_store,
    piece,
)
from tests.web.service import MACHINE, Service, answering, wait_until
from tests.web.wire import send


def test_pieces_become_a_call_with_all_that_came_before(either: Service) -> None:
    client = either.everything()
    digest = hashlib.sha256(SOUND).hexdigest()
    meta = json.dumps({"line": "400", "customer_number": "13912345678"})

    begun = begin(client, filename="录音.wav", meta=meta, agent_channel="1", sha256=digest)
    at = begun.headers["location"]
    first = piece(client, at, 0, SOUND[:70_000])
    last = piece(client, at, 70_000, SOUND[70_000:])

    assert (begun.status_code, first.status_code, last.status_code) == (201, 204, 204)
    assert (begun.headers["upload-offset"], first.headers["upload-offset"]) == ("0", "70000")
    told = client.get(at).json()
    assert (told["state"], told["call_id"]) == ("done", last.headers["call-id"])
    assert last.headers["location"] == f"/api/v1/jobs/{told['job_id']}"
    call = client.get(f"/api/v1/calls/{told['call_id']}").json()
    assert (call["file_name"], call["line"], call["state"]) == ("录音.wav", "400", "waiting")
    assert client.get(f"/api/v1/calls/{told['call_id']}/audio").content == SOUND
    assert (lying_in_store(either), either.lying_open(), how_many(either, upload_pieces)) == ([], [], 0)


def test_nothing_of_a_piece_lies_open_and_no_number_is_kept(service: Service) -> None:
    client = service.everything()
    at = begin(client, 1_000, meta='{"customer_number": "13912345678"}').headers["location"]

    piece(client, at, 0, b"secret words " * 50)

    with service.shelves.engine.connect() as connection:
        assert "13912345678" not in str(connection.execute(sa.select(uploads)).all())
    for file in (service.folder / "data").rglob("*"):
        assert not file.is_file() or b"secret words" not in file.read_bytes()
    client.delete(at)


def test_a_line_that_breaks_loses_nothing_that_came(service: Service) -> None:
    secret = service.key(Right.UPLOAD, Right.HEAR, Right.SEE_CALLS)
    client = service.client(secret=secret)
    at = begin(client).headers["location"]
    head = "\r\n".join(
        [
            f"PATCH {at} HTTP/1.1",
            "Host: here",
            f"Authorization: Bearer {secret}",
            "Content-Type: application/offset+octet-stream",
            "Upload-Offset: 0",
            f"Content-Length: {len(SOUND)}",
        ]
    )

    send(service.url, [head.encode() + b"\r\n\r\n", SOUND[:100_000]], hang_up=True)
    there = _settled(client, at)
    last = piece(client, at, there, SOUND[there:])

    assert 0 < there <= 100_000
    assert client.get(f"/api/v1/calls/{last.headers['call-id']}/audio").content == SOUND


def _settled(client: httpx.Client, at: str) -> int:
    """The offset, once the broken line was noticed."""
    there = [0]

    def has_come() -> bool:
        there[0] = int(client.head(at).headers["upload-offset"])
        return there[0] > 0

    wait_until(has_come)
    return there[0]


def test_another_process_goes_on(either: Service) -> None:
    client = either.everything()
    at = begin(client).headers["location"]
    piece(client, at, 0, SOUND[:1_000])

    with answering(make_app(either.parts, either.app.state.texts)) as url:
        other = httpx.Client(base_url=url, headers=client.headers, trust_env=False)
        answer = piece(other, at, 1_000, SOUND[1_000:])
        other.close()

    assert answer.headers["upload-offset"] == str(len(SOUND))
    assert client.get(at).json()["state"] == "done"


def test_a_process_that_died_before_the_end_is_made_up_for(either: Service) -> None:
    """Every byte is kept and nobody made a call of them: whoever asks, or tidies up, does."""
    client = either.everything()
    ends = {"asked": begin(client).json()["id"], "tidied": begin(client).json()["id"]}
    dead = replace(desk(either), intake=_Dead())
    for upload_id in ends.values():
        _keep_all(either, dead, upload_id)
    before = how_many(either, calls)

    asked = client.head(f"{UPLOADS}/{ends['asked']}")
    either.clock.forward(minutes=16)
    desk(either).tidy()

    told = [client.get(f"{UPLOADS}/{upload_id}").json() for upload_id in ends.values()]
    assert asked.headers["upload-offset"] == str(len(SOUND))
    assert [one["state"] for one in told] == ["done", "done"]
    assert how_many(either, calls) == before + 2
    desk(either).tidy()
    assert how_many(either, calls) == before + 2


class _Dead:
    """A process that ends just before it takes the call in."""

    def accept(self, asked: Asked, upload: Upload) -> Receipt:
        raise KeyboardInterrupt


def test_one_makes_a_call_of_it_and_who_asks_meanwhile_is_told_how_far_it_is(either: Service) -> None:
    client = either.everything()
    at = begin(client).headers["location"]
    upload_id, slow = at.rpartition("/")[2], _Slow(either.parts.intake)
    with ThreadPoolExecutor(1) as pool:
        owner = _owner(either, upload_id)
        ended = pool.submit(replace(desk(either), intake=slow).append, owner, upload_id, 0, io.BytesIO(SOUND))
        assert slow.begun.wait(30)
        lying = either.lying_open()

        heads = [client.head(at) for _ in range(3)]
        state, again = client.get(at), piece(client, at, 0, SOUND)
        behind = piece(client, at, len(SOUND), b"")

        assert either.lying_open() == lying
        slow.go_on.set()
        done = ended.result(30)

    assert [(one.status_code, one.headers["upload-offset"]) for one in heads] == [(200, str(len(SOUND)))] * 3
    assert (state.status_code, state.json()["state"], again.status_code) == (200, "open", 409)
    assert behind.status_code == 204
    assert done is not None
    assert client.get(at).json()["call_id"] == done.call_id
    assert slow.times == 1


def test_a_finisher_that_died_is_waited_for_for_twenty_seconds(service: Service) -> None:
    client = service.everything()
    at = begin(client).headers["location"]
    _keep_all(service, replace(desk(service), intake=_Dead()), at.rpartition("/")[2])
    assert Finishing(service.shelves.engine, service.clock).claim(at.rpartition("/")[2])

    before = client.get(at).json()["state"]
    service.clock.forward(seconds=21)

    assert (before, client.get(at).json()["state"]) == ("open", "done")


@dataclass
class _Slow:
    """Takes its time before it takes the call in."""

    intake: Intake
    begun: threading.Event = field(default_factory=threading.Event)
    go_on: threading.Event = field(default_factory=threading.Event)
    times: int = 0

    def accept(self, asked: Asked, upload: Upload) -> Receipt:
        self.times += 1
        self.begun.set()
        assert self.go_on.wait(30)
        return self.intake.accept(asked, upload)


def _owner(service: Service, upload_id: str) -> Asked:
    with service.shelves.engine.connect() as connection:
        owner = connection.execute(sa.select(uploads.c.owner).where(uploads.c.id == upload_id)).scalar_one()
    return replace(MACHINE, caller=replace(MACHINE.caller, id=owner))


def _keep_all(service: Service, dead: StoreUploads, upload_id: str) -> None:
    with pytest.raises(KeyboardInterrupt):
        dead.append(_owner(service, upload_id), upload_id, 0, io.BytesIO(SOUND))


def test_a_lost_answer_makes_no_second_call(either: Service) -> None:
    client = either.everything()
    at = begin(client).headers["location"]
    first = piece(client, at, 0, SOUND)
    before = how_many(either, calls)

    again = piece(client, at, 0, SOUND)
    behind = piece(client, at, len(SOUND), b"")

    assert (again.status_code, again.json()["error"]) == (409, "wrong_offset")
    assert behind.status_code == 409
    assert client.head(at).headers["upload-offset"] == str(len(SOUND))
    assert client.get(at).json()["call_id"] == first.headers["call-id"]
    assert how_many(either, calls) == before


def test_the_same_piece_twenty_times_at_once_counts_once(either: Service) -> None:
    client = either.everything()
    at = begin(client).headers["location"]

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: piece(client, at, 0, SOUND[:5_000]).status_code, range(20)))

    assert sorted(set(answers)) == [204, 409]
    assert answers.count(204) == 1
    assert client.head(at).headers["upload-offset"] == "5000"
    assert len(lying_in_store(either)) == 1
    client.delete(at)


def test_the_same_key_begins_once_and_ends_once(either: Service, team: str) -> None:
    client = either.everything()

    first, again = (begin(client, key=team, filename="a.wav") for _ in range(2))
    other = begin(client, key=team, filename="b.wav")
    piece(client, first.headers["location"], 0, SOUND)
    after = begin(client, key=team, filename="a.wav").json()

    assert first.json()["id"] == again.json()["id"] == after["id"]
    assert (other.status_code, other.json()["error"]) == (422, "key_reused")
    assert (after["state"], after["received"]) == ("done", len(SOUND))


def test_whole_pieces_of_the_largest_size_end_at_their_border(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spool, "PIECE_BYTES", 50_000)
    client = service.everything()
    at = begin(client, 100_000).headers["location"]

    answer = piece(client, at, 0, SOUND[:100_000])

    assert answer.status_code == 204, answer.text
    assert client.get(at).json()["state"] == "done"
