"""What every request passes first: an id, limits on its body, and a look at how long it took.

The limit counts the bytes that come, whatever Content-Length says: a body that lies is cut off.
"""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Callable, Mapping, MutableMapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import structlog
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from qa_service.core.errors import QaError
from qa_service.ports.tracing import UNTRACED, Traced, Tracer
from qa_service.web.bodies import PATIENCE_S, Body
from qa_service.web.denials import Denied, internal
from qa_service.web.metrics import REQUESTS, SECONDS, TURNED_AWAY
from qa_service.web.room import COME_BACK_S, Place, Room
from qa_service.web.statuses import headers_of, status_of
from qa_service.web.too_large import too_large

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


def _unknown(_: Exception) -> QaError | None:
    """For an app whose errors say nothing about where it keeps things."""
    return None


class Limits:
    """Wraps the whole app. Whatever it ends in, the answer has the one shape, and our headers."""

    def __init__(
        self,
        app: ASGIApp,
        most_bytes: int,
        sentence: Callable[[QaError], str],
        patience_s: float = PATIENCE_S,
        tracer: Tracer = UNTRACED,
        known: Callable[[Exception], QaError | None] = _unknown,
    ) -> None:
        """`most_bytes` is the largest recording; `known` says what an error of another library means to us."""
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
        self._known = known

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
        body = Body(receive, self._most_of(scope), self._patience_s, place)
        scope["state"]["most_bytes"] = body.most
        begun, answer, broken = time.perf_counter(), _Answer(send, place, request_id), ""
        try:
            await self._chosen(scope, body, request_id)(scope, body.next, answer.send)
        except Exception as error:  # noqa: BLE001 - nothing is swallowed: it is logged, and answered
            # The server would print a traceback, and what was said in a call may stand in it.
            broken = type(error).__name__
            log.error("request_broke_off", code=broken, request_id=request_id)
            await self._broken_off(error, scope, body, answer)
        finally:
            place.close()
            _note(scope, answer.status, time.perf_counter() - begun, request_id)
            _tell(traced, scope, answer.status, request_id)
            if broken:  # says more than the status
                traced.fail(broken)

    async def _broken_off(self, error: Exception, scope: Scope, body: Body, answer: _Answer) -> None:
        """Says so, where nothing was said yet; an answer that breaks off half-way closes the connection."""
        if answer.has_begun:
            return
        ours = self._known(error) or internal()
        ours.where = ""  # places on this machine are for its own people
        refusal = self._refusal(ours, answer.request_id, status_of(ours), **headers_of(ours))
        with suppress(OSError):  # nobody is there any more
            await refusal(scope, body.receive, answer.send)

    def _most_of(self, scope: Scope) -> int:
        """How large the body may be. A piece of an upload in pieces is as large as its sender likes."""
        if scope["method"] == "PATCH" and scope["path"].startswith("/api/v1/uploads/"):
            return self._most_piece
        return self._most.get(scope["path"], _SMALL)

    def _chosen(self, scope: Scope, body: Body, request_id: str) -> ASGIApp:
        """The app, or a refusal before it is asked."""
        if _claimed(dict(scope["headers"])) > body.most:
            return self._refusal(too_large(scope["path"], body.most), request_id, 413, Connection="close")
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


@dataclass(slots=True)
class _Answer:
    """The answer as it goes out. Its head is held back until there is something of its body.

    An answer that is read piece by piece, from a store that may be away, begins with its first piece: what goes
    wrong before is an error like any other.
    """

    sender: Send
    place: Place
    request_id: str
    status: int = 0
    has_begun: bool = False
    _head: MutableMapping[str, Any] | None = None

    async def send(self, message: MutableMapping[str, Any]) -> None:
        """The next message of the app."""
        if message["type"] == "http.response.start":
            self.place.close()
            self.status = message["status"]
            self._head = {**message, "headers": _with_ours(message["headers"], self.request_id)}
            return
        if self._head is not None:
            self.has_begun, head, self._head = True, self._head, None
            await self.sender(head)
        await self.sender(message)


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
