"""The whole leg, counted: how long it was, and how often somebody spoke."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import ClassVar

from qa_service.core.calls import CallFacts
from qa_service.core.measured import PartName
from qa_service.core.speech import Role, Utterance
from qa_service.core.tags import Tag
from qa_service.core.texts import Reason
from qa_service.core.time import Span
from qa_service.detectors.base import Deaf, DetectorRun, Event
from qa_service.detectors.once import PEOPLE, Named, check_limits, check_role, is_beyond
from qa_service.detectors.talk import is_back_channel


@dataclass(frozen=True, slots=True)
class CallLength:
    """Tags a leg that is longer than `above_ms`, or shorter than `below_ms`: between them where both are given."""

    name: ClassVar[str] = "call.length"
    version: ClassVar[str] = "1"
    needs: ClassVar[frozenset[str]] = frozenset()

    label: str = "call.length"
    above_ms: int | None = None
    below_ms: int | None = None

    def __post_init__(self) -> None:
        check_limits(self.above_ms, self.below_ms)

    @property
    def labels(self) -> tuple[str, ...]:
        """Its own."""
        return (self.label,)

    def start(self, facts: CallFacts) -> DetectorRun:
        """A run for one leg."""
        return LengthRun(self, facts.leg.span.start_ms)


@dataclass(slots=True)
class LengthRun:
    """Waits for the end."""

    settings: CallLength
    start_ms: int

    def hear(self, event: Event) -> Iterable[Tag]:  # noqa: ARG002
        """Nothing: more may come."""
        return ()

    def wait(self, now_ms: int) -> Iterable[Tag]:  # noqa: ARG002
        """Nothing: more may come."""
        return ()

    def finish(self, end_ms: int) -> Iterable[Tag]:
        """The tag, if the leg is such a one."""
        settings, long_ms = self.settings, end_ms - self.start_ms
        if is_beyond(long_ms, settings.above_ms, settings.below_ms):
            named = Named(settings.label, f"{settings.name}@{settings.version}")
            because = Reason.of("call.length", seconds=round(long_ms / 1_000))
            yield named.tag(Span(self.start_ms, end_ms), because)


@dataclass(frozen=True, slots=True)
class Turns:
    """Tags a leg in which `role` (anybody) spoke more than `above` times, or fewer than `below`.

    A turn is everything that somebody says until somebody else speaks; 嗯 and 好的 are none.
    """

    name: ClassVar[str] = "call.turns"
    version: ClassVar[str] = "1"
    needs: ClassVar[frozenset[str]] = frozenset({PartName.WORDS.value})

    label: str = "call.turns"
    role: str = ""
    above: int | None = None
    below: int | None = None

    def __post_init__(self) -> None:
        check_limits(self.above, self.below)
        check_role(self.role)

    @property
    def labels(self) -> tuple[str, ...]:
        """Its own."""
        return (self.label,)

    def start(self, facts: CallFacts) -> DetectorRun:
        """A run for one leg; deaf without words."""
        return TurnsRun(self, facts.leg.span.start_ms) if self.needs <= facts.parts else Deaf()


@dataclass(slots=True)
class TurnsRun:
    """Who spoke last, and how often each has."""

    settings: Turns
    start_ms: int
    last: Role | None = None
    counted: dict[Role, int] = field(default_factory=dict)

    def hear(self, event: Event) -> Iterable[Tag]:
        """Nothing yet; a turn is counted when it begins."""
        if isinstance(event, Utterance) and event.role in PEOPLE and not is_back_channel(event.text):
            if event.role is not self.last:
                self.counted[event.role] = self.counted.get(event.role, 0) + 1
            self.last = event.role
        return ()

    def wait(self, now_ms: int) -> Iterable[Tag]:  # noqa: ARG002
        """Nothing: more may come."""
        return ()

    def finish(self, end_ms: int) -> Iterable[Tag]:
        """The tag, if it was so often."""
        settings = self.settings
        count = sum(n for role, n in self.counted.items() if settings.role in {"", role.value})
        if is_beyond(count, settings.above, settings.below):
            named = Named(settings.label, f"{settings.name}@{settings.version}")
            role = Role(settings.role) if settings.role else Role.UNKNOWN
            yield named.tag(Span(self.start_ms, end_ms), Reason.of("call.turns", count=count), role)
