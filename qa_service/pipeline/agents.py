"""One evaluation per agent, also of one to whom the call came back (ADR 10)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from qa_service.core.evaluation import Evaluation
from qa_service.core.time import Span
from qa_service.pipeline.assessment import LegAssessment
from qa_service.rulebook.book import Rulebook
from qa_service.scoring.basis import Basis, fill_in
from qa_service.scoring.score import Blocked


def evaluated(legs: Sequence[LegAssessment], rulebook: Rulebook) -> list[LegAssessment]:
    """The legs, each agent's last one with the evaluation of all of that agent's parts (ADR 10)."""
    made = {own[-1].leg.index: _evaluate(own, rulebook) for own in by_agent(legs)}
    return [replace(leg, evaluation=made.get(leg.leg.index)) for leg in legs]


def by_agent(legs: Iterable[LegAssessment]) -> list[list[LegAssessment]]:
    """Each agent's parts, in the order of their evaluations."""
    of_agent: dict[object, list[LegAssessment]] = {}
    for found in legs:
        of_agent.setdefault(found.leg.agent_id or found.leg.index, []).append(found)
    return sorted(of_agent.values(), key=lambda own: own[-1].leg.index)


def basis_of(own: Sequence[LegAssessment]) -> Basis:
    """What one agent's evaluation was filled in from beside the findings of all parts."""
    blocked = _in_no_part([part.basis.blocked for part in own])
    return Basis(blocked, all(part.basis.is_whole for part in own))


def _evaluate(own: Sequence[LegAssessment], rulebook: Rulebook) -> Evaluation:
    first, last = own[0].leg, own[-1].leg
    findings = [finding for part in own for finding in part.findings]
    leg = replace(last, span=Span(first.span.start_ms, last.span.end_ms))
    return fill_in(rulebook.scorecard, rulebook.charges, findings, basis_of(own), leg=leg)


def _in_no_part(blocked: Sequence[Mapping[str, Blocked]]) -> dict[str, Blocked]:
    """The rules that could be asked in no part of an agent's; one that waits for a person in any, waits."""
    together: dict[str, Blocked] = {}
    for name in {name for held in blocked for name in held}:
        there = [held[name] for held in blocked if name in held]
        waits = next((one for one in there if one.undecided), None)
        if waits or len(there) == len(blocked):
            together[name] = waits or there[-1]
    return together
