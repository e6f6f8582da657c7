"""What comes in: as many bytes as are allowed, under any name, once per key; nothing stays lying about."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import httpx
import pytest
import sqlalchemy as sa

from qa_service.core.people import Right
from qa_service.stores.tables import calls, jobs
from qa_service.web.app import make_app
from qa_service.web.limits import Limits
from tests.web.samples import transcript
from tests.web.service import MOST_MEGABYTES, Service, answering, wait_until
from tests.web.wire import Answer, chunked, form, head, part, send

SOUND = b"RIFF\x24\x00\x00\x00WAVEfmt " + bytes(range(256)) * 8
#: What may stand around a recording (web/limits.py).
AROUND = 4 << 20
TOO_MUCH = (MOST_MEGABYTES << 20) + AROUND + 1
NUMBER = "13912345678"
FILE = part("recording", SOUND, "a.wav")
NO_TIME = "meta: started_at：不是日期和时间"


@pytest.fixture(scope="module")
def client(sqlite_service: Service) -> httpx.Client:
    return sqlite_service.everything()


@pytest.fixture(scope="module")
def secret(sqlite_service: Service) -> str:
    return sqlite_service.key(*Right)


def upload(client: httpx.Client, content: Any = SOUND, name: Any = "a.wav", **more: Any) -> httpx.Response:
    data = {"allow_duplicate": "true", **{key: value for key, value in more.items() if key != "headers"}}
    return client.post(
        "/api/v1/calls", files={"recording": (name, content)}, data=data, headers=more.get("headers")
    )


def sent(service: Service, *pieces: bytes) -> Answer:
    answer = send(service.url, pieces)
    assert answer is not None
    return answer


def test_an_upload_says_where_its_work_is(client: httpx.Client) -> None:
    answer = upload(client)

    told = answer.json()
    assert (answer.status_code, set(told)) == (
        202,
        {"call_id", "job_id", "is_known", "is_duplicate", "duplicate_of"},
    )
    assert answer.headers["location"] == f"/api/v1/jobs/{told['job_id']}"
    assert client.get(answer.headers["location"]).json()["state"] == "queued"
    assert client.get(f"/api/v1/calls/{told['call_id']}/audio").content == SOUND


@pytest.mark.parametrize("says_length", [True, False], ids=["with its length", "in chunks of no said length"])
def test_what_is_too_large_is_refused(service: Service, secret: str, says_length: bool) -> None:
    before, body = _count(service), form(part("recording", bytes(TOO_MUCH), "a.wav"))
    pieces = [body] if says_length else chunked(body)
    told = {"Content_Length": str(len(body))} if says_length else {"Transfer_Encoding": "chunked"}

    answer = send(service.url, [head(secret, **told), *pieces])

    if answer is not None:  # whoever goes on sending may find the line closed before the answer is read
        assert (answer.status, answer.json["error"]) == (413, "upload_too_large")
    assert (_count(service), service.lying_open()) == (before, [])


def test_as_much_as_is_allowed_is_taken(client: httpx.Client) -> None:
    assert upload(client, bytes(MOST_MEGABYTES << 20)).status_code == 202


def test_a_length_that_claims_too_much_is_refused_before_a_byte_of_it(service: Service, secret: str) -> None:
    answer = sent(service, head(secret, Content_Length=str(1 << 40)))

    assert (answer.status, answer.json["error"]) == (413, "upload_too_large")
    assert "connection: close" in answer.head.lower()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # the form's half file
def test_a_body_longer_than_its_length_is_cut_there(service: Service, secret: str) -> None:
    body = form(part("recording", SOUND, "a.wav"))

    answer = sent(service, head(secret, Content_Length=str(len(body) - 200)), body)

    assert (answer.status, answer.json["error"]) == (422, "request_invalid")


def test_a_body_that_does_not_come_is_given_up(service: Service, secret: str) -> None:
    app = make_app(service.parts, service.app.state.texts)
    limited = Limits(app, 1 << 20, str, patience_s=0.2)
    with answering(limited) as url:
        answer = send(url, [head(secret, Content_Length="100000"), part("recording", SOUND, "a.wav")])

    assert answer is not None
    assert (answer.status, answer.json["error"]) == (408, "upload_too_slow")
    assert service.lying_open() == []


@pytest.mark.parametrize("sent_bytes", [0, 100, 300_000, 3_000_000])
def test_who_hangs_up_leaves_nothing(service: Service, secret: str, sent_bytes: int) -> None:
    before = _count(service)
    body = form(part("recording", bytes(4_000_000), "a.wav"))

    send(service.url, [head(secret, Content_Length=str(len(body))), body[:sent_bytes]], hang_up=True)

    wait_until(lambda: service.lying_open() == [])
    assert _count(service) == before


def test_strangers_are_turned_away_before_their_body_is_read(service: Service) -> None:
    answer = sent(service, head("qa_nobody", Content_Length=str(1 << 20)))

    assert (answer.status, answer.json["error"]) == (401, "not_signed_in")


@pytest.mark.parametrize("path", ["/api/v1/calls", "/api/v1/calls/transcripts"])
def test_who_may_not_upload_is_turned_away_before_the_body_is_read(service: Service, path: str) -> None:
    reader = service.key(Right.SEE_CALLS)

    answer = sent(service, head(reader, path, Content_Length=str(1 << 20)))

    assert (answer.status, answer.json["error"]) == (403, "not_allowed")


def test_when_too_much_waits_uploads_come_back_later(service: Service, secret: str) -> None:
    full = make_app(replace(service.parts, most_waiting=0), service.app.state.texts)
    with answering(full) as url:
        answer = sent(replace(service, url=url), head(secret, Content_Length=str(1 << 20)))

    assert (answer.status, answer.json["error"]) == (503, "busy")
    assert "retry-after: 30" in answer.head.lower()


@pytest.mark.parametrize("kind", ["fields", "files"])
def test_a_thousand_parts_are_refused(service: Service, secret: str, kind: str) -> None:
    name = None if kind == "fields" else "x.wav"
    body = form(*(part(f"p{n}", b"x" * 100, name) for n in range(1_000)))

    answer = sent(service, head(secret, Content_Length=str(len(body))), body)

    assert (answer.status, answer.json["error"]) == (422, "request_invalid")
    assert service.lying_open() == []


@pytest.mark.parametrize(
    ("body", "place"),
    [
        pytest.param(form(part("meta", b"{}")), "body.recording", id="no file"),
        pytest.param(form(part("recording", SOUND)), "body.recording", id="a field in place of a file"),
        pytest.param(form(part("recording", b"", "a.wav")), "a.wav", id="an empty file"),
        pytest.param(form(FILE, part("agent_channel", b"2")), "body.agent_channel", id="a third channel"),
        pytest.param(form(FILE, part("team", b"x" * 101)), "body.team", id="a long team"),
        pytest.param(form(FILE, part("team", b"a\0b")), "body.team", id="NUL in a team"),
        pytest.param(form(FILE, part("meta", b" " * (3 << 20))), "", id="3 MB of envelope"),
        pytest.param(b"no form at all", "", id="no form"),
        pytest.param(b"", "", id="nothing"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_form_is_named(service: Service, secret: str, body: bytes, place: str) -> None:
    answer = sent(service, head(secret, Content_Length=str(len(body))), body)

    assert answer.status == 422
    assert answer.json["detail"].startswith(place)
    assert service.lying_open() == []


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        pytest.param("../../etc/passwd", "passwd", id="a way up"),
        pytest.param("..\\..\\boot.ini", "boot.ini", id="a way up on Windows"),
        pytest.param("/etc/shadow", "shadow", id="an absolute path"),
        pytest.param("a\u202egpj.wav", "agpj.wav", id="text that is turned around"),
        pytest.param("录音 2026-11-25.wav", "录音 2026-11-25.wav", id="Chinese"),
        pytest.param("x" * 4_096 + ".wav", "x" * 251 + ".wav", id="four thousand characters"),
        pytest.param("", "", id="no name"),
        pytest.param("..", "..", id="two dots, which no path is made of"),
        pytest.param("a\x1b[31m.wav", "a[31m.wav", id="terminal colours"),
    ],
)
def test_names_of_files_are_only_shown(service: Service, secret: str, given: str, kept: str) -> None:
    body = form(part("allow_duplicate", b"true"), part("recording", SOUND, given))

    answer = sent(service, head(secret, Content_Length=str(len(body))), body)

    assert answer.status == 202, answer.body
    with service.client(secret=secret) as reading:
        assert reading.get(f"/api/v1/calls/{answer.json['call_id']}").json()["file_name"] == kept
    assert service.lying_open() == []


def test_a_name_with_nul_breaks_nothing(either: Service) -> None:
    body = form(part("allow_duplicate", b"true"), part("recording", SOUND, "a\0b.wav"))

    answer = sent(either, head(either.key(*Right), Content_Length=str(len(body))), body)

    assert answer.status in {202, 422}


@pytest.mark.parametrize(
    ("meta", "says"),
    [
        pytest.param({"line": 4}, "meta: line：不是文字", id="a number for a line"),
        pytest.param({"colour": "red"}, "meta: colour：没有这个字段", id="an unknown field"),
        pytest.param(
            {"participants": [{"id": "p", "kind": "x"}]},
            "meta: participants.0.kind：不是",
            id="an unknown kind",
        ),
        pytest.param({"started_at": "昨天"}, NO_TIME, id="no time"),
        pytest.param({"started_at": "9999-12-31T23:59:59-12:00"}, NO_TIME, id="a time after the last year"),
        pytest.param({"line": "a\0b"}, "meta: line：不是文字", id="NUL"),
        pytest.param({"call_id": "\ud800"}, "meta: call_id：不是文字", id="half a character"),
        pytest.param({"customer": NUMBER}, "meta: customer：这里要写带密钥的哈希", id="a customer in clear"),
        pytest.param({"customer_number": "拨打"}, "meta: customer_number：不是 5 到 15 位的电话号码", id="no number"),
        pytest.param([], "meta：", id="a list"),
    ],
)  # fmt: skip
def test_an_envelope_that_will_not_do_names_its_field(either: Service, meta: object, says: str) -> None:
    answer = upload(either.everything(), meta=json.dumps(meta))

    assert answer.status_code == 422, answer.text
    assert answer.json()["detail"].startswith(says)
    assert NUMBER not in answer.text


def test_a_customers_number_is_kept_nowhere(either: Service) -> None:
    client = either.everything()
    first = upload(client, meta=json.dumps({"customer_number": NUMBER})).json()
    client.post("/api/v1/calls/transcripts", json=transcript(customer_number=NUMBER))

    with either.shelves.engine.connect() as connection:
        row = connection.execute(sa.select(calls).where(calls.c.id == first["call_id"])).one()
        everything = str(connection.execute(sa.select(calls)).all())
    assert row.customer.startswith("hmac-sha256:")
    assert NUMBER not in everything
    assert NUMBER not in str(either.audit())
    for file in either.folder.rglob("*"):
        assert not file.is_file() or NUMBER.encode() not in file.read_bytes(), file


def test_the_longest_hash_of_a_customer_is_kept(either: Service) -> None:
    answer = upload(either.everything(), meta=json.dumps({"customer": "hmac-sha512:" + "af" * 64}))

    assert answer.status_code == 202


def test_the_same_key_and_content_bring_the_same_answer(either: Service, team: str) -> None:
    client = either.everything()
    again: dict[str, Any] = {"headers": {"Idempotency-Key": team}, "meta": '{"line":"400"}'}

    first, second = upload(client, **again).json(), upload(client, **again).json()

    assert second == {**first, "is_known": True}


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param({"content": SOUND + b"!"}, id="another sound"),
        pytest.param({"meta": '{"line":"401"}'}, id="another envelope"),
        pytest.param({"agent_channel": "1"}, id="another channel"),
        pytest.param({"name": "b.wav"}, id="another name"),
    ],
)
def test_a_key_does_not_stand_for_other_content(client: httpx.Client, changed: dict[str, Any]) -> None:
    given: dict[str, Any] = {
        "headers": {"Idempotency-Key": f"once {changed}"[:200].encode("ascii", "replace").decode()}
    }
    upload(client, **given)

    refused = upload(client, **{**given, **changed})

    assert (refused.status_code, refused.json()["error"]) == (422, "key_reused")


def test_keys_belong_to_who_sends_them(service: Service, team: str) -> None:
    given: dict[str, Any] = {"headers": {"Idempotency-Key": team}}

    first = upload(service.everything(), **given).json()
    second = upload(service.everything(), **given).json()

    assert first["call_id"] != second["call_id"]
    assert second["is_known"] is False


@pytest.mark.parametrize("key", ["x" * 256, "键", "a\tb"])
def test_a_key_is_short_and_plain(client: httpx.Client, key: str) -> None:
    answer = upload(client, headers={"Idempotency-Key": key.encode()})

    assert (answer.status_code, answer.json()["error"]) == (422, "request_invalid")


def test_twenty_at_once_with_one_key_are_one_call(either: Service, team: str) -> None:
    secret, before = either.key(*Right), _count(either)

    def once(_: int) -> httpx.Response:
        with httpx.Client(
            base_url=either.url, headers={"Authorization": f"Bearer {secret}"}, timeout=120
        ) as own:
            return upload(own, headers={"Idempotency-Key": team})

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(once, range(20)))

    assert {answer.status_code for answer in answers} == {202}
    assert len({answer.json()["call_id"] for answer in answers}) == 1
    assert sum(not answer.json()["is_known"] for answer in answers) == 1
    assert _count(either) == (before[0] + 1, before[1] + 1)
    assert either.lying_open() == []
    assert _orphans(either) == set()


def _count(service: Service) -> tuple[int, int]:
    with service.shelves.engine.connect() as connection:
        return (
            connection.execute(sa.select(sa.func.count()).select_from(calls)).scalar_one(),
            connection.execute(sa.select(sa.func.count()).select_from(jobs)).scalar_one(),
        )


def _orphans(service: Service) -> set[str]:
    """Sealed recordings that no call names; other forms of them, and pieces, lie elsewhere."""
    with service.shelves.engine.connect() as connection:
        known = set(connection.execute(sa.select(calls.c.audio_key)).scalars())
    folder = service.folder / "data" / "sound"
    return {file.relative_to(folder).as_posix() for file in folder.glob("????/*.sealed")} - known


@pytest.mark.parametrize(
    ("body", "says"),
    [
        pytest.param({}, "transcript: utterances", id="no words"),
        pytest.param({"utterances": [{"id": "\ud800"}]}, "transcript: utterances.0.", id="half a character"),
        pytest.param({"utterances": [], "\ud800": 1}, "transcript", id="half a character as a name"),
        pytest.param({"utterances": [], "envelope": {"line": "a\0"}}, "transcript: envelope: line", id="NUL"),
        pytest.param({"utterances": [], "call_id": "\0"}, "transcript: call_id", id="NUL in its id"),
    ],
)
def test_a_transcript_that_will_not_do_names_its_field(either: Service, body: object, says: str) -> None:
    answer = either.everything().post(
        "/api/v1/calls/transcripts", content=json.dumps(body), headers={"Content-Type": "application/json"}
    )

    assert answer.status_code == 422, answer.text
    assert answer.json()["detail"].startswith(says)


def test_a_transcript_may_be_larger_than_other_requests(client: httpx.Client) -> None:
    padded = json.dumps(transcript()) + " " * (3 << 20)

    answer = client.post(
        "/api/v1/calls/transcripts", content=padded, headers={"Content-Type": "application/json"}
    )

    assert answer.status_code == 202


def test_a_transcript_has_no_sound(client: httpx.Client) -> None:
    """What was said in it is open in the store: nobody gets it past the mask."""
    call = client.post("/api/v1/calls/transcripts", json=transcript()).json()["call_id"]

    assert client.get(f"/api/v1/calls/{call}/audio").status_code == 404
