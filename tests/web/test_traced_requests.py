"""What a collector learns of a request: its template and how it ended, also where it ended badly."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import httpx
import pytest

from qa_service.tracing.otlp import otlp_tracer
from qa_service.web.app import make_app
from tests.tracing.collector import Collector, Span, collecting
from tests.web.service import MACHINE, Service, answering


class _Broken:
    """Says in its error what people said."""

    def __getattr__(self, name: str) -> Any:
        raise LookupError("王小明 13800138000")


@dataclass
class Traced:
    """A service that is traced."""

    service: Service
    collector: Collector

    def span(self, method: str, path: str, **sent: Any) -> Span:
        """Of a request like this."""
        tracer = otlp_tracer(self.collector.url)
        parts = replace(self.service.parts, tracer=tracer, webhooks=_Broken())
        key = self.service.key(*MACHINE.caller.rights)
        with answering(make_app(parts, self.service.app.state.texts)) as url:
            headers = {"Authorization": f"Bearer {key}", "X-Request-Id": "mine"}
            httpx.request(method, url + path, headers=headers, timeout=60, trust_env=False, **sent)
        tracer.close()
        (span,) = self.collector.spans
        return span


@pytest.fixture
def traced(service: Service, monkeypatch: pytest.MonkeyPatch) -> Iterator[Traced]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with collecting() as collector:
        yield Traced(service, collector)


@pytest.mark.parametrize(
    ("method", "path", "name", "status", "why"),
    [
        pytest.param("GET", "/livez", "GET /livez", 200, None, id="a probe"),
        pytest.param("GET", "/api/v1/me", "GET /api/v1/me", 200, None, id="what is there"),
        pytest.param(
            "GET", "/api/v1/calls/王小明", "GET /api/v1/calls/{call_id}", 422, None, id="what is no id"
        ),
        pytest.param("GET", "/王小明?number=138", "GET unknown", 404, None, id="no address of ours"),
        pytest.param("王小明".encode().hex(), "/livez", "other /livez", 405, None, id="a method made up"),
        pytest.param(
            "GET", "/api/v1/webhooks", "GET /api/v1/webhooks", 500, "LookupError", id="what breaks off inside"
        ),
    ],
)
def test_what_is_told(
    traced: Traced, method: str, path: str, name: str, status: int, why: str | None
) -> None:
    span = traced.span(method, path)

    assert (span.name, span.attributes["http.response.status_code"]) == (name, status)
    assert (span.attributes.get("error.type"), span.is_failed) == (why, why is not None)
    assert span.attributes["qa.request_id"] == "mine"
    assert b"13800138000" not in traced.collector.bodies[0]


def test_a_body_that_is_refused_before_it_is_read(traced: Traced) -> None:
    span = traced.span("POST", "/api/v1/session", content=b"x" * (3 << 20))

    assert span.attributes["http.response.status_code"] == 413
    assert not span.is_failed
