"""Reads what an example says of its call before anybody speaks: when it was, who called whom, the how manieth today.

The first line may be `通话: 2026-03-04 22:30 呼出 第4通`, in any order, all of it optional; a time without a date is
on a Monday. The calls before it went the same way, ten minutes apart.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone

from qa_service.core.calls import Direction, Envelope
from qa_service.core.history import Contact, History

_CALL = re.compile(r"^(?:通话|通話|call)\s*[:：]\s*(?P<said>.*)$", re.IGNORECASE)
_DATE, _CLOCK = re.compile(r"\d{4}-\d{1,2}-\d{1,2}"), re.compile(r"\d{1,2}:\d{2}")
_NTH = re.compile(r"第(\d{1,2})通|#(\d{1,2})")
_WAYS = {
    "呼出": Direction.OUTBOUND, "outbound": Direction.OUTBOUND,
    "呼入": Direction.INBOUND, "inbound": Direction.INBOUND,
}  # fmt: skip
#: Examples are Chinese: the clock of the mainland and Taiwan.
_ZONE = timezone(timedelta(hours=8))
_DAY, _TIME = "2026-01-05", "10:00"
_APART, _KNOWN = timedelta(minutes=10), timedelta(days=365)


@dataclass(frozen=True, slots=True)
class ExampleCall:
    """What is known of an example's call; nothing where it does not say."""

    envelope: Envelope = Envelope()  # noqa: RUF009 - frozen
    history: History | None = None


def read_call(lines: Sequence[str]) -> tuple[ExampleCall, tuple[str, ...]]:
    """What the first line says of the call, and the lines that are spoken.

    Raises:
        ValueError: it says something else than when, which way and the how manieth.

    >>> call, said = read_call(["通话: 22:30 呼出 第4通", "您好"])
    >>> call.envelope.started_at.hour, call.envelope.direction.value, len(call.history.contacts), said
    (22, 'outbound', 3, ('您好',))
    """
    match = _CALL.match(lines[0].strip()) if lines else None
    if match is None:
        return ExampleCall(), tuple(lines)
    day, clock, way, nth = "", "", Direction.UNKNOWN, 0
    for word in match["said"].split():
        if _DATE.fullmatch(word):
            day = word
        elif _CLOCK.fullmatch(word):
            clock = word
        elif word in _WAYS:
            way = _WAYS[word]
        elif (found := _NTH.fullmatch(word)) and int(found[1] or found[2]):
            nth = int(found[1] or found[2])
        else:
            raise ValueError(word)
    began = _moment(day, clock)
    known = began if day or clock or nth else None
    envelope = Envelope(started_at=known, direction=way, customer="example" if nth else "")
    return ExampleCall(envelope, _before(began, way, nth - 1) if nth else None), tuple(lines[1:])


def on_day(day: date) -> datetime:
    """The time at which the calls of examples are, on a day."""
    return _moment(day.isoformat(), "")


def _moment(day: str, clock: str) -> datetime:
    try:
        began = datetime.strptime(f"{day or _DAY} {clock or _TIME}", "%Y-%m-%d %H:%M")
    except ValueError as error:  # 2026-13-45, 25:99
        raise ValueError(f"{day} {clock}".strip()) from error
    return began.replace(tzinfo=_ZONE)


def _before(began: datetime, way: Direction, calls: int) -> History:
    contacts = tuple(Contact(began - at * _APART, way) for at in range(1, calls + 1))
    return History(began - _KNOWN, contacts, known_since=began - _KNOWN)
