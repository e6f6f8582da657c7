"""`qa-service serve`: API and an embedded worker, on SQLite files and a folder unless told otherwise."""

from __future__ import annotations

import gc
import ipaddress
import os
import signal
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated

import typer

from qa_service import bootstrap
from qa_service.cli.embedded import EmbeddedWorker
from qa_service.cli.first_start import make_first_admin, offer_samples
from qa_service.core.errors import UsageError
from qa_service.core.people import GUEST

if TYPE_CHECKING:
    from types import FrameType

    from qa_service.web.parts import Parts

#: What the worker works on gets this long to end, what is being answered this long.
_GRACE_S, _ANSWERS_S = 8.5, 5
_SWITCH_S = 0.001


def serve(
    host: Annotated[str, typer.Option(help="监听的地址 Address to listen on.")] = "",
    port: Annotated[int, typer.Option(help="端口，0 = 任选一个 Port, 0 = any free one.", max=65_535)] = -1,
    worker: Annotated[bool, typer.Option(help="同时运行一个处理节点 Also run a worker.")] = True,
    insecure_cookies: Annotated[
        bool, typer.Option(help="不经 TLS 也接受登录，仅用于试用 Sign-in without TLS, for trials only.")
    ] = False,
    samples: Annotated[
        bool | None, typer.Option("--samples/--no-samples", help="载入示例通话 Load the sample calls.")
    ] = None,
    without_sign_in: Annotated[
        bool, typer.Option(help="本机试用，不必登录 No sign-in, on this machine alone, for trials.")
    ] = False,
) -> None:
    """Serves until it is asked to stop."""
    chosen = bootstrap.settings()
    host = host or chosen.host
    is_loopback = _is_loopback(host)
    if without_sign_in and not is_loopback:
        raise UsageError(
            "sign_in_needed",
            where="--without-sign-in",
            problem=f"everybody who reaches {host} could read every call",
            fix="Use it with --host 127.0.0.1 only",
            host=host,
        )
    listening = _listen(host, chosen.port if port < 0 else port)
    parts = bootstrap.web_parts(
        secure_cookies=_by_tls(chosen.base_url, is_loopback=is_loopback) and not insecure_cookies
    )
    if without_sign_in:
        parts = replace(parts, guest=GUEST)
    tempfile.tempdir = str(parts.scratch)  # what comes in lies on the private disk until it is sealed
    make_first_admin(parts)
    offer_samples(parts, samples)
    both = _Both(parts.stopping, EmbeddedWorker(bootstrap.scratch().sweep) if worker else None)
    both.begin()
    try:
        _serve(parts, listening, both)
    finally:
        parts.tracer.close()
        both.end()


def _serve(parts: Parts, listening: socket.socket, both: _Both) -> None:
    import uvicorn

    from qa_service.web.app import make_app
    from qa_service.web.protocol import protocol

    app = make_app(parts, bootstrap.texts())
    app.openapi()
    _set_aside_what_stays()
    config = uvicorn.Config(
        app,
        http=protocol(bootstrap.texts()),
        log_config=None,  # ours stands: the server's own would print tracebacks
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=_ANSWERS_S,
        h11_max_incomplete_event_size=64 << 10,
    )

    class Server(uvicorn.Server):
        def handle_exit(self, sig: int, frame: FrameType | None) -> None:
            if both.asked_at is not None:
                both.drop()
                bootstrap.scratch().clear()
                os._exit(128 + sig)
            both.ask()
            super().handle_exit(sig, frame)

        @contextmanager
        def capture_signals(self) -> Iterator[None]:
            # It would send us each signal once more when it has ended: no second one that anybody sent.
            yield

    # Forty threads that each keep the interpreter for Python's 5 ms would make the event loop wait for 0.2 s.
    sys.setswitchinterval(_SWITCH_S)
    server = Server(config)
    for sign in (signal.SIGTERM, signal.SIGINT):
        # Also after the server has ended: the worker is still to be waited for.
        signal.signal(sign, server.handle_exit)
    host, port = listening.getsockname()[:2]
    shown = f"[{host}]" if ":" in host else host
    listening.listen()  # who reads the address may ask at once, and waits a moment: nobody is refused
    typer.echo(f"qa-service: http://{shown}:{port}  (API: /api/v1, Ctrl-C 停止)", err=True)
    server.run(sockets=[listening])


def _set_aside_what_stays() -> None:
    """What was loaded stays until the end: looking through it for garbage stops everything for 0.15 s each time."""
    gc.collect()
    gc.freeze()


def _listen(host: str, port: int) -> socket.socket:
    """The socket, before anything else is started: an address that is taken costs nothing."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        reason = error.strerror or type(error).__name__
        raise UsageError(
            "cannot_listen",
            where=f"{host}:{port}",
            problem=f"cannot listen here: {reason}",
            fix="Choose another --port, or end what listens there",
            reason=reason,
        ) from error
    return listening


@dataclass(slots=True)
class _Both:
    """This process and its worker end together, within the time that whoever starts services allows (10 s)."""

    stopping: threading.Event
    worker: EmbeddedWorker | None
    asked_at: float | None = None

    def begin(self) -> None:
        """Starts the worker."""
        if self.worker is not None:
            self.worker.begin()

    def ask(self) -> None:
        """Asks streams to end, and the worker."""
        if self.asked_at is not None:
            return
        self.asked_at = time.monotonic()
        self.stopping.set()
        if self.worker is not None:
            self.worker.ask()

    def end(self) -> None:
        """Waits for the worker; what it has not ended by then is taken over at the next start."""
        self.ask()
        if self.worker is None or self.asked_at is None:
            return
        if not self.worker.wait(max(0.1, self.asked_at + _GRACE_S - time.monotonic())):
            self.worker.drop()

    def drop(self) -> None:
        """Ends the worker at once."""
        if self.worker is not None:
            self.worker.drop()


def _by_tls(base_url: str, *, is_loopback: bool) -> bool:
    """Whether browsers come by TLS: to another machine always, to this one where a proxy is said to stand before it."""
    return not is_loopback or base_url.lower().startswith("https:")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        if host == "localhost":
            return True
        raise UsageError(
            "bad_host",
            where="--host",
            problem=f"{host!r} is not an IP address",
            fix="Use 127.0.0.1 or 0.0.0.0",
        ) from None
