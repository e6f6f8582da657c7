"""The days on which a rule of theirs is in force → `effective`."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta, timezone

from qa_service.moving.fields import Fields
from qa_service.moving.notes import Note

#: Times without a zone, and the days of timestamps, are theirs: the service is in Hangzhou.
_THEIRS = timezone(timedelta(hours=8))
#: The last moment of a day, as people write it.
_LAST = {time(23, 59), time(23, 59, 59)}
#: What is earlier is no time in milliseconds.
_EARLIEST = 2000


def read_dates(rule: Fields) -> tuple[dict[str, str], list[Note]]:
    """`from` and `to`, each where it is set, and what is told of them."""
    since, until = rule.text("effectiveStartTime"), rule.text("effectiveEndTime")
    is_always = rule.flag("fullCycle")
    if not since and not until:
        return {}, []
    if is_always:
        return {}, [Note.of("dates_always", rule.where, since=since or "–", until=until or "–")]
    first, last = _moment(since), _moment(until)
    if (since and first is None) or (until and last is None):
        return {}, [Note.of("dates_unread", rule.where, since=since or "–", until=until or "–")]
    days = {name: f"{one:%Y-%m-%d}" for name, one in (("from", first), ("to", last)) if one}
    is_late = first is not None and first.time() != time()
    is_early = last is not None and not _is_day_end(until, last)
    if is_late or is_early:
        return days, [Note.of("dates_within", rule.where, since=_said(first), until=_said(last))]
    return days, []


def _moment(written: str) -> datetime | None:
    """On their clock; None where nobody can read it."""
    try:
        if written.isdecimal():  # milliseconds since 1970
            read = datetime.fromtimestamp(int(written) / 1_000, UTC)
        else:
            read = datetime.fromisoformat(written)
    except (ValueError, OverflowError, OSError):
        return None
    moment = read.astimezone(_THEIRS) if read.tzinfo else read
    return moment if moment.year >= _EARLIEST else None


def _is_day_end(written: str, moment: datetime) -> bool:
    """Whether the day is meant as a whole: its last minute, or no time at all."""
    return moment.time().replace(microsecond=0) in _LAST or (":" not in written and not written.isdecimal())


def _said(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M}" if moment else "–"
