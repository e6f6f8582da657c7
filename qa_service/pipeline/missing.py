"""How much of one agent's part nobody could judge: not recorded, not heard, or not heard well enough."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from qa_service.core.measured import LOSSES, MeasuredCall, Problem
from qa_service.core.roles import RoleMap
from qa_service.core.speech import Role, Utterance
from qa_service.core.time import Span
from qa_service.scoring.scorecard import Fatal, Scorecard

#: From here on nobody can say that the worst was not said: fatal criteria wait, and the call has not passed.
TOO_MUCH = 0.10


def missing_share(call: MeasuredCall, leg: Span, utterances: Sequence[Utterance], roles: RoleMap) -> float:
    """The greater of two shares, 0–1: of the leg that is lost, and of the agent's speech not heard well enough."""
    return max(_lost_share(call, leg), _misheard_share(call, leg, utterances, roles))


def loses_end(call: MeasuredCall, leg: Span) -> bool:
    """Whether the leg went on after the recording breaks off."""
    return leg.end_ms >= call.duration_ms and any(p.code == "truncated" for p in call.problems)


def waiting_criteria(scorecard: Scorecard) -> frozenset[str]:
    """The criteria that one sentence can lose everything by."""
    return frozenset(
        criterion.id
        for section in scorecard.sections
        for criterion in section.criteria
        if criterion.fatal is not Fatal.NO
    )


def _lost_share(call: MeasuredCall, leg: Span) -> float:
    """A missing end lies after the leg's last millisecond; where nobody knows how long it was, it may be anything."""
    ends = [p.lost_ms for p in call.problems if p.code == "truncated"] if loses_end(call, leg) else []
    if 0 in ends:
        return 1.0
    cut_off_ms = sum(ends)
    lost_ms = sum(_lost_ms(problem, leg) for problem in call.problems if problem.code in LOSSES) + cut_off_ms
    return lost_ms / max(1, leg.duration_ms + cut_off_ms)


def _lost_ms(problem: Problem, leg: Span) -> int:
    """Damage that nobody can place covers the whole call, and only its length is right."""
    return min(problem.lost_ms, problem.span.overlap_ms(leg))


def _misheard_share(call: MeasuredCall, leg: Span, utterances: Iterable[Utterance], roles: RoleMap) -> float:
    said = [(u.speech_ms or u.span.duration_ms, u.unreliable) for u in utterances if u.role is Role.AGENT]
    unheard_ms = sum(
        lost.span.overlap_ms(leg) for lost in call.unheard if roles.of(lost.speaker).role is Role.AGENT
    )
    bad_ms = unheard_ms + sum(ms for ms, unreliable in said if unreliable)
    return bad_ms / max(1, unheard_ms + sum(ms for ms, _ in said))
