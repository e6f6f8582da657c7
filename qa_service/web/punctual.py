"""The server's protocol with a deadline for the head of a request, and our shape for what it refuses itself.

uvicorn waits for ever for the rest of a head: thousands of half-sent ones would hold thousands of connections. Slow
bodies are ended in bodies.py.
"""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import Mapping
from typing import Any, ClassVar

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

#: A head has this long from the connection's first moment, or from the end of the answer before it: as long has what
#: is left of a body that was answered before it had come.
HEAD_S = 20.0
_REASONS = {400: "Bad Request", 408: "Request Timeout"}


class Punctual(H11Protocol):
    """Closes connections on which no whole head comes in time."""

    head_s = HEAD_S
    #: Of each status: code and sentence.
    said: ClassVar[Mapping[int, tuple[str, str]]] = {
        400: ("not_http", "这不是 HTTP 请求。This is not HTTP."),
        408: ("request_too_slow", "请求头迟迟没有传完。The head of the request did not come."),
    }

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """The first head is waited for."""
        super().connection_made(transport)
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing is waited for any more."""
        self._stop_waiting()
        super().connection_lost(exc)

    def on_response_complete(self) -> None:
        """The next head is waited for; where nothing comes at all, the server closes sooner."""
        super().on_response_complete()
        self._wait()

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - it tells what the server is
        """What is no request is refused in the one shape."""
        self._refuse(400)

    def _wait(self) -> None:
        self._stop_waiting()
        self._deadline = self.loop.call_later(self.head_s, self._look)

    def _stop_waiting(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _look(self) -> None:
        """The time is over. A request that is being answered has had its head."""
        self._deadline = None
        cycle: RequestResponseCycle | None = self.cycle
        if self.transport.is_closing() or (cycle is not None and not cycle.response_complete):
            return
        if self.conn.our_state is h11.IDLE:
            self._refuse(408)
        else:
            self.transport.close()

    def _refuse(self, status: int) -> None:
        code, detail = self.said[status]
        told = {"error": code, "detail": detail, "request_id": uuid.uuid4().hex}
        body = json.dumps(told, ensure_ascii=False).encode()
        head = (
            f"HTTP/1.1 {status} {_REASONS[status]}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\nX-Request-Id: {told['request_id']}\r\n"
            "X-Content-Type-Options: nosniff\r\nReferrer-Policy: no-referrer\r\n"
            "Cross-Origin-Resource-Policy: same-origin\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n"
        )
        self.transport.write(head.encode("ascii") + body)
        self.transport.close()
