"""Everything judging produced for one call: what reports show and stores keep."""

from __future__ import annotations

from dataclasses import dataclass

from qa_service.core.calls import Envelope, Leg
from qa_service.core.coaching import CoachingNote, Strength
from qa_service.core.evaluation import Evaluation
from qa_service.core.findings import Finding, Moment
from qa_service.core.history import History
from qa_service.core.measured import MeasuredCall
from qa_service.core.roles import RoleMap
from qa_service.core.speech import Sound, Utterance, Voice
from qa_service.core.tags import Tag
from qa_service.core.texts import Text
from qa_service.scoring.basis import Basis
from qa_service.turns.conversation import Measurements
from qa_service.turns.scorable import Scorable


@dataclass(frozen=True, slots=True)
class RulebookName:
    """Which rulebook judged: its digest names the content, name and version name it for people."""

    name: str
    version: int
    digest: str
    title: Text


@dataclass(frozen=True, slots=True)
class LegAssessment:
    """What was found in one agent's part of the call."""

    leg: Leg
    tags: tuple[Tag, ...]
    findings: tuple[Finding, ...]
    moments: tuple[Moment, ...]
    strengths: tuple[Strength, ...]
    #: Of all parts of this agent, beside their last; None beside the earlier ones.
    evaluation: Evaluation | None
    #: What the evaluation was made from beside the findings.
    basis: Basis


@dataclass(frozen=True, slots=True)
class Assessment:
    """A judged call. The same measured call, roles, envelope and rulebook give the same assessment."""

    measured: MeasuredCall
    envelope: Envelope
    roles: RoleMap
    rulebook: RulebookName
    scorable: Scorable
    measurements: Measurements
    #: The call's utterances with their roles, in the order they were heard.
    utterances: tuple[Utterance, ...]
    voice: tuple[Voice, ...]
    sounds: tuple[Sound, ...]
    legs: tuple[LegAssessment, ...]
    #: At most three for the call, worst moments first.
    coaching: tuple[CoachingNote, ...]
    #: What was known of the customer's earlier calls; None where no store was asked.
    history: History | None = None

    @property
    def tags(self) -> tuple[Tag, ...]:
        """Tags of all legs."""
        return tuple(tag for leg in self.legs for tag in leg.tags)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Findings of all legs, in order of time."""
        return tuple(sorted((f for leg in self.legs for f in leg.findings), key=lambda f: (f.span, f.id)))

    @property
    def moments(self) -> tuple[Moment, ...]:
        """Moments of all legs, in order of time."""
        return tuple(sorted((m for leg in self.legs for m in leg.moments), key=lambda m: (m.span, m.id)))

    @property
    def strengths(self) -> tuple[Strength, ...]:
        """What went well, over all legs."""
        return tuple(strength for leg in self.legs for strength in leg.strengths)

    @property
    def evaluations(self) -> tuple[Evaluation, ...]:
        """One per agent, in the order of their last parts."""
        return tuple(leg.evaluation for leg in self.legs if leg.evaluation is not None)

    @property
    def evaluation(self) -> Evaluation | None:
        """The evaluation of the agent who ended the call: whom the customer dealt with last (ADR 10)."""
        return self.evaluations[-1] if self.evaluations else None
