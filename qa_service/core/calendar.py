"""The times that something can have: so far from both ends of the calendar that zones and windows may shift them."""

from __future__ import annotations

from datetime import UTC, datetime

#: Before the first recording of a call, and so long after the last one that it means "without end". What is shifted
#: are zones (a day), windows (days) and retention (a hundred years).
EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)
LATEST = datetime(9000, 1, 1, tzinfo=UTC)


def within(moment: datetime) -> datetime:
    """The moment in UTC, drawn in to the calendar: what other systems write for "ever" (year 1, 9999-12-31) too.

    >>> within(datetime.max.replace(tzinfo=UTC)).year, within(datetime(2026, 11, 25, tzinfo=UTC)).year
    (9000, 2026)
    """
    if is_within(moment):
        return moment.astimezone(UTC)
    return EARLIEST if moment < EARLIEST else LATEST


def is_within(moment: datetime) -> bool:
    """Whether it is a time that something can have; `moment` has a zone."""
    return EARLIEST <= moment < LATEST


def open_end(moment: datetime | None) -> datetime | None:
    """An end that lies beyond the calendar is none.

    >>> open_end(datetime(9999, 12, 31, tzinfo=UTC)) is None
    True
    """
    return None if moment is not None and moment >= LATEST else moment
