"""Uploads in pieces: any line may break, any process go; what was kept counts, once, for its owner alone."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import random
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import httpx
import pytest
import sqlalchemy as sa

from qa_service.core.people import Asked, Right
from qa_service.ports.serving import Receipt, Upload
from qa_service.stores.tables import calls, upload_pieces, uploads
from qa_service.stores.upload_desk import StoreUploads
from qa_service.stores.workbench import Shelves
from qa_service.web import spool
from qa_service.web.app import make_app
from tests.web.service import MACHINE, MOST_MEGABYTES, Service, answering, wait_until
from tests.web.wire import send

META = "Upload-Metadata"
UPLOADS = "/api/v1/uploads"
PIECE = {"Content-Type": "application/offset+octet-stream", "Tus-Resumable": "1.0.0"}
SOUND = b"RIFF\x24\x00\x00\x00WAVEfmt " + random.Random(7).randbytes(200_000)


def metadata(**said: str) -> str:
    return ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in said.items())


def begin(client: httpx.Client, length: int = len(SOUND), key: str = "", **said: str) -> httpx.Response:
    headers = {"Upload-Length": str(length), META: metadata(**said), "Tus-Resumable": "1.0.0"}
    return client.post(UPLOADS, headers={**headers, **({"Idempotency-Key": key} if key else {})})


def piece(client: httpx.Client, at: str, start: int, content: bytes, **more: str) -> httpx.Response:
    return client.patch(at, headers={**PIECE, "Upload-Offset": str(start), **more}, content=content)


def desk(service: Service) -> StoreUploads:
    assert isinstance(service.parts.uploads, StoreUploads)
    return service.parts.uploads


def lying_in_store(service: Service) -> list[str]:
    folder = service.folder / "data" / "sound" / "uploads"
    return [file.name for file in folder.rglob("*") if file.is_file()]


def how_many(service: Service, table: sa.Table) -> int:
    with service.shelves.engine.connect() as connection:
        return int(connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one())


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


def _keep_all(service: Service, dead: StoreUploads, upload_id: str) -> None:
    with service.shelves.engine.connect() as connection:
        owner = connection.execute(sa.select(uploads.c.owner).where(uploads.c.id == upload_id)).scalar_one()
    asked = replace(MACHINE, caller=replace(MACHINE.caller, id=owner))
    with pytest.raises(KeyboardInterrupt):
        dead.append(asked, upload_id, 0, io.BytesIO(SOUND))


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


def test_other_bytes_than_announced_make_no_call(either: Service) -> None:
    client, before = either.everything(), how_many(either, calls)
    at = begin(client, sha256="ab" * 32).headers["location"]

    answer = piece(client, at, 0, SOUND)

    assert (answer.status_code, answer.json()["error"]) == (422, "sha256_differs")
    assert client.get(at).json() | {"expires_at": ""} == {
        "id": at.rpartition("/")[2], "state": "failed", "length": len(SOUND), "received": len(SOUND),
        "expires_at": "", "call_id": "", "job_id": "", "error": "sha256_differs",
    }  # fmt: skip
    assert client.head(at).status_code == 410
    assert piece(client, at, len(SOUND), b"").json()["error"] == "upload_failed"
    assert (how_many(either, calls), lying_in_store(either)) == (before, [])


def test_what_came_to_nothing_does_not_stand_in_the_way(either: Service, team: str) -> None:
    client, digest = either.everything(), hashlib.sha256(SOUND).hexdigest()
    at = begin(client, key=team, sha256=digest).headers["location"]
    piece(client, at, 0, SOUND[:-1] + b"!")

    again = begin(client, key=team, sha256=digest).headers["location"]

    assert again != at
    assert piece(client, again, 0, SOUND).status_code == 204
    assert client.get(again).json()["state"] == "done"


def test_what_nobody_goes_on_with_is_thrown_away(either: Service) -> None:
    client = either.everything()
    old, kept = (begin(client).headers["location"] for _ in range(2))
    for at in (old, kept):
        piece(client, at, 0, SOUND[:500])
    either.clock.forward(hours=23)
    piece(client, kept, 500, SOUND[500:600])
    either.clock.forward(hours=2)

    thrown = desk(either).expire()

    assert thrown >= 1
    assert (client.head(old).status_code, client.head(kept).status_code) == (404, 200)
    assert len(lying_in_store(either)) == 2
    assert client.delete(kept).status_code == 204
    assert lying_in_store(either) == []


def test_one_caller_has_only_so_many_under_way(service: Service) -> None:
    few = make_app(
        replace(service.parts, uploads=replace(desk(service), most_open=2)), service.app.state.texts
    )
    with answering(few) as url:
        secret = service.key(Right.UPLOAD)
        client = httpx.Client(base_url=url, headers={"Authorization": f"Bearer {secret}"}, trust_env=False)
        begun = [begin(client, 10) for _ in range(3)]
        client.delete(begun[0].headers["location"])
        begun.append(begin(client, 10))
        client.close()

    assert [answer.status_code for answer in begun] == [201, 201, 429, 201]
    assert begun[2].headers["retry-after"] == "60"


def test_nobody_else_sees_an_upload(service: Service) -> None:
    at = begin(service.everything(), 10).headers["location"]
    other = service.everything()

    answers = [
        other.head(at),
        other.get(at),
        piece(other, at, 0, b"x"),
        other.delete(at),
    ]

    assert [answer.status_code for answer in answers] == [404] * 4


def test_what_can_be_asked_before_signing_in(service: Service) -> None:
    told = service.client().options(UPLOADS).headers

    assert (told["tus-version"], told["tus-resumable"]) == ("1.0.0", "1.0.0")
    assert told["tus-extension"] == "creation,expiration,termination"
    assert int(told["tus-max-size"]) == MOST_MEGABYTES << 20


NINE = {"Upload-Length": "9"}
INVALID = "request_invalid"


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        pytest.param({}, 422, INVALID, id="no length"),
        pytest.param({"Upload-Length": "0"}, 422, INVALID, id="nothing to come"),
        pytest.param({"Upload-Length": "-5"}, 422, INVALID, id="less than nothing"),
        pytest.param({"Upload-Length": str((MOST_MEGABYTES << 20) + 1)}, 413, "upload_too_large", id="too much"),
        pytest.param({"Upload-Length": "9" * 30}, 422, INVALID, id="more than there is"),
        pytest.param({"Upload-Length": "9", "Tus-Resumable": "0.2.2"}, 412, "tus_version", id="an old tus"),
        pytest.param(NINE | {META: "meta !!"}, 422, INVALID, id="no base64"),
        pytest.param(NINE | {META: "meta /w=="}, 422, INVALID, id="no UTF-8"),
        pytest.param(NINE | {META: "team AA=="}, 422, INVALID, id="NUL"),
        pytest.param(NINE | {META: metadata(meta="{")}, 422, "envelope_unreadable", id="no JSON"),
        pytest.param(NINE | {META: metadata(meta='{"line":7}')}, 422, "envelope_invalid", id="a wrong field"),
        pytest.param(NINE | {META: metadata(agent_channel="2")}, 422, INVALID, id="a third channel"),
        pytest.param(NINE | {META: metadata(sha256="abc")}, 422, INVALID, id="no digest"),
        pytest.param(NINE | {META: metadata(team="x" * 101)}, 422, INVALID, id="a long team"),
        pytest.param(NINE | {META: "meta e30=,meta e30="}, 422, INVALID, id="one twice"),
    ],
)  # fmt: skip
def test_what_will_not_do_is_refused_before_a_byte(
    service: Service, headers: Mapping[str, str], status: int, code: str
) -> None:
    answer = service.everything().post(UPLOADS, headers=dict(headers))

    assert (answer.status_code, answer.json()["error"]) == (status, code)


def test_metadata_of_browsers_that_nobody_needs_are_passed_over(service: Service) -> None:
    client = service.everything()

    answer = begin(client, 10, filetype="audio/wav", relativePath="x/y", filename="../../a.wav", name="a")

    assert answer.status_code == 201
    client.delete(answer.headers["location"])


@pytest.mark.parametrize(
    ("headers", "content", "status", "code"),
    [
        pytest.param({"Upload-Offset": "5"}, b"x", 409, "wrong_offset", id="a gap"),
        pytest.param({"Upload-Offset": "-1"}, b"x", 422, INVALID, id="before the start"),
        pytest.param({}, b"x", 422, INVALID, id="no offset"),
        pytest.param({"Upload-Offset": "0"}, b"x" * 11, 413, "upload_too_large", id="more than announced"),
        pytest.param({"Upload-Offset": "0", "Content-Type": "audio/wav"}, b"x", 415, "wrong_content_type", id="a type"),
        pytest.param({"Upload-Offset": "0", "Tus-Resumable": "2"}, b"x", 412, "tus_version", id="a newer tus"),
    ],
)  # fmt: skip
def test_a_piece_that_does_not_fit_changes_nothing(
    service: Service, headers: Mapping[str, str], content: bytes, status: int, code: str
) -> None:
    client = service.everything()
    at = begin(client, 10).headers["location"]

    answer = client.patch(at, headers={**PIECE, **headers}, content=content)

    assert (answer.status_code, answer.json()["error"]) == (status, code)
    assert client.head(at).headers["upload-offset"] == "0"
    client.delete(at)


def test_an_aborted_upload_is_gone(service: Service) -> None:
    client = service.everything()
    at = begin(client).headers["location"]
    piece(client, at, 0, SOUND[:10])

    assert client.delete(at).status_code == 204
    assert (client.delete(at).status_code, client.head(at).status_code) == (404, 404)


def test_a_store_that_lost_a_piece_says_so_and_keeps_the_rest(service: Service) -> None:
    client = service.everything()
    at = begin(client).headers["location"]
    piece(client, at, 0, SOUND[:10])
    shelves: Shelves = service.shelves
    shelves.sounds.delete_under(f"uploads/{at.rpartition('/')[2]}/")

    answer = piece(client, at, 10, SOUND[10:])

    assert (answer.status_code, answer.json()["error"]) == (410, "sound_missing")
    client.delete(at)
