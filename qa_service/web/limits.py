"""What every request passes first: an id, a limit on its body, and a look at how long it took.

The limit counts the bytes that come, whatever Content-Length says: a body that lies is cut off.
"""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Callable, MutableMapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import structlog
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from qa_service.core.errors import QaError
from qa_service.web.errors import Denied
from qa_service.web.metrics import REQUESTS, SECONDS

log = structlog.get_logger()
_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
#: Requests that upload nothing need no more.
_SMALL = 2 << 20
#: What goes around a file in a multipart body, and the envelope beside it.
_AROUND = 4 << 20
_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
)


class _TooMuch(Exception):  # noqa: N818 - never leaves this file
    """The body is longer than it may be."""


@dataclass(slots=True)
class _Passing:
    """One request on its way: counts what comes in, marks what goes out."""

    source: Receive
    sink: Send
    request_id: str
    most: int
    counted: int = 0
    status: int = 0

    @property
    def is_within(self) -> bool:
        return self.counted <= self.most

    async def receive(self) -> Message:
        message = await self.source()
        self.counted += len(message.get("body", b""))
        if not self.is_within:
            raise _TooMuch
        return message

    async def send(self, message: MutableMapping[str, Any]) -> None:
        if self.is_within:  # else it is the framework's own answer to a body that broke off
            await self.send_anyway(message)

    async def send_anyway(self, message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            named = (b"x-request-id", self.request_id.encode())
            message["headers"] = [*message["headers"], named, *_HEADERS]
        await self.sink(message)


class Limits:
    """Wraps the whole app."""

    def __init__(self, app: ASGIApp, most_bytes: int, sentence: Callable[[QaError], str]) -> None:
        """`most_bytes` is the largest recording."""
        self._app = app
        self._sentence = sentence
        self._most = most_bytes + _AROUND

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        request_id = _request_id(headers.get(b"x-request-id", b""))
        scope.setdefault("state", {})["request_id"] = request_id
        most = self._most if scope["path"] == "/api/v1/calls" else _SMALL
        begun, passing = time.perf_counter(), _Passing(receive, send, request_id, most)
        try:
            passing.counted = _claimed(headers)
            if passing.is_within:
                passing.counted = 0
                with suppress(_TooMuch):
                    await self._app(scope, passing.receive, passing.send)
            if not passing.is_within:
                await self._too_large(request_id)(scope, receive, passing.send_anyway)
        finally:
            _note(scope, passing.status, time.perf_counter() - begun, request_id)

    def _too_large(self, request_id: str) -> JSONResponse:
        error = Denied("upload_too_large", problem="the body is too large", fix="Compress the recording")
        body = {"error": error.code, "detail": self._sentence(error), "request_id": request_id}
        return JSONResponse(body, 413, headers={"Connection": "close"})


def _claimed(headers: MutableMapping[bytes, bytes]) -> int:
    length = headers.get(b"content-length", b"0")
    return int(length) if length.isdigit() and len(length) < 19 else 0


def _request_id(given: bytes) -> str:
    text = given.decode("ascii", "replace")
    return text if _ID.fullmatch(text) else uuid.uuid4().hex


def _note(scope: Scope, status: int, took_s: float, request_id: str) -> None:
    route = getattr(scope.get("route"), "path", "unknown")
    REQUESTS.labels(route, scope["method"], str(status)).inc()
    SECONDS.labels(route).observe(took_s)
    log.info(
        "request",
        route=route,
        method=scope["method"],
        status=status,
        took_ms=round(took_s * 1_000),
        request_id=request_id,
    )
