"""Evaluations: a scorecard filled in for what one agent did in a call."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from qa_service.core.calls import Leg
from qa_service.core.texts import Reason, Text


class Verdict(StrEnum):
    """The answer to a criterion; the last two leave the denominator, `undecided` asks for a person."""

    MET = "met"
    NOT_MET = "not_met"
    NOT_APPLICABLE = "not_applicable"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True)
class Answer:
    """One criterion, answered, with the reason a reviewer can check."""

    criterion: str
    title: Text
    section: str
    answer: Verdict
    #: Points kept; unknown (None) unless the answer is met or not_met.
    points: float | None
    max_points: float
    because: Reason
    findings: tuple[str, ...] = ()
    is_fatal: bool = False


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A scorecard filled in by the machine for one agent. Unknown is None, never zero."""

    scorecard: str
    #: The agent's leg; where the call came back to them, from their first to the end of their last.
    leg: Leg
    #: 0–100 with one decimal; None when nothing could be answered.
    score: float | None
    #: The same if a person finds against the agent wherever the machine was undecided.
    lowest_score: float | None
    #: None where a person's answer could still change it, and where there is no score.
    passed: bool | None
    #: Fatal criteria that were not met.
    fatal: tuple[str, ...]
    answers: tuple[Answer, ...]
