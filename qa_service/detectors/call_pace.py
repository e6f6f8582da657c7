"""Pace of a whole leg: how fast one party spoke on average, by the time in which they spoke."""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass, field
from typing import ClassVar

from qa_service.core.calls import CallFacts
from qa_service.core.measured import PartName
from qa_service.core.speech import Role, Utterance, spoken_chars
from qa_service.core.tags import Evidence, Tag
from qa_service.core.texts import Reason
from qa_service.core.time import Span
from qa_service.detectors.base import WORDS_ALONE, Deaf, DetectorRun, Event
from qa_service.detectors.once import check_limits, check_role, is_beyond
from qa_service.detectors.rates import confidence_beyond, has_pace
from qa_service.detectors.unfit import Unfit, Why


@dataclass(frozen=True, slots=True)
class CallPace:
    """Tags a leg in which `role` spoke more than `above`, or fewer than `below`, characters a minute of speech.

    Counted are reliable Chinese sentences; with less than `min_speech_ms` of them nobody knows.
    """

    name: ClassVar[str] = "call.pace"
    version: ClassVar[str] = "1"
    needs: ClassVar[frozenset[str]] = frozenset({PartName.WORDS.value, PartName.ACTIVITY.value})

    label: str = "call.pace"
    role: str = Role.AGENT.value
    above: float | None = None
    below: float | None = None
    min_speech_ms: int = 30_000

    def __post_init__(self) -> None:
        check_role(self.role)
        check_limits(self.above, self.below)
        if not self.role:
            raise Unfit(Why.NOTHING, "role", known=(Role.AGENT.value, Role.CUSTOMER.value))

    @property
    def labels(self) -> tuple[str, ...]:
        """Its own."""
        return (self.label,)

    def start(self, facts: CallFacts) -> DetectorRun:
        """A run for one leg; deaf without words and speech times."""
        return CallPaceRun(self, facts.leg.span.start_ms) if self.needs <= facts.parts else Deaf()

    def unjudged(self, said: Sequence[Utterance], roles: Set[Role]) -> Reason | None:  # noqa: ARG002 - it has its own
        """Why nobody knows the pace of such a leg, or nothing."""
        speech_ms = sum(utterance.speech_ms for utterance in said if self.counts(utterance))
        if speech_ms >= max(1, self.min_speech_ms):
            return None
        seconds, limit = round(speech_ms / 1_000), round(self.min_speech_ms / 1_000)
        return Reason.of("not_applicable.too_little_speech", seconds=seconds, limit=limit)

    def counts(self, utterance: Utterance) -> bool:
        """Whether the average is taken over it, too."""
        return utterance.role.value == self.role and has_pace(utterance)

    def confidence(self, cpm: float) -> float:
        """Of a pace that lies beyond the limits: less, the nearer it lies to one of them."""
        shares = [abs(cpm / limit - 1) for limit in (self.above, self.below) if limit]
        return confidence_beyond(min(shares, default=1.0))


@dataclass(slots=True)
class CallPaceRun:
    """What the party has said so far, and in which time."""

    hears: ClassVar[tuple[type, ...]] = WORDS_ALONE
    settings: CallPace
    start_ms: int
    heard: list[Utterance] = field(default_factory=list)

    def hear(self, event: Event) -> Iterable[Tag]:
        """Nothing yet."""
        if isinstance(event, Utterance) and self.settings.counts(event):
            self.heard.append(event)
        return ()

    def wait(self, now_ms: int) -> Iterable[Tag]:  # noqa: ARG002
        """Nothing: more may come."""
        return ()

    def finish(self, end_ms: int) -> Iterable[Tag]:
        """The tag, if the party spoke enough to tell, and so fast or slowly."""
        settings = self.settings
        if settings.unjudged(self.heard, frozenset()):
            return
        speech_ms = sum(utterance.speech_ms for utterance in self.heard)
        cpm = 60_000 * sum(spoken_chars(utterance.text) for utterance in self.heard) / speech_ms
        if is_beyond(cpm, settings.above, settings.below):
            yield Tag(
                (Evidence(Span(self.start_ms, end_ms)),),
                settings.label,
                f"{settings.name}@{settings.version}",
                settings.confidence(cpm),
                Reason.of("call.pace", cpm=round(cpm), seconds=round(speech_ms / 1_000)),
                role=Role(settings.role),
            )
