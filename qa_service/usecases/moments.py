"""Moments as people and their spreadsheets write them."""

from __future__ import annotations

import re
from datetime import datetime, tzinfo

from qa_service.core.calendar import within
from qa_service.core.errors import UsageError

_WRITTEN = re.compile(
    r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T]+(\d{1,2})[:时](\d{1,2})(?:[:分](\d{1,2}))?[秒分]?)?"
)


def read_moment(text: str, zone: tzinfo, *, where: str) -> datetime:
    """The moment in UTC, drawn in to the calendar; without a zone it is the installation's.

    >>> from zoneinfo import ZoneInfo
    >>> read_moment("2026/1/5 9:05", ZoneInfo("Asia/Shanghai"), where="at").isoformat()
    '2026-01-05T01:05:00+00:00'

    Raises:
        UsageError: `time_unreadable`.
    """
    try:
        if match := _WRITTEN.fullmatch(text.strip()):
            moment = datetime(*(int(part) for part in match.groups(default="0")), tzinfo=zone)  # type: ignore[arg-type,misc]
        else:
            moment = datetime.fromisoformat(text.strip())
        zoned = moment if moment.tzinfo is not None else moment.replace(tzinfo=zone)
        return within(zoned)
    except ValueError as error:
        raise UsageError(
            "time_unreadable", where=where, problem="is no time", fix="Write it as 2026-11-25 14:30"
        ) from error
