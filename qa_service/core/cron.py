"""Times that come again, written as cron writes them: minute, hour, day of month, month, day of week."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from qa_service.core.errors import UsageError

#: Field → its smallest and largest number; Sunday is 0, and 7 too.
_FIELDS = (("minute", 0, 59), ("hour", 0, 23), ("day", 1, 31), ("month", 1, 12), ("weekday", 0, 7))
#: The days of the months in a leap year.
_LENGTHS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
#: Between two 29ths of February lie at most eight years.
_LONGEST_DAYS = 8 * 366


@dataclass(frozen=True, slots=True)
class Cron:
    """A time that comes again. Where both days are written, either will do, as everywhere."""

    text: str
    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    days: frozenset[int]
    months: frozenset[int]
    #: Sunday is 0.
    weekdays: frozenset[int]
    is_any_day: bool
    is_any_weekday: bool

    def after(self, moment: datetime, zone: tzinfo) -> datetime:
        """The next such time after the moment, in UTC. What a change to summer time leaves out comes after the gap.

        >>> from zoneinfo import ZoneInfo
        >>> cron("30 2 * * *").after(datetime(2026, 11, 25, 8, tzinfo=UTC), ZoneInfo("Asia/Shanghai")).isoformat()
        '2026-11-25T18:30:00+00:00'
        """
        first = moment.astimezone(zone).date()
        for ahead in range(_LONGEST_DAYS):
            day = first + timedelta(days=ahead)
            if self._is_on(day):
                later = [at for at in self._times(day, zone) if at > moment]
                if later:
                    return min(later)
        raise AssertionError(f"{self.text} never comes")  # `cron` refuses it

    def _is_on(self, day: date) -> bool:
        if day.month not in self.months:
            return False
        by_day, by_weekday = day.day in self.days, day.isoweekday() % 7 in self.weekdays
        if self.is_any_day or self.is_any_weekday:
            return by_day and by_weekday
        return by_day or by_weekday

    def _times(self, day: date, zone: tzinfo) -> Iterator[datetime]:
        for hour in self.hours:
            for minute in self.minutes:
                yield datetime.combine(day, time(hour, minute), zone).astimezone(UTC)


def cron(text: str) -> Cron:
    """A time as cron writes it: numbers, `*`, `a-b`, `*/n`, `a-b/n`, and lists of these.

    Raises:
        UsageError: `cron_invalid`.
    """
    words = text.split()
    if len(words) != len(_FIELDS):
        raise _invalid(text)
    minutes, hours, days, months, weekdays = (
        _numbers(word, low, high, text) for word, (_, low, high) in zip(words, _FIELDS, strict=True)
    )
    if words[4] == "*" and not any(min(days) <= _LENGTHS[month - 1] for month in months):
        raise _invalid(text)
    return Cron(
        text=" ".join(words),
        minutes=tuple(sorted(minutes)),
        hours=tuple(sorted(hours)),
        days=days,
        months=months,
        weekdays=frozenset(day % 7 for day in weekdays),
        is_any_day=words[2] == "*",
        is_any_weekday=words[4] == "*",
    )


def _numbers(word: str, low: int, high: int, text: str) -> frozenset[int]:
    found: set[int] = set()
    for part in word.split(","):
        span, _, step = part.partition("/")
        begin, dash, end = span.partition("-")
        if span == "*":
            first, last = low, high
        elif begin.isascii() and begin.isdigit() and (not dash or (end.isascii() and end.isdigit())):
            first, last = int(begin), int(end) if dash else int(begin)
        else:
            raise _invalid(text)
        if (step or part.endswith("/")) and not (step.isascii() and step.isdigit() and int(step)):
            raise _invalid(text)
        if not low <= first <= last <= high:
            raise _invalid(text)
        found.update(range(first, last + 1, int(step or 1)))
    return frozenset(found)


def _invalid(text: str) -> UsageError:
    return UsageError(
        "cron_invalid",
        where="at",
        problem=f"{text!r} is no time that comes again",
        fix="Write minute, hour, day, month and weekday, as 30 2 * * *",
    )
