"""What Prometheus sees: counts and times, never who or what."""

from __future__ import annotations

from collections.abc import Mapping

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from qa_service.ports.serving import Load

REGISTRY = CollectorRegistry()
REQUESTS = Counter("qa_requests", "Requests answered", ["route", "method", "status"], registry=REGISTRY)
SECONDS = Histogram(
    "qa_request_seconds",
    "How long answers took",
    ["route"],
    buckets=(0.005, 0.02, 0.08, 0.2, 0.5, 1, 2, 5, 15, 60),
    registry=REGISTRY,
)
STAGE_SECONDS = Gauge(
    "qa_stage_seconds_total", "Seconds that stages of work took, ever", ["stage"], registry=REGISTRY
)
STAGE_CALLS = Gauge("qa_stage_calls_total", "Calls that went through a stage", ["stage"], registry=REGISTRY)
OLDEST = Gauge("qa_oldest_waiting_seconds", "How long the oldest work waits", ["queue"], registry=REGISTRY)
#: How late the event loop came to a task that was due: while it is late, nobody is answered.
LATE = Histogram(
    "qa_loop_late_seconds",
    "How late the event loop was",
    buckets=(0.005, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 5),
    registry=REGISTRY,
)
TURNED_AWAY = Counter("qa_turned_away", "Requests that were asked to come back later", registry=REGISTRY)
JOBS = Gauge("qa_jobs", "Work by queue and state", ["queue", "state"], registry=REGISTRY)
NOT_IN_FORCE = Gauge(
    "qa_routing_not_in_force",
    "Calls for which a rulebook that their route names did not judge calls of their day",
    registry=REGISTRY,
)
UNMATCHED = Gauge("qa_routing_unmatched", "Calls that no route of the table in force took", registry=REGISTRY)

NODES = Gauge(
    "qa_nodes", "Processes that work; `trouble` says why one draws none", ["trouble"], registry=REGISTRY
)
FREE = Gauge("qa_disk_free_bytes", "Free on the fullest disk that is written to", registry=REGISTRY)


def show_house(nodes: Mapping[str, int], free_bytes: int) -> None:
    """Sets who works, and what room there is on this machine."""
    NODES.clear()
    for trouble, count in nodes.items():
        NODES.labels(trouble).set(count)
    FREE.set(free_bytes)


def show_work(counts: Mapping[str, int], load: Load) -> None:
    """Sets what the database knows: every node tells the same. States that no work is in any more are not told."""
    JOBS.clear()
    OLDEST.clear()
    for name, count in counts.items():
        queue, _, state = name.partition(".")
        JOBS.labels(queue, state).set(count)
    for queue, seconds in load.oldest_s.items():
        OLDEST.labels(queue).set(seconds)
    for stage, pace in load.paces.items():
        STAGE_SECONDS.labels(stage).set(pace.total_ms / 1_000)
        STAGE_CALLS.labels(stage).set(pace.calls)
