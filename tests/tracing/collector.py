"""A small collector of OpenTelemetry on loopback: it reads what is sent with the protocol's own classes."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)


@dataclass(frozen=True)
class Span:
    """What one span told."""

    name: str
    kind: int
    trace_id: str
    span_id: str
    parent_id: str
    attributes: dict[str, Any]
    #: Of the whole process.
    resource: dict[str, Any]
    is_failed: bool
    events: int
    links: int
    state: str


@dataclass
class Collector:
    """How it answers, and what it was sent."""

    port: int = 0
    status: int = 200
    #: Where it is set, nothing is answered until `let_go`.
    holds: bool = False
    let_go: threading.Event = field(default_factory=threading.Event)
    asked: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def settings(self) -> dict[str, str]:
        """Of a process that tells it, soon after it has something to tell."""
        return {"QA_OTLP_ENDPOINT": self.url, "OTEL_BSP_SCHEDULE_DELAY": "50", "NO_PROXY": "127.0.0.1"}

    @property
    def spans(self) -> list[Span]:
        return [span for body in tuple(self.bodies) for span in _read(body)]

    def named(self, name: str) -> list[Span]:
        return [span for span in self.spans if span.name == name]


def _read(body: bytes) -> Iterator[Span]:
    for process in ExportTraceServiceRequest.FromString(body).resource_spans:
        resource = _values(process.resource.attributes)
        for library in process.scope_spans:
            for span in library.spans:
                yield Span(
                    name=span.name,
                    kind=span.kind,
                    trace_id=span.trace_id.hex(),
                    span_id=span.span_id.hex(),
                    parent_id=span.parent_span_id.hex(),
                    attributes=_values(span.attributes),
                    resource=resource,
                    is_failed=span.status.code == span.status.STATUS_CODE_ERROR,
                    events=len(span.events),
                    links=len(span.links),
                    state=span.trace_state,
                )


def _values(given: Any) -> dict[str, Any]:
    return {one.key: getattr(one.value, one.value.WhichOneof("value")) for one in given}


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def log_message(self, *_: object) -> None:
        return

    def do_POST(self) -> None:
        collector = self.server.collector
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        collector.asked.append(self.path)
        collector.headers.append({name.lower(): value for name, value in self.headers.items()})
        if collector.holds:
            collector.let_go.wait(60)
        if collector.status == 200 and self.path == "/v1/traces":
            packed = self.headers.get("content-encoding") == "gzip"
            collector.bodies.append(gzip.decompress(body) if packed else body)
        answer = ExportTraceServiceResponse().SerializeToString()
        self.send_response(collector.status)
        self.send_header("content-length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    collector: Collector

    def handle_error(self, *_: object) -> None:
        """Who does not wait for an answer is not spoken of."""


@contextmanager
def collecting() -> Iterator[Collector]:
    """A collector that answers until the end."""
    server = _Server(("127.0.0.1", 0), _Handler)
    server.collector = Collector(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server.collector
    finally:
        server.collector.let_go.set()
        server.shutdown()
        server.server_close()
        thread.join(10)
