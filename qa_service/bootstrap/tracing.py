"""Traces, where this installation has somewhere to send them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qa_service.bootstrap.base import settings
from qa_service.core.errors import UsageError
from qa_service.ports.tracing import UNTRACED, Tracer

if TYPE_CHECKING:
    from qa_service.stores.roster import StoreRoster
    from qa_service.worker.traces import Traces


def tracer() -> Tracer:
    """Whoever follows requests and work; nobody where no collector is set.

    Raises:
        UsageError: `otlp_incomplete`: the extra is not installed. `otel_invalid`: an `OTEL_…` variable will not do.
    """
    endpoint = settings().otlp_endpoint
    if not endpoint:
        return UNTRACED
    try:
        from qa_service.tracing.otlp import otlp_tracer
    except ModuleNotFoundError as error:
        if not str(error.name).startswith("opentelemetry"):
            raise
        raise UsageError(
            "otlp_incomplete",
            where="QA_OTLP_ENDPOINT",
            problem="also needs the extra qa-service[otel]",
            fix="Install it, or leave QA_OTLP_ENDPOINT empty",
        ) from error
    try:
        return otlp_tracer(endpoint)
    except ValueError as error:
        raise UsageError(
            "otel_invalid",
            where="OTEL_…",
            problem=f"a variable of OpenTelemetry will not do: {error}",
            fix="Correct it, or remove it",
            reason=str(error),
        ) from error


def traces(roster: StoreRoster, node: str) -> Traces:
    """How a worker process has its work followed; the work is looked up only where somebody follows it."""
    from qa_service.worker.traces import Traces

    follows = tracer()
    return Traces() if follows is UNTRACED else Traces(follows, roster.job, node)
