"""How much of a leg's talking was whose."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import ClassVar

from qa_service.core.calls import CallFacts
from qa_service.core.measured import PartName
from qa_service.core.speech import Role, Voice
from qa_service.core.tags import Tag
from qa_service.core.texts import Reason
from qa_service.core.time import Span, total_ms
from qa_service.detectors.base import Deaf, DetectorRun, Event
from qa_service.detectors.once import PEOPLE, Named, check_limits, check_role, is_beyond


@dataclass(frozen=True, slots=True)
class TalkRatio:
    """Tags a leg in which more than `above`, or less than `below`, of the talking was by `role`.

    Of the time in which a known party talked, both at once counting for both. A call on which somebody's role is not
    known has no such share.
    """

    name: ClassVar[str] = "call.talk_ratio"
    version: ClassVar[str] = "1"
    needs: ClassVar[frozenset[str]] = frozenset({PartName.ACTIVITY.value})

    label: str = "call.talk_ratio"
    role: str = Role.AGENT.value
    above: float | None = None
    below: float | None = None

    def __post_init__(self) -> None:
        check_limits(self.above, self.below)
        check_role(self.role)

    @property
    def labels(self) -> tuple[str, ...]:
        """Its own."""
        return (self.label,)

    def start(self, facts: CallFacts) -> DetectorRun:
        """A run for one leg; deaf without speech times."""
        return TalkRun(self, facts.leg.span.start_ms) if self.needs <= facts.parts else Deaf()


@dataclass(slots=True)
class TalkRun:
    """Who talked when."""

    settings: TalkRatio
    start_ms: int
    talked: dict[Role, list[Span]] = field(default_factory=dict)

    def hear(self, event: Event) -> Iterable[Tag]:
        """Nothing yet."""
        if isinstance(event, Voice):
            self.talked.setdefault(event.role, []).append(event.span)
        return ()

    def wait(self, now_ms: int) -> Iterable[Tag]:  # noqa: ARG002
        """Nothing: more may come."""
        return ()

    def finish(self, end_ms: int) -> Iterable[Tag]:
        """The tag, if it was so much."""
        settings = self.settings
        ms = {role: total_ms(spans) for role, spans in self.talked.items()}
        people_ms = sum(ms.get(role, 0) for role in PEOPLE)
        if Role.UNKNOWN in ms or not people_ms:
            return
        role = Role(settings.role or Role.AGENT)
        share = ms.get(role, 0) / people_ms
        if is_beyond(share, settings.above, settings.below):
            named = Named(settings.label, f"{settings.name}@{settings.version}")
            yield named.tag(
                Span(self.start_ms, end_ms), Reason.of("call.talk_ratio", percent=round(100 * share)), role
            )
