"""The port `Tracer` on a provider of our own: the global one stays as it is, so that no library's spans come along."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Unpack

from opentelemetry import trace as otel
from opentelemetry.context import Context
from opentelemetry.trace import SpanKind, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from qa_service import __version__
from qa_service.tracing import facts as told

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider

    from qa_service.ports.tracing import Facts, Traced

#: What is left gets this long to leave when the process ends: a collector that is away holds up nobody.
CLOSING_S = 1.0
_W3C = TraceContextTextMapPropagator()
_HEADER = "traceparent"
#: Of something that its process did not end.
_BROKEN_OFF = "broken_off"


@dataclass(frozen=True, slots=True)
class OtelTraced:
    """The port `Traced` on a span."""

    span: otel.Span

    @property
    def trace(self) -> str:
        """Only which trace and whether it is sampled goes along; what others add to it (`tracestate`) does not."""
        carrier: dict[str, str] = {}
        _W3C.inject(carrier, otel.set_span_in_context(self.span, Context()))
        return carrier.get(_HEADER, "")

    def name(self, name: str) -> None:
        """What it is called."""
        if told.is_name(name):
            self.span.update_name(name)

    def tell(self, **facts: Unpack[Facts]) -> None:
        """Facts of the list."""
        self._tell(facts)

    def fail(self, code: str) -> None:
        """A code, and nothing beside it: what an error says may hold what people said."""
        if told.is_word(code):
            self.span.set_attribute(told.WHY, code)
        self.span.set_status(StatusCode.ERROR)

    def _tell(self, facts: Mapping[str, object]) -> None:
        for name, value in told.attributes(facts):
            self.span.set_attribute(name, value)


@dataclass(frozen=True, slots=True)
class OtelTracer:
    """Spans of one provider, which decides what is sampled and sends it in the background."""

    provider: TracerProvider
    under_way: set[otel.Span] = field(default_factory=set)

    @contextmanager
    def request(self, trace: str) -> Iterator[Traced]:
        """A request; its caller may have begun the trace."""
        with self._span("request", SpanKind.SERVER, _context(trace)) as traced:
            yield traced

    @contextmanager
    def job(self, trace: str, name: str) -> Iterator[Traced]:
        """Work out of a queue, under the request that asked for it."""
        with self._span(name, SpanKind.CONSUMER, _context(trace)) as traced:
            yield traced

    @contextmanager
    def step(self, within: Traced, name: str) -> Iterator[Traced]:
        """A part of a piece of work."""
        around = Context()
        if isinstance(within, OtelTraced):
            around = otel.set_span_in_context(within.span, around)
        with self._span(name, SpanKind.INTERNAL, around) as traced:
            yield traced

    def close(self) -> None:
        """Not the provider's own way out: that waits for half a minute."""
        for span in tuple(self.under_way):
            OtelTraced(span).fail(_BROKEN_OFF)
            span.end()
        last = threading.Thread(target=self.provider.shutdown, name="traces", daemon=True)
        last.start()
        last.join(CLOSING_S)

    @contextmanager
    def _span(self, name: str, kind: SpanKind, around: Context) -> Iterator[OtelTraced]:
        made = self.provider.get_tracer("qa_service", __version__)
        span = made.start_span(name, around, kind, record_exception=False, set_status_on_exception=False)
        self.under_way.add(span)
        try:
            yield OtelTraced(span)
        except BaseException as error:
            OtelTraced(span).fail(type(error).__name__)
            raise
        finally:
            self.under_way.discard(span)
            span.end()


def _context(trace: str) -> Context:
    """What comes in from outside is a trace, or none; it is never anything else."""
    return _W3C.extract({_HEADER: trace}, Context())
