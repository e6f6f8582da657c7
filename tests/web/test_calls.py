"""Recordings in and out again: limits, idempotency, ranges, audit, one shape of errors."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from qa_service.core.people import Right
from qa_service.stores import audit
from qa_service.stores.engine import reading
from tests.web.house import House, error

ALL = (Right.UPLOAD, Right.SEE_CALLS, Right.HEAR, Right.MANAGE_WORK)
SOUND = bytes(range(256)) * 800


def upload(
    house: House, headers: dict[str, str], content: bytes = SOUND, name: str = "a.wav", **data: str
) -> object:
    return house.client.post(
        "/api/v1/calls", headers=headers, files={"recording": (name, content)}, data=data
    )


def test_what_was_uploaded_is_kept_and_waits(house: House) -> None:
    headers = house.key(*ALL)

    answer = upload(house, headers, meta='{"line": "400", "call_id": "c-1"}')

    assert answer.status_code == 202  # type: ignore[attr-defined]
    receipt = answer.json()  # type: ignore[attr-defined]
    job = house.client.get(f"/api/v1/jobs/{receipt['job_id']}", headers=headers).json()
    call = house.client.get(f"/api/v1/calls/{receipt['call_id']}", headers=headers).json()
    assert (job["state"], job["call_id"]) == ("queued", receipt["call_id"])
    assert (call["state"], call["line"], call["external_id"], call["file_name"]) == (
        "waiting",
        "400",
        "c-1",
        "a.wav",
    )


@pytest.mark.parametrize(
    ("asked", "status", "expected"),
    [
        pytest.param("", 200, SOUND, id="all of it"),
        pytest.param("bytes=0-0", 206, SOUND[:1], id="the first byte"),
        pytest.param("bytes=70000-70009", 206, SOUND[70_000:70_010], id="across a chunk border"),
        pytest.param("bytes=204000-", 206, SOUND[204_000:], id="from somewhere on"),
        pytest.param("bytes=-10", 206, SOUND[-10:], id="the last ten"),
        pytest.param("bytes=204799-999999", 206, SOUND[-1:], id="further than it goes"),
        pytest.param("bytes=204800-", 416, None, id="behind the end"),
        pytest.param("bytes=5-2", 200, SOUND, id="backwards"),
        pytest.param("bytes=-0", 416, None, id="nothing"),
        pytest.param("bytes=0-1,3-4", 200, SOUND, id="several"),
        pytest.param("bytes=" + "0-1," * 20, 200, SOUND, id="very many"),
        pytest.param("lines=0-1", 200, SOUND, id="another unit"),
    ],
)
def test_ranges_of_the_sound(house: House, asked: str, status: int, expected: bytes | None) -> None:
    headers = house.key(*ALL)
    call_id = upload(house, headers).json()["call_id"]  # type: ignore[attr-defined]

    answer = house.client.get(
        f"/api/v1/calls/{call_id}/audio", headers={**headers, **({"Range": asked} if asked else {})}
    )

    assert answer.status_code == status
    if expected is None:
        assert error(answer)["error"] == "wrong_range"
    else:
        assert answer.content == expected


def test_the_same_key_and_content_are_the_same_call(house: House) -> None:
    headers = {**house.key(*ALL), "Idempotency-Key": "k-1"}

    first, again = (upload(house, headers).json() for _ in range(2))  # type: ignore[attr-defined]
    other = upload(house, headers, content=b"something else")

    assert first | {"is_known": True} == again
    assert (other.status_code, error(other)["error"]) == (422, "key_reused")  # type: ignore[attr-defined]


def test_twenty_at_once_with_one_key_are_one_call(house: House) -> None:
    headers = {**house.key(*ALL), "Idempotency-Key": "k-2"}

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: upload(house, headers), range(20)))

    assert {answer.status_code for answer in answers} == {202}  # type: ignore[attr-defined]
    assert len({answer.json()["call_id"] for answer in answers}) == 1  # type: ignore[attr-defined]
    assert len(house.client.get("/api/v1/calls", headers=headers).json()["calls"]) == 1


def _endless(size: int) -> Iterator[bytes]:
    head = b'--b\r\nContent-Disposition: form-data; name="recording"; filename="a.wav"\r\n\r\n'
    yield head
    for _ in range(size // 65_536):
        yield bytes(65_536)


@pytest.mark.parametrize("lies", [False, True], ids=["chunked", "with a Content-Length that lies"])
def test_a_body_is_counted_as_it_comes(house: House, *, lies: bool) -> None:
    headers = {**house.key(*ALL), "Content-Type": "multipart/form-data; boundary=b"}
    if lies:
        headers["Content-Length"] = "100"

    answer = house.client.post("/api/v1/calls", headers=headers, content=_endless(12 << 20))

    assert (answer.status_code, error(answer)["error"]) == (413, "upload_too_large")
    assert list(house.parts.scratch.iterdir()) == []


@pytest.mark.parametrize(
    ("files", "data", "code"),
    [
        pytest.param({}, {}, "request_invalid", id="no file"),
        pytest.param({"recording": ("a.wav", b"")}, {}, "empty", id="an empty file"),
        pytest.param({"recording": ("a.wav", b"x")}, {"meta": "{"}, "envelope_unreadable", id="no JSON"),
        pytest.param(
            {"recording": ("a.wav", b"x")}, {"meta": '{"line": 7}'}, "envelope_invalid", id="a wrong field"
        ),
        pytest.param(
            {"recording": ("a.wav", b"x")},
            {"meta": '{"customer": "13812345678"}'},
            "customer_in_clear",
            id="a customer in clear",
        ),
        pytest.param(
            {"recording": ("a.wav", b"x")}, {"agent_channel": "7"}, "request_invalid", id="channel 7"
        ),
        pytest.param(
            {"recording": ("a.wav", b"x")}, {"agentchannel": "1"}, "request_invalid", id="a slip in a name"
        ),
        pytest.param(
            {"recording": ("a.wav", b"x")},
            {"meta": '{"call_id": "a\\nb"}'},
            "envelope_invalid",
            id="an id of two lines",
        ),
    ],
)
def test_what_will_not_do_is_said_and_nothing_is_kept(
    house: House, files: dict[str, object], data: dict[str, str], code: str
) -> None:
    headers = house.key(*ALL)

    answer = house.client.post("/api/v1/calls", headers=headers, files=files, data=data)  # type: ignore[arg-type]

    assert (answer.status_code, error(answer)["error"]) == (422, code)
    assert "13812345678" not in answer.text
    assert house.client.get("/api/v1/calls", headers=headers).json()["calls"] == []
    assert list(house.parts.scratch.iterdir()) == []


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        pytest.param("../../etc/passwd", "passwd", id="a way up"),
        pytest.param("C:\\\\calls\\\\a.wav", "a.wav", id="a drive"),
        pytest.param("录音 1.wav", "录音 1.wav", id="Chinese"),
        pytest.param("a\u202egpj.wav", "agpj.wav", id="text turned around"),
        pytest.param("x" * 4_000 + ".wav", "x" * 251 + ".wav", id="four thousand characters"),
    ],
)
def test_file_names_are_only_names(house: House, given: str, kept: str) -> None:
    headers = house.key(*ALL)

    call_id = upload(house, headers, name=given).json()["call_id"]  # type: ignore[attr-defined]

    assert house.client.get(f"/api/v1/calls/{call_id}", headers=headers).json()["file_name"] == kept


def test_who_heard_what_is_written_down(house: House) -> None:
    headers = house.key(*ALL)
    call_id = upload(house, headers).json()["call_id"]  # type: ignore[attr-defined]
    house.client.get(f"/api/v1/calls/{call_id}/audio", headers=headers)

    with reading(house.shelves.engine) as connection:
        entries = [(row["action"], row["object"]) for row in audit.page(connection)]
        assert audit.broken(connection) is None

    assert entries[:2] == [("listen", f"call:{call_id}"), ("upload", f"call:{call_id}")]


def test_work_that_waits_is_cancelled_and_tried_again(house: House) -> None:
    headers = house.key(*ALL)
    job = f"/api/v1/jobs/{upload(house, headers).json()['job_id']}"  # type: ignore[attr-defined]

    def state() -> str:
        return str(house.client.get(job, headers=headers).json()["state"])

    assert house.client.post(f"{job}/retry", headers=headers).status_code == 409
    assert house.client.post(f"{job}/cancel", headers=headers).status_code == 204
    assert state() == "cancelled"
    assert house.client.post(f"{job}/cancel", headers=headers).status_code == 409
    assert house.client.post(f"{job}/retry", headers=headers).status_code == 204
    assert state() == "queued"


def test_events_end_when_the_work_is_over(house: House) -> None:
    headers = house.key(*ALL)
    job = f"/api/v1/jobs/{upload(house, headers).json()['job_id']}"  # type: ignore[attr-defined]
    house.client.post(f"{job}/cancel", headers=headers)

    told = house.client.get(f"{job}/events", headers=headers)

    rows = [json.loads(line[6:]) for line in told.text.splitlines() if line.startswith("data: ")]
    assert told.headers["content-type"].startswith("text/event-stream")
    assert [row["state"] for row in rows] == ["cancelled"]


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        pytest.param("GET", "/api/v1/nothing", 404, "not_found", id="no such address"),
        pytest.param("DELETE", "/api/v1/calls", 405, "method_not_allowed", id="no such method"),
        pytest.param("GET", "/api/v1/calls/short", 422, "request_invalid", id="no id"),
        pytest.param("GET", "/api/v1/calls?limit=0", 422, "request_invalid", id="a limit of 0"),
        pytest.param(
            "GET", "/api/v1/calls?since=2026-11-25T08:00:00", 422, "time_without_zone", id="no zone"
        ),
        pytest.param("GET", "/api/v1/calls?state=lost", 422, "request_invalid", id="no such state"),
    ],
)
def test_every_error_has_one_shape(house: House, method: str, path: str, status: int, code: str) -> None:
    answer = house.client.request(method, path, headers=house.key(*ALL))

    assert (answer.status_code, error(answer)["error"]) == (status, code)


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        pytest.param("abc-1.2_3", True, id="well formed"),
        pytest.param("a b", False, id="with a space"),
        pytest.param("x" * 65, False, id="too long"),
        pytest.param("a\u00e9", False, id="not ASCII"),
    ],
)
def test_a_request_id_is_taken_over_when_it_is_one(house: House, sent: str, *, kept: bool) -> None:
    answer = house.client.get("/livez", headers={b"X-Request-Id": sent.encode("latin-1")})

    assert (answer.headers["x-request-id"] == sent) is kept


@pytest.mark.parametrize("text", ['"', "*", "a OR b", "x' --", "🙂" * 50, "NEAR(", "^保"])
def test_search_takes_whatever_is_typed(house: House, text: str) -> None:
    house.call()

    answer = house.client.get("/api/v1/calls", params={"text": text}, headers=house.key(*ALL))

    assert answer.status_code == 200
    assert answer.json()["calls"] == []


@pytest.mark.parametrize("path", ["/livez", "/readyz", "/startupz"])
def test_balancers_may_ask_with_head(house: House, path: str) -> None:
    head, get = house.client.head(path), house.client.get(path)

    assert (head.status_code, head.content) == (get.status_code, b"")


def test_ready_says_what_is_in_the_way(house: House) -> None:
    answer = house.client.get("/readyz")

    assert (answer.status_code, answer.json()) == (503, {"ready": False, "troubles": ["no_worker"]})
