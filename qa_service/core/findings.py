"""Findings and moments: rules that fired, and the places to listen."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum

from qa_service.core.speech import Role
from qa_service.core.tags import Evidence, Quote
from qa_service.core.texts import Reason, Text
from qa_service.core.time import Span


class Severity(IntEnum):
    """How much a finding matters; comparable, worst is largest."""

    INFO = 0
    MINOR = 1
    MAJOR = 2
    CRITICAL = 3

    @property
    def word(self) -> str:
        """The name used in rulebooks and JSON."""
        return self.name.lower()


class Stage(StrEnum):
    """How far a rule may reach: seen by QA only, a note for the agent, or points."""

    OBSERVE = "observe"
    COACH = "coach"
    SCORE = "score"


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that fired on a call, with its evidence."""

    id: str
    rule: str
    label: str
    title: Text
    severity: Severity
    stage: Stage
    #: The criterion it counts against; empty for rules that cost nothing.
    criterion: str
    tags: tuple[str, ...]
    evidence: tuple[Evidence, ...]
    confidence: float
    because: Reason
    #: The place to listen: where it became true. Evidence may lie further back.
    span: Span
    role: Role = Role.UNKNOWN
    #: Why a person has to decide (Reason codes); empty when the machine may.
    doubts: tuple[Reason, ...] = ()
    #: Whether it rests on something not having been said before the call ended: who was hung up on is not held to it.
    is_of_end: bool = False

    @property
    def needs_human(self) -> bool:
        """Whether a person decides; such a finding never costs points by itself."""
        return bool(self.doubts)

    @property
    def quotes(self) -> tuple[Quote, ...]:
        """All quotes, in the order of the evidence."""
        return tuple(quote for piece in self.evidence for quote in piece.quotes)


@dataclass(frozen=True, slots=True)
class Moment:
    """Findings close in time, shown to a reviewer as one place to listen."""

    id: str
    span: Span
    title: Text
    severity: Severity
    #: Ids of its findings, worst first.
    findings: tuple[str, ...]
