"""What is no HTTP gets our one shape, and the connection is closed."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator

import pytest
import uvicorn

from qa_service.i18n.catalogue import catalogue
from qa_service.web.protocol import protocol
from tests.web.service import wait_until


async def _app(scope: object, receive: object, send: object) -> None:
    raise AssertionError("nothing of this is a request")


@pytest.fixture(scope="module", params=["zh_CN", "en"])
def server(request: pytest.FixtureRequest) -> Iterator[tuple[tuple[str, int], str]]:
    made = uvicorn.Server(
        uvicorn.Config(_app, port=0, log_config=None, lifespan="off", http=protocol(catalogue(request.param)))
    )
    thread = threading.Thread(target=made.run, daemon=True)
    thread.start()
    wait_until(lambda: made.started)
    yield made.servers[0].sockets[0].getsockname()[:2], request.param
    made.should_exit = True
    thread.join(10)


@pytest.mark.parametrize(
    "sent",
    [
        pytest.param(
            "GET /api/v1/calls?text=保本 HTTP/1.1\r\nHost: a\r\n\r\n".encode(), id="Chinese in the query"
        ),
        pytest.param("GET /标准 HTTP/1.1\r\nHost: a\r\n\r\n".encode(), id="Chinese in the path"),
        pytest.param(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", id="TLS"),
        pytest.param(b"GET / HTTP/1.1\r\n\r\n", id="no host"),
        pytest.param(b"<xml/>\r\n\r\n", id="no request at all"),
    ],
)
def test_what_is_no_http_gets_the_one_shape(server: tuple[tuple[str, int], str], sent: bytes) -> None:
    address, lang = server
    with socket.create_connection(address, timeout=10) as opened:
        opened.sendall(sent)
        answer = b""
        while piece := opened.recv(65_536):
            answer += piece

    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400 ")
    assert b"application/json" in head
    told = json.loads(body)
    assert set(told) == {"error", "detail", "request_id"}
    assert told["error"] == "not_http"
    assert "--data-urlencode" in told["detail"]
    assert ("地址" in told["detail"]) == (lang == "zh_CN")
