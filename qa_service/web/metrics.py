"""What Prometheus sees: counts and times, never who or what."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

REGISTRY = CollectorRegistry()
REQUESTS = Counter("qa_requests", "Requests answered", ["route", "method", "status"], registry=REGISTRY)
SECONDS = Histogram(
    "qa_request_seconds",
    "How long answers took",
    ["route"],
    buckets=(0.005, 0.02, 0.08, 0.2, 0.5, 1, 2, 5, 15, 60),
    registry=REGISTRY,
)
#: How late the event loop came to a task that was due: while it is late, nobody is answered.
LATE = Histogram(
    "qa_loop_late_seconds",
    "How late the event loop was",
    buckets=(0.005, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 5),
    registry=REGISTRY,
)
TURNED_AWAY = Counter("qa_turned_away", "Requests that were asked to come back later", registry=REGISTRY)
JOBS = Gauge("qa_jobs", "Work by queue and state", ["queue", "state"], registry=REGISTRY)
