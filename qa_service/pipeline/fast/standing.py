"""What stands of a judged call: its outcome, and what has to be known beside it to judge one rule of it again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from qa_service.pipeline.agents import basis_of, by_agent
from qa_service.pipeline.assessment import Assessment
from qa_service.pipeline.diff import Outcome

#: By rules that found nothing and are no answer: whether they call for a person.
Blocked = Mapping[str, bool]


@dataclass(frozen=True, slots=True)
class Standing:
    """What one rulebook made of one call."""

    outcome: Outcome
    #: One for each of the outcome's parts.
    blocked: tuple[Blocked, ...]

    @classmethod
    def of(cls, assessment: Assessment) -> Self:
        """Of a call that was just judged."""
        bases = (basis_of(own) for own in by_agent(assessment.legs))
        blocked = tuple({rule: held.undecided for rule, held in one.blocked.items()} for one in bases)
        return cls(Outcome.of(assessment), blocked)


def in_no_part(blocked: Sequence[Blocked]) -> Blocked:
    """As pipeline.agents puts an agent's parts together: in none could the rule be asked, or in one it waits."""
    if len(blocked) == 1:
        return blocked[0]
    together = {}
    for rule in {rule for held in blocked for rule in held}:
        there = [held[rule] for held in blocked if rule in held]
        if any(there) or len(there) == len(blocked):
            together[rule] = any(there)
    return together
