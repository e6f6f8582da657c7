"""Where spans go: to a collector over OTLP/HTTP, in batches, from a thread of their own.

Requests and work put a span into a queue in memory and go on. Where the collector is away or slow, the queue
runs over and spans are lost; nobody waits for it.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence

import structlog
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import OTELResourceDetector, Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult

from qa_service import __version__
from qa_service.tracing.tracer import OtelTracer

log = structlog.get_logger()
_PATH = "/v1/traces"


class _Told(SpanExporter):
    """Says once that spans are lost, and once that they arrive again."""

    def __init__(self, real: SpanExporter) -> None:
        self._real, self._arrive = real, True

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        result = self._real.export(spans)
        arrive = result is SpanExportResult.SUCCESS
        if self._arrive and not arrive:
            log.warning("traces_lost", count=len(spans))
        if arrive and not self._arrive:
            log.warning("traces_arrive_again")
        self._arrive = arrive
        return result

    def shutdown(self) -> None:
        self._real.shutdown()


def otlp_tracer(endpoint: str) -> OtelTracer:
    """Traces to the collector at this address; all else by the standard `OTEL_*` variables.

    Raises:
        ValueError: one of those has a value that will not do.
    """
    # Its every failed try would be a line. What is lost is told above.
    logging.getLogger("opentelemetry").setLevel(logging.CRITICAL)
    provider = TracerProvider(resource=_resource(), shutdown_on_exit=False)
    exporter = OTLPSpanExporter(endpoint=endpoint.rstrip("/") + _PATH)
    provider.add_span_processor(BatchSpanProcessor(_Told(exporter)))
    return OtelTracer(provider)


def _resource() -> Resource:
    """Who we are, and what OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES say; nothing that is found out here."""
    ours = Resource({"service.name": "qa-service", "service.version": __version__})
    return ours.merge(OTELResourceDetector().detect())
