"""The call itself: its direction, line, group, matter, and the time of day at which it began."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from qa_service.core.calls import CallFacts, Envelope
from qa_service.core.texts import Reason
from qa_service.detectors.base import Deaf, DetectorRun
from qa_service.detectors.once import Named, Told, begins
from qa_service.detectors.unfit import Unfit, Why, check_words

#: What an author may write for "the envelope does not say".
UNKNOWN = "unknown"
_DIRECTIONS = ("inbound", "outbound", UNKNOWN)
_ASKED = ("direction", "line", "skill_group", "business", "days", "hours")
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY_MINUTES = 24 * 60
CLOCK = re.compile(r"(?:[01]?[0-9]|2[0-3]):[0-5]?[0-9]|24:00?")


@dataclass(frozen=True, slots=True)
class CallIs:
    """Tags the beginning of a leg where the envelope says all of it; where one of them is not said, it tags nothing.

    Of several values one is enough, and `unknown` stands for "not said". `hours` are of the clock in the call's own
    zone, from the first up to the second, and may run over midnight; `days` are those on which the call began.
    """

    name: ClassVar[str] = "call.is"
    version: ClassVar[str] = "2"
    needs: ClassVar[frozenset[str]] = frozenset()

    label: str = "call.is"
    direction: tuple[str, ...] = ()
    line: tuple[str, ...] = ()
    skill_group: tuple[str, ...] = ()
    business: tuple[str, ...] = ()
    days: tuple[str, ...] = ()
    hours: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        check_words("direction", self.direction, _DIRECTIONS)
        check_words("days", self.days, _DAYS)
        if self.hours:
            _check_hours(self.hours)
        if not any(self._asked()):
            raise Unfit(Why.NOTHING, known=_ASKED)

    @property
    def labels(self) -> tuple[str, ...]:
        """Its own."""
        return (self.label,)

    def start(self, facts: CallFacts) -> DetectorRun:
        """A run that tells what was known before the call."""
        if not self.holds(facts.envelope):
            return Deaf()
        named = Named(self.label, f"{self.name}@{self.version}")
        return Told((named.tag(begins(facts.leg), Reason("call.is")),))

    def holds(self, envelope: Envelope) -> bool | None:
        """Whether the call is such a one; None where the envelope leaves it open."""
        answers = tuple(self._answers(envelope))
        if False in answers:
            return False
        return None if None in answers else True

    def _asked(self) -> Iterator[tuple[str, ...]]:
        yield from (getattr(self, name) for name in _ASKED)

    def _answers(self, envelope: Envelope) -> Iterator[bool | None]:
        yield _one_of(envelope.direction.value, self.direction)
        yield _one_of(envelope.line, self.line)
        yield _one_of(envelope.skill_group, self.skill_group)
        yield _one_of(envelope.business, self.business)
        began = envelope.started_at
        yield _one_of("" if began is None else _DAYS[began.weekday()], self.days)
        if self.hours:
            yield None if began is None else _within(60 * began.hour + began.minute, self.hours)


def _one_of(said: str, wanted: tuple[str, ...]) -> bool | None:
    """Whether it is one of them; None where nothing was said and that is not one of them either."""
    if not wanted:
        return True
    if not said:
        return True if UNKNOWN in wanted else None
    return said.casefold() in {value.casefold() for value in wanted}


def _within(minute: int, hours: tuple[str, ...]) -> bool:
    first, last = map(_minutes, hours)
    # From 00:00 to 24:00 is the whole day; other hours that end where they begin are refused.
    return (minute - first) % _DAY_MINUTES < ((last - first) % _DAY_MINUTES or _DAY_MINUTES)


def _check_hours(hours: tuple[str, ...]) -> None:
    if len(hours) != 2:
        raise Unfit(Why.HOURS, "hours")
    for at, clock in enumerate(hours):
        if not CLOCK.fullmatch(clock):
            raise Unfit(Why.CLOCK, "hours", at, word=clock)
    first, last = map(_minutes, hours)
    if first % _DAY_MINUTES == last % _DAY_MINUTES and last - first != _DAY_MINUTES:
        raise Unfit(Why.SAME_HOURS, "hours", word=hours[1])


def _minutes(clock: str) -> int:
    """Minutes since midnight.

    >>> _minutes("09:30")
    570
    """
    hour, _, minute = clock.partition(":")
    return 60 * int(hour) + int(minute)
