"""What the API says about the calls of a day."""

from __future__ import annotations

from datetime import datetime

from qa_service.ports.sources import DayCount, DayRow
from qa_service.web.schemas.base import Said


class CountRow(Said):
    """What became of the calls of a day by the records of one source."""

    source: str
    expected: int
    received: int
    scored: int
    processing: int
    not_scorable: dict[str, int]
    failed: dict[str, int]
    known: int
    missing: int
    unexpected: int

    @classmethod
    def of(cls, count: DayCount) -> CountRow:
        """The row of a count."""
        return cls.like(count)


class CallOfDay(Said):
    """One call of the day that is missing, failed, cannot be scored, is the same recording, or was not expected."""

    source: str
    call_id: str
    started_at: datetime | None
    agent_id: str
    extension: str
    state: str
    reason: str
    id: str

    @classmethod
    def of(cls, row: DayRow) -> CallOfDay:
        """The row of a call."""
        return cls.like(row)


class Reconciliation(Said):
    """Expected against received; `attention` holds at most 1,000 calls, the CSV all."""

    counts: list[CountRow]
    attention: list[CallOfDay]
