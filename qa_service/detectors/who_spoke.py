"""Who spoke first and last in a leg, and who hung up."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from qa_service.core.calls import CallFacts, ParticipantKind
from qa_service.core.hanging_up import hang_up
from qa_service.core.measured import PartName
from qa_service.core.speech import Role, Utterance
from qa_service.core.tags import Evidence, Tag
from qa_service.core.texts import Reason
from qa_service.core.time import Span
from qa_service.detectors.base import Deaf, DetectorRun, Event
from qa_service.detectors.once import PEOPLE, Named, check_role
from qa_service.detectors.unfit import check_words


@dataclass(frozen=True, slots=True)
class FirstSpeaker:
    """Tags the first line of a leg where `role` said it; machines do not count, and who nobody knows leaves it open."""

    name: ClassVar[str] = "call.first_speaker"
    version: ClassVar[str] = "1"
    needs: ClassVar[frozenset[str]] = frozenset({PartName.WORDS.value})

    label: str = "call.first_speaker"
    role: str = Role.AGENT.value

    def __post_init__(self) -> None:
        check_role(self.role)

    @property
    def labels(self) -> tuple[str, ...]:
        """Its own."""
        return (self.label,)

    def start(self, facts: CallFacts) -> DetectorRun:
        """A run for one leg; deaf without words."""
        return EdgeRun(self, is_first=True) if self.needs <= facts.parts else Deaf()


@dataclass(frozen=True, slots=True)
class LastSpeaker:
    """Tags the last line of a leg where `role` said it, as `FirstSpeaker` does the first."""

    name: ClassVar[str] = "call.last_speaker"
    version: ClassVar[str] = "1"
    needs: ClassVar[frozenset[str]] = frozenset({PartName.WORDS.value})

    label: str = "call.last_speaker"
    role: str = Role.AGENT.value

    def __post_init__(self) -> None:
        check_role(self.role)

    @property
    def labels(self) -> tuple[str, ...]:
        """Its own."""
        return (self.label,)

    def start(self, facts: CallFacts) -> DetectorRun:
        """A run for one leg; deaf without words."""
        return EdgeRun(self, is_first=False) if self.needs <= facts.parts else Deaf()


@dataclass(slots=True)
class EdgeRun:
    """The line that began first, or last; lines are heard when they end, so only the end of the leg settles it."""

    settings: FirstSpeaker | LastSpeaker
    is_first: bool
    edge: Utterance | None = None

    def hear(self, event: Event) -> Iterable[Tag]:
        """Nothing yet."""
        if isinstance(event, Utterance) and event.text and event.role in {*PEOPLE, Role.UNKNOWN}:
            known = self.edge
            if known is None or (event.span.start_ms < known.span.start_ms) == self.is_first:
                self.edge = event
        return ()

    def wait(self, now_ms: int) -> Iterable[Tag]:  # noqa: ARG002
        """Nothing: an earlier line may still be spoken to its end, and a later one begun."""
        return ()

    def finish(self, end_ms: int) -> Iterable[Tag]:  # noqa: ARG002
        """The tag, if it was theirs."""
        edge, settings = self.edge, self.settings
        if (
            edge is None
            or edge.unreliable
            or edge.role is Role.UNKNOWN
            or settings.role not in {"", edge.role}
        ):
            return
        yield Tag(
            (Evidence.said(edge),),
            settings.label,
            f"{settings.name}@{settings.version}",
            1.0,
            Reason(f"{settings.name}_{edge.role}"),
            edge.speaker,
            edge.role,
        )


@dataclass(frozen=True, slots=True)
class HungUp:
    """Tags the hang-up where it was signalled that `by` did it: agent, customer, or any other kind of participant."""

    name: ClassVar[str] = "call.hung_up"
    version: ClassVar[str] = "1"
    needs: ClassVar[frozenset[str]] = frozenset()

    label: str = "call.hung_up"
    by: str = ParticipantKind.AGENT.value

    def __post_init__(self) -> None:
        check_words("by", self.by, tuple(kind.value for kind in ParticipantKind))

    @property
    def labels(self) -> tuple[str, ...]:
        """Its own."""
        return (self.label,)

    def start(self, facts: CallFacts) -> DetectorRun:
        """A run for one leg."""
        return HungUpRun(self, facts)


@dataclass(slots=True)
class HungUpRun:
    """Waits for the end: the signal is known before, the length of the leg is not."""

    settings: HungUp
    facts: CallFacts

    def hear(self, event: Event) -> Iterable[Tag]:  # noqa: ARG002
        """Nothing."""
        return ()

    def wait(self, now_ms: int) -> Iterable[Tag]:  # noqa: ARG002
        """Nothing."""
        return ()

    def finish(self, end_ms: int) -> Iterable[Tag]:
        """The tag, on the last agent's leg."""
        envelope, leg = self.facts.envelope, self.facts.leg
        event = hang_up(envelope, end_ms)
        if event is None or not leg.is_last or envelope.kind_by(event) != self.settings.by:
            return
        at_ms = max(leg.span.start_ms, min(event.at_ms, end_ms))
        role = Role(self.settings.by) if self.settings.by in {who.value for who in PEOPLE} else Role.UNKNOWN
        named = Named(self.settings.label, f"{self.settings.name}@{self.settings.version}")
        yield named.tag(Span(at_ms, at_ms), Reason(f"{self.settings.name}_{self.settings.by}"), role)
