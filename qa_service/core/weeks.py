"""Weeks as people count them: from Monday on, in their own zone, named as ISO 8601 does."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo


@dataclass(frozen=True, slots=True)
class Week:
    """One week, half-open, in UTC."""

    name: str
    since: datetime
    until: datetime


def week_before(moment: datetime, zone: tzinfo) -> Week:
    """The last whole week before a moment.

    >>> from zoneinfo import ZoneInfo
    >>> week_before(datetime(2026, 11, 25, 8, tzinfo=UTC), ZoneInfo("Asia/Shanghai")).name
    '2026-W47'
    """
    today = moment.astimezone(zone).date()
    monday = today - timedelta(days=today.weekday() + 7)
    year, number, _ = monday.isocalendar()

    def begins(days: int) -> datetime:
        return datetime.combine(monday + timedelta(days=days), time(), zone).astimezone(UTC)

    return Week(f"{year}-W{number:02}", begins(0), begins(7))
