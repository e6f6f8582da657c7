"""Who sends too slowly is ended: with a body, or with a head that never comes whole. Others are served meanwhile."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from starlette.exceptions import HTTPException

from qa_service.core.people import Right
from qa_service.web.app import make_app
from qa_service.web.bodies import LEAST_BYTES_S, Body
from qa_service.web.limits import Limits
from qa_service.web.punctual import Punctual
from qa_service.web.room import Place, Room
from tests.web.service import Service, answering
from tests.web.wire import head

PATIENCE_S = 30.0


class Line:
    """A sender: so many bytes, each time after so many seconds of a clock that is turned by hand."""

    def __init__(self, *pieces: tuple[float, int]) -> None:
        self.now, self._pieces = 0.0, list(pieces)

    async def receive(self) -> Any:
        seconds, size = self._pieces.pop(0)
        self.now += seconds
        return {"type": "http.request", "body": bytes(size), "more_body": bool(self._pieces)}

    def came(self) -> int:
        """How much of it was taken before it ended, or was ended."""
        body = Body(self.receive, 1 << 40, PATIENCE_S, Place(Room()), lambda: self.now)

        async def read() -> int:
            with suppress(HTTPException):
                while not body.is_complete:
                    await body.next()
                return body.counted
            return -body.counted

        return asyncio.run(read())


def let_in(ask: Callable[[], httpx.Response]) -> httpx.Response:
    """The answer to who comes again when told so: two hundred who begin at once fill the room for a moment."""
    answer = ask()
    for _ in range(50):
        if answer.status_code != 503:
            break
        assert "retry-after" in answer.headers
        time.sleep(0.1)
        answer = ask()
    return answer


@pytest.mark.parametrize(
    "pieces",
    [
        pytest.param([(1, 1)] * 25, id="a byte a second, but few of them"),
        pytest.param([(1, LEAST_BYTES_S)] * 600, id="ten minutes at the least pace"),
        pytest.param([(10, 12 * LEAST_BYTES_S)] * 60, id="in bursts, on a bad line"),
        pytest.param([(0.1, 1 << 20)] * 10, id="quickly"),
        pytest.param([(29, 1), (0.1, 10 << 20)], id="late, then quickly"),
        pytest.param([(1, 1 << 20), (29, 1), (29, 1), (1, 1)], id="quickly, then haltingly"),
    ],
)
def test_who_may_go_on(pieces: list[tuple[float, int]]) -> None:
    assert Line(*pieces).came() == sum(size for _, size in pieces)


@pytest.mark.parametrize(
    ("pieces", "taken"),
    [
        pytest.param([(1, 1)] * 600, 31, id="a byte a second"),
        pytest.param([(29, 1)] * 20, 2, id="a byte just before patience ends, each time"),
        pytest.param([(1, LEAST_BYTES_S // 2)] * 600, None, id="half of the least pace"),
        pytest.param([(0.1, 64 << 10)] + [(10, 1)] * 60, None, id="quickly at first, then never whole"),
    ],
)
def test_who_is_ended(pieces: list[tuple[float, int]], taken: int | None) -> None:
    came = Line(*pieces).came()

    assert came < 0
    if taken is not None:
        assert -came == taken


def test_time_that_we_take_is_not_counted() -> None:
    line = Line((1, 10), (1, 10), (1, 10))
    body = Body(line.receive, 1_000, PATIENCE_S, Place(Room()), lambda: line.now)

    async def read() -> None:
        while not body.is_complete:
            await body.next()
            line.now += 600  # a slow disk, a busy machine

    asyncio.run(read())

    assert (body.counted, body.waited_s) == (30, 3)


def connect(url: str, said: bytes) -> socket.socket:
    address = urlsplit(url)
    line = socket.create_connection((address.hostname or "", address.port or 0), timeout=30)
    line.sendall(said)
    return line


def heard(line: socket.socket) -> bytes:
    """Everything until the other side closes."""
    received = b""
    while piece := line.recv(1 << 16):
        received += piece
    line.close()
    return received


@pytest.fixture
def hasty(service: Service, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The service, which waits for half a second."""
    monkeypatch.setattr(Punctual, "head_s", 0.5)
    app = make_app(service.parts, service.app.state.texts)
    with answering(Limits(app, 1 << 20, str, patience_s=0.5)) as url:
        yield url


@pytest.mark.parametrize(
    "said",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"GET /api", id="half a line"),
        pytest.param(b"GET /livez HTTP/1.1\r\nHost: here\r\nX-Long: a", id="half a head"),
    ],
)
def test_a_head_that_does_not_come_is_given_up(hasty: str, said: bytes) -> None:
    answer = heard(connect(hasty, said))

    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b'"error": "request_too_slow"' in answer
    assert b"X-Content-Type-Options: nosniff" in answer


def test_so_is_the_second_head_on_a_line_that_stays(hasty: str) -> None:
    answer = heard(connect(hasty, b"GET /livez HTTP/1.1\r\nHost: here\r\n\r\nGET /livez HT"))

    assert [piece[:4] for piece in answer.split(b"HTTP/1.1 ")[1:]] == [b"200 ", b"408 "]


def test_what_is_no_request_is_refused_in_the_one_shape(hasty: str) -> None:
    answer = heard(connect(hasty, b"\x16\x03\x01 not HTTP\r\n\r\n"))

    assert answer.startswith(b"HTTP/1.1 400 ")
    assert b'"error": "not_http"' in answer


def test_a_long_answer_is_not_cut_off_by_the_deadline(service: Service, hasty: str) -> None:
    """A stream of progress lives longer than a head may take."""
    client = service.everything()
    sent = {"recording": ("a.wav", b"RIFF" + bytes(99))}
    receipt = let_in(
        lambda: client.post("/api/v1/calls", files=sent, data={"allow_duplicate": "true"})
    ).json()
    key = client.headers["Authorization"]

    with httpx.stream(
        "GET", f"{hasty}/api/v1/jobs/{receipt['job_id']}/events", headers={"Authorization": key}, timeout=30
    ) as stream:
        lines = stream.iter_lines()
        assert next(lines) == "event: job"
        asyncio.run(asyncio.sleep(1.2))
        client.post(f"/api/v1/jobs/{receipt['job_id']}/cancel").raise_for_status()
        assert any('"state":"cancelled"' in line for line in lines)


def test_others_are_served_while_many_send_nothing(service: Service) -> None:
    secret = service.key(*Right)
    with ExitStack() as stack:
        for number in range(200):
            said = (
                head(secret, Content_Length="100000") if number % 2 else b"POST /api/v1/calls HTTP/1.1\r\nHo"
            )
            stack.enter_context(connect(service.url, said))
        client = service.client(secret=secret)
        answer = let_in(lambda: client.get("/api/v1/calls"))

    assert answer.status_code == 200, answer.text
