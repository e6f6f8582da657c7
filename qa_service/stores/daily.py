"""Every morning: the calls of the day before, expected against received, told to whoever asked for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

import structlog

from qa_service.core.schedules import Turn
from qa_service.ports.sources import DayCount
from qa_service.stores import deliveries, reconciliation
from qa_service.stores.engine import reading
from qa_service.stores.workbench import Shelves

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class DailyWork:
    """The task `reconciliation`; days are the installation's. The rows stay where they are asked for."""

    shelves: Shelves
    timezone: str

    def reconcile(self, turn: Turn, go_on: Callable[[], bool]) -> Mapping[str, object]:  # noqa: ARG002
        """Counts the day before the one that the run is for; without call records there is nothing to count."""
        day = (turn.due_at.astimezone(ZoneInfo(self.timezone)) - timedelta(days=1)).date()
        with reading(self.shelves.engine) as connection:
            counts, _ = reconciliation.of_day(connection, day, self.timezone)
        told: dict[str, object] = {"day": day.isoformat(), "sources": len(counts), **_sums(counts)}
        if not counts:
            return told
        if told["missing"]:
            log.warning("calls_missing", day=day.isoformat(), missing=told["missing"])
        with self.shelves.engine.begin() as connection:
            deliveries.announce(connection, "day.reconciled", told, now=self.shelves.now())
        return told


def _sums(counts: Sequence[DayCount]) -> dict[str, int]:
    return {
        "expected": sum(count.expected for count in counts),
        "received": sum(count.received for count in counts),
        "scored": sum(count.scored for count in counts),
        "processing": sum(count.processing for count in counts),
        "not_scorable": sum(sum(count.not_scorable.values()) for count in counts),
        "failed": sum(sum(count.failed.values()) for count in counts),
        "known": sum(count.known for count in counts),
        "missing": sum(count.missing for count in counts),
        "unexpected": sum(count.unexpected for count in counts),
    }
