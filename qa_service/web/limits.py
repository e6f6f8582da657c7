"""What every request passes first: an id, limits on its body, and a look at how long it took.

The limit counts the bytes that come, whatever Content-Length says: a body that lies is cut off.
"""

from __future__ import annotations

import asyncio
import re
import time
import uuid
from collections.abc import Callable, Mapping, MutableMapping
from dataclasses import dataclass
from typing import Any

import structlog
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from qa_service.core.errors import QaError
from qa_service.ports.tracing import UNTRACED, Traced, Tracer
from qa_service.web.errors import Denied
from qa_service.web.metrics import REQUESTS, SECONDS, TURNED_AWAY
from qa_service.web.room import COME_BACK_S, Place, Room

log = structlog.get_logger()
_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
#: Requests that upload nothing need no more.
_SMALL = 2 << 20
#: A transcript has at most this many bytes (usecases/transcript.py).
_TRANSCRIPT = 32 << 20
#: A side file of a batch too (usecases/side_file.py).
_SIDE_FILE = 8 << 20
#: What goes around a file in a multipart body, and the envelope beside it.
_AROUND = 4 << 20
#: A body of which nothing comes for this long is given up.
_PATIENCE_S = 30.0
#: Asked by whoever watches over us; they cost nothing and must be answered most of all when there is much to do.
_PROBES = frozenset({"/livez", "/readyz", "/startupz", "/metrics"})
#: What may stand in a label of a metric; strangers make up others.
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"})
_API = "/api/v1/"
#: From here on it is our fault.
_BROKEN = 500
_HEADERS: Mapping[bytes, bytes] = {
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"no-referrer",
    b"cross-origin-resource-policy": b"same-origin",
    # What is told here is for the one who asked, now.
    b"cache-control": b"no-store",
}


@dataclass(slots=True)
class _Body:
    """The body of one request as it comes."""

    receive: Receive
    most: int
    patience_s: float
    place: Place
    counted: int = 0
    is_complete: bool = False

    async def next(self) -> Message:
        """The next piece.

        Raises:
            HTTPException: 413 when there is too much of it, 408 when it does not come.
        """
        if self.is_complete:
            return await self.receive()
        # Whoever sends slowly keeps nobody from being served.
        self.place.leave()
        try:
            message = await asyncio.wait_for(self.receive(), self.patience_s)
        except TimeoutError:
            raise HTTPException(408, headers={"Connection": "close"}) from None
        finally:
            self.place.take()
        self.counted += len(message.get("body", b""))
        self.is_complete = not message.get("more_body", False)
        if self.counted > self.most:
            raise HTTPException(413, headers={"Connection": "close"})
        return message


class Limits:
    """Wraps the whole app."""

    def __init__(
        self,
        app: ASGIApp,
        most_bytes: int,
        sentence: Callable[[QaError], str],
        patience_s: float = _PATIENCE_S,
        tracer: Tracer = UNTRACED,
    ) -> None:
        """`most_bytes` is the largest recording."""
        self._app = app
        self._sentence = sentence
        self._most = {
            "/api/v1/calls": most_bytes + _AROUND,
            "/api/v1/calls/transcripts": _TRANSCRIPT,
            "/api/v1/batches": _SIDE_FILE,
        }
        self._most_piece = most_bytes
        self._patience_s = patience_s
        self._room = Room()
        self._tracer = tracer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        request_id = _request_id(headers.get(b"x-request-id", b""))
        with self._tracer.request(headers.get(b"traceparent", b"").decode("ascii", "replace")) as traced:
            scope.setdefault("state", {}).update(request_id=request_id, trace=traced.trace)
            await self._answer(scope, receive, send, traced)

    async def _answer(self, scope: Scope, receive: Receive, send: Send, traced: Traced) -> None:
        request_id = scope["state"]["request_id"]
        place = Place(self._room)
        body = _Body(receive, self._most_of(scope), self._patience_s, place)
        begun, status = time.perf_counter(), [0]

        async def telling(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                place.close()
                status[0] = message["status"]
                message["headers"] = _with_ours(message["headers"], request_id)
            await send(message)

        try:
            await self._chosen(scope, body, request_id)(scope, body.next, telling)
        except Exception as error:
            traced.fail(type(error).__name__)
            # It is answered and logged (errors.unexpected). The server would print a traceback, and what was
            # said in a call may stand in it; an answer that breaks off half-way closes the connection.
            if not status[0]:
                traced.tell(status=500)
                raise
        finally:
            place.close()
            _note(scope, status[0], time.perf_counter() - begun, request_id)
            _tell(traced, scope, status[0], request_id)

    def _most_of(self, scope: Scope) -> int:
        """How large the body may be. A piece of an upload in pieces is as large as its sender likes."""
        if scope["method"] == "PATCH" and scope["path"].startswith("/api/v1/uploads/"):
            return self._most_piece
        return self._most.get(scope["path"], _SMALL)

    def _chosen(self, scope: Scope, body: _Body, request_id: str) -> ASGIApp:
        """The app, or a refusal before it is asked."""
        if _claimed(dict(scope["headers"])) > body.most:
            large = Denied("upload_too_large", problem="the body is too large", fix="Compress the recording")
            return self._refusal(large, request_id, 413, Connection="close")
        if scope["path"] in _PROBES:
            return self._app
        if self._room.is_full:
            TURNED_AWAY.inc()
            busy = Denied("busy", problem="too much is asked at once", fix="Come back later")
            return self._refusal(busy, request_id, 503, **{"Retry-After": str(COME_BACK_S)})
        body.place.take()
        return self._app

    def _refusal(self, error: QaError, request_id: str, status: int, **headers: str) -> JSONResponse:
        body = {"error": error.code, "detail": self._sentence(error), "request_id": request_id}
        return JSONResponse(body, status, headers=headers)


def _with_ours(given: list[tuple[bytes, bytes]], request_id: str) -> list[tuple[bytes, bytes]]:
    there = {name.lower() for name, _ in given}
    ours = [(name, value) for name, value in _HEADERS.items() if name not in there]
    return [*given, (b"x-request-id", request_id.encode()), *ours]


def _claimed(headers: MutableMapping[bytes, bytes]) -> int:
    length = headers.get(b"content-length", b"0")
    return int(length) if length.isdigit() and len(length) < 19 else 0


def _request_id(given: bytes) -> str:
    text = given.decode("ascii", "replace")
    return text if _ID.fullmatch(text) else uuid.uuid4().hex


def _place(scope: Scope) -> tuple[str, str]:
    """Which method of which route was asked for; the route is the template, never the path."""
    method = scope["method"] if scope["method"] in _METHODS else "other"
    return method, str(getattr(scope.get("route"), "path", "unknown"))


def _tell(traced: Traced, scope: Scope, status: int, request_id: str) -> None:
    method, route = _place(scope)
    # The framework names a route without the prefix that it stands under.
    if route.startswith("/") and scope["path"].startswith(_API) and not route.startswith(_API):
        route = _API + route.removeprefix("/")
    traced.name(f"{method} {route}")
    traced.tell(method=method, route=route, request_id=request_id)
    if status:
        traced.tell(status=status)
    if status >= _BROKEN:
        traced.fail(str(status))


def _note(scope: Scope, status: int, took_s: float, request_id: str) -> None:
    method, route = _place(scope)
    REQUESTS.labels(route, method, str(status)).inc()
    SECONDS.labels(route).observe(took_s)
    log.info(
        "request",
        route=route,
        method=method,
        status=status,
        took_ms=round(took_s * 1_000),
        request_id=request_id,
    )
