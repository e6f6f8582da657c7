"""A receiver of webhooks on 127.0.0.1 that can refuse, hang, drip, redirect and die; and a canary that only counts."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ssl import SSLContext


@dataclass(frozen=True)
class Got:
    """A request as it came."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Receiver:
    """How it answers, and what it was sent."""

    port: int = 0
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    answer: bytes = b"{}"
    #: `answer`; `die` closes without a word; `hang` says nothing until `let_go`; `drip` sends its head byte by byte.
    way: str = "answer"
    let_go: threading.Event = field(default_factory=threading.Event)
    got: list[Got] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook?key=k1"


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def log_message(self, *_: object) -> None:
        return

    def do_POST(self) -> None:
        receiver = self.server.receiver
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        receiver.got.append(Got(self.command, self.path, headers, body))
        if receiver.way == "hang":
            receiver.let_go.wait(30)
        elif receiver.way == "drip":
            self._drip()
        if receiver.way == "answer":
            self._answer()

    do_GET = do_POST  # noqa: N815 - the library's own names

    def _answer(self) -> None:
        receiver = self.server.receiver
        self.send_response(receiver.status)
        for name, value in {"content-length": str(len(receiver.answer)), **receiver.headers}.items():
            if value:
                self.send_header(name, value)
        self.end_headers()
        self.wfile.write(receiver.answer)

    def _drip(self) -> None:
        for byte in b"HTTP/1.1 200 OK\r\nx-slow: " + b"y" * 10_000:
            if self.server.receiver.let_go.wait(0.01):
                return
            self.wfile.write(bytes([byte]))


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    receiver: Receiver

    def handle_error(self, *_: object) -> None:
        return  # a client that went away


@contextmanager
def running(receiver: Receiver, tls: SSLContext | None = None) -> Iterator[Receiver]:
    """The receiver, answering on a port of its own."""
    server = _Server(("127.0.0.1", 0), _Handler)
    server.receiver, receiver.port = receiver, server.server_port
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        receiver.let_go.set()
        server.shutdown()
        server.server_close()
        thread.join()


@dataclass
class Canary:
    """Counts connections to it, whatever they want."""

    port: int
    calls: int = 0


@contextmanager
def canary() -> Iterator[Canary]:
    """Listens on every address of this machine, IPv6 too where there is any."""
    family, anywhere = (socket.AF_INET6, "::") if socket.has_dualstack_ipv6() else (socket.AF_INET, "0.0.0.0")  # noqa: S104
    listener = socket.create_server((anywhere, 0), family=family, dualstack_ipv6=family is socket.AF_INET6)
    sings, over = Canary(listener.getsockname()[1]), threading.Event()

    def count() -> None:
        while True:
            connection, _ = listener.accept()
            with connection:  # counted before the caller hears anything
                if over.is_set():
                    return
                sings.calls += 1

    thread = threading.Thread(target=count, daemon=True)
    thread.start()
    try:
        yield sings
    finally:
        over.set()
        socket.create_connection(("127.0.0.1", sings.port)).close()
        thread.join()
        listener.close()
