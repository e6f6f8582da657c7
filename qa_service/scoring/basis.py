"""What a scorecard was filled in from beside the findings: kept, to be filled in again with others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from qa_service.core.calls import Leg
from qa_service.core.evaluation import Evaluation
from qa_service.core.findings import Finding
from qa_service.scoring.score import Blocked, evaluate
from qa_service.scoring.scorecard import Charge, Scorecard


@dataclass(frozen=True, slots=True)
class Basis:
    """One leg's: the rules that found nothing and are no answer, and whether enough of the leg was heard."""

    blocked: Mapping[str, Blocked] = field(default_factory=dict)
    #: Else nobody knows whether the agent passed, unless they failed by what was heard.
    is_whole: bool = True


def fill_in(
    scorecard: Scorecard, charges: tuple[Charge, ...], findings: Sequence[Finding], basis: Basis, *, leg: Leg
) -> Evaluation:
    """The evaluation of one leg."""
    answered = evaluate(scorecard, charges, findings, blocked=basis.blocked, leg=leg)
    if basis.is_whole or answered.passed is False:
        return answered
    return replace(answered, passed=None)
