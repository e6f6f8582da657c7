"""One evaluation per agent, also of one to whom the call came back (ADR 10)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from qa_service.core.evaluation import Evaluation
from qa_service.core.time import Span
from qa_service.pipeline.assessment import LegAssessment
from qa_service.pipeline.missing import passes
from qa_service.rulebook.book import Rulebook
from qa_service.scoring.score import Blocked, evaluate


@dataclass(frozen=True, slots=True)
class JudgedPart:
    """One agent's part as it was judged, without the evaluation, which is of all parts of that agent."""

    found: LegAssessment
    #: The rules that could not be asked there.
    blocked: Mapping[str, Blocked]
    #: Whether so much of it could be judged that who passed has passed.
    is_whole: bool


def evaluated(parts: Sequence[JudgedPart], rulebook: Rulebook) -> list[LegAssessment]:
    """The legs, each agent's last one with the evaluation of all of that agent's parts (ADR 10)."""
    of_agent: dict[object, list[JudgedPart]] = {}
    for part in parts:
        leg = part.found.leg
        of_agent.setdefault(leg.agent_id or leg.index, []).append(part)
    made = {own[-1].found.leg.index: _evaluate(own, rulebook) for own in of_agent.values()}
    return [replace(part.found, evaluation=made.get(part.found.leg.index)) for part in parts]


def _evaluate(own: Sequence[JudgedPart], rulebook: Rulebook) -> Evaluation:
    first, last = own[0].found.leg, own[-1].found.leg
    answered = evaluate(
        rulebook.scorecard,
        rulebook.charges,
        [finding for part in own for finding in part.found.findings],
        blocked=_in_no_part([part.blocked for part in own]),
        leg=replace(last, span=Span(first.span.start_ms, last.span.end_ms)),
    )
    return answered if all(part.is_whole for part in own) else replace(answered, passed=passes(answered))


def _in_no_part(blocked: Sequence[Mapping[str, Blocked]]) -> dict[str, Blocked]:
    """The rules that could be asked in no part of an agent's; one that waits for a person in any, waits."""
    together: dict[str, Blocked] = {}
    for name in {name for held in blocked for name in held}:
        there = [held[name] for held in blocked if name in held]
        waits = next((one for one in there if one.undecided), None)
        if waits or len(there) == len(blocked):
            together[name] = waits or there[-1]
    return together
