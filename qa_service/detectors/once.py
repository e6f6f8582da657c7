"""What detectors share that say one thing about a whole leg. Not a detector; all of them may import it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from qa_service.core.calls import Leg
from qa_service.core.speech import Role
from qa_service.core.tags import Evidence, Tag
from qa_service.core.texts import Reason
from qa_service.core.time import Span
from qa_service.detectors.base import Event
from qa_service.detectors.unfit import Unfit, Why, check_words

#: The parties of a conversation.
PEOPLE = (Role.AGENT, Role.CUSTOMER)


@dataclass(frozen=True, slots=True)
class Named:
    """What a tag about a leg says, whoever finds it."""

    label: str
    detector: str

    def tag(self, span: Span, because: Reason, role: Role = Role.UNKNOWN) -> Tag:
        """A tag that is as sure as what was told or counted."""
        return Tag((Evidence(span),), self.label, self.detector, 1.0, because, role=role)


@dataclass(slots=True)
class Told:
    """A run that knows its tags before anybody has spoken, and says them with the first thing that it hears."""

    tags: tuple[Tag, ...]

    def hear(self, event: Event) -> Iterable[Tag]:  # noqa: ARG002
        """Everything, once."""
        return self._take()

    def wait(self, now_ms: int) -> Iterable[Tag]:  # noqa: ARG002
        """Everything, once."""
        return self._take()

    def finish(self, end_ms: int) -> Iterable[Tag]:  # noqa: ARG002
        """Everything that was not said before."""
        return self._take()

    def _take(self) -> tuple[Tag, ...]:
        said, self.tags = self.tags, ()
        return said


def begins(leg: Leg) -> Span:
    """Where a leg begins: what is true of all of it stands there."""
    return Span(leg.span.start_ms, leg.span.start_ms)


def check_limits(above: float | None, below: float | None) -> None:
    """Raises Unfit where nothing is asked, or nothing can lie there."""
    if above is None and below is None:
        raise Unfit(Why.NOTHING, known=("above", "below"))
    if above is not None and below is not None and above >= below:
        raise Unfit(Why.LIMITS)


def is_beyond(value: float, above: float | None, below: float | None) -> bool:
    """Whether a value lies inside what the author looks for: above the one, below the other, whichever was given."""
    return (above is None or value > above) and (below is None or value < below)


def check_role(role: str, field: str = "role") -> None:
    """Raises Unfit for what is neither party; empty is anybody."""
    if role:
        check_words(field, role, tuple(who.value for who in PEOPLE))
