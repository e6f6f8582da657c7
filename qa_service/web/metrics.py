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
JOBS = Gauge("qa_jobs", "Work by queue and state", ["queue", "state"], registry=REGISTRY)
UNMATCHED = Gauge("qa_routing_unmatched", "Calls that no route of the table in force took", registry=REGISTRY)
