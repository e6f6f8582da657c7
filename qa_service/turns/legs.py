"""Transferred calls: each agent's part, and the talk between agents that the customer did not hear."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise

from qa_service.core.calls import CallEvent, Envelope, EventKind, Leg, Participant, ParticipantKind
from qa_service.core.roles import LineRole, RoleMap
from qa_service.core.speech import Role, Utterance
from qa_service.core.texts import Reason
from qa_service.core.time import Span, intersect, merge
from qa_service.turns.line import SKEW_MS, ended_ms, event_holds

_CONSULTING = Reason("role.consultation")
_AFTER = Reason("role.after_hangup")
_BEFORE = Reason("role.before_agent")
#: Whoever comes within this time after a transfer is the one it went to (it rings, or waits in a queue).
_COMES_WITHIN_MS = 60_000


def legs_of(envelope: Envelope, duration_ms: int) -> tuple[Leg, ...]:
    """Each agent's part of the conversation with the customer, in order; at least one leg.

    An untransferred call is one leg, from when its agent came (`came_ms`). In a transferred one each leg ends
    where the next agent takes the customer over: with the transfer, or, where the agents consulted first, when the
    agent who asked has left. Who was only consulted has no leg. Where several agents cannot be placed, the call is
    one leg and nobody's. The last leg ends with the hang-up.
    """
    duration_ms = ended_ms(envelope, duration_ms)
    if are_unplaced(envelope, duration_ms):
        return (Leg(Span(0, duration_ms)),)
    agents = _agents(envelope, duration_ms)
    if len(agents) < 2:
        return (_lone_leg(agents, Span(min(came_ms(envelope), duration_ms), duration_ms)),)
    takes = [(min(came_ms(envelope), duration_ms), agents[0])]
    for agent in agents[1:]:
        at_ms = _taken_over_ms(agent, takes[-1][1], envelope, duration_ms)
        # Who came after the recording ended was not heard: an empty leg would score full marks.
        if at_ms is not None and takes[-1][0] < at_ms < duration_ms:
            takes.append((at_ms, agent))
    ends = [*(at_ms for at_ms, _ in takes[1:]), duration_ms]
    return tuple(
        Leg(Span(at_ms, max(at_ms, end_ms)), index, len(takes), agent.agent_id, agent.id)
        for index, ((at_ms, agent), end_ms) in enumerate(zip(takes, ends, strict=True))
    )


def _lone_leg(agents: Sequence[Participant], span: Span) -> Leg:
    return next((Leg(span, agent_id=one.agent_id, participant=one.id) for one in agents), Leg(span))


def came_ms(envelope: Envelope) -> int:
    """When the first agent came to the line, as stated; two clocks are allowed to differ. 0 where nobody said."""
    came = [who.from_ms for who in envelope.participants if who.kind is ParticipantKind.AGENT]
    return max(0, min(came, default=0) - SKEW_MS)


def _agents(envelope: Envelope, duration_ms: int) -> list[Participant]:
    """The agents in the order they came; timeless ones are parted by the transfers, in their order."""
    agents = [who for who in envelope.participants if who.kind is ParticipantKind.AGENT]
    handed = [
        event for event in envelope.events if event.kind is EventKind.TRANSFER and _by_agent(event, envelope)
    ]
    timeless = all(who.from_ms == 0 and who.to_ms is None for who in agents)
    if len(agents) < 2 or not timeless:
        return _timed(envelope, duration_ms)
    if len(handed) != len(agents) - 1:
        return agents
    edges = [0, *sorted(event.at_ms for event in handed), duration_ms]
    return [
        Participant(who.id, who.kind, who.agent_id, who.channel, from_ms, to_ms)
        for who, (from_ms, to_ms) in zip(agents, pairwise(edges), strict=True)
    ]


def are_unplaced(envelope: Envelope, duration_ms: int) -> bool:
    """Whether several agents were there all the time as far as anybody knows: nobody knows who spoke when."""
    whole = Span(0, duration_ms)
    return sum(who.span(duration_ms) == whole for who in _agents(envelope, duration_ms)) > 1


def _timed(envelope: Envelope, duration_ms: int) -> list[Participant]:
    """The agents in the order they came; who transferred the customer without a time of leaving left then."""
    agents = [who for who in envelope.participants if who.kind is ParticipantKind.AGENT]
    if any(who.from_ms for who in agents):
        agents = [replace(who, to_ms=_left_ms(who, agents, envelope, duration_ms)) for who in agents]
    return sorted(agents, key=lambda who: who.span(duration_ms))


def _left_ms(
    agent: Participant, agents: Sequence[Participant], envelope: Envelope, duration_ms: int
) -> int | None:
    """When the agent left: as stated, or with the transfer to one who came later and was there."""
    on_line = agent.span(duration_ms)
    if on_line.end_ms < duration_ms:
        return agent.to_ms
    later = [span for who in agents if (span := who.span(duration_ms)).start_ms > on_line.start_ms]
    handed = (
        event.at_ms
        for event in sorted(envelope.events, key=lambda event: event.at_ms)
        if event.kind is EventKind.TRANSFER
        and event.by in {"", agent.id, ParticipantKind.AGENT}
        and event.at_ms > on_line.start_ms
        and any(s.start_ms <= event.at_ms + _COMES_WITHIN_MS and event.at_ms < s.end_ms for s in later)
        and not _acts_after(agent, event.at_ms, envelope)
    )
    return next(handed, agent.to_ms)


def _acts_after(agent: Participant, at_ms: int, envelope: Envelope) -> bool:
    """Who still holds or takes up the call has not left it: that transfer only began a consultation."""
    acts = {EventKind.HOLD, EventKind.UNHOLD, EventKind.CONFERENCE}
    return any(e.by == agent.id and e.kind in acts and e.at_ms > at_ms for e in envelope.events)


def _by_agent(event: CallEvent, envelope: Envelope) -> bool:
    """Whether an agent did it, or nobody said who; a menu transfers too, and that starts no leg."""
    return envelope.kind_by(event) in {None, ParticipantKind.AGENT}


def _taken_over_ms(
    agent: Participant, before: Participant, envelope: Envelope, duration_ms: int
) -> int | None:
    """When `agent` took the customer over from the one before; nothing if only consulted."""
    mine, theirs = agent.span(duration_ms), before.span(duration_ms)
    if not mine.overlap_ms(theirs):
        return mine.start_ms
    both = Span(mine.start_ms, min(mine.end_ms, theirs.end_ms))
    joined = [event.at_ms for event in envelope.events if _joins(event, both)]
    if joined and mine.end_ms > theirs.end_ms:
        return min(joined)
    return theirs.end_ms if mine.end_ms > theirs.end_ms else None


def _joins(event: CallEvent, within: Span) -> bool:
    """The customer is let in on the talk between agents."""
    return event.kind is EventKind.CONFERENCE and within.start_ms <= event.at_ms <= within.end_ms


def consultations(envelope: Envelope, duration_ms: int) -> tuple[Span, ...]:
    """When agents talk to one another while the customer waits; not the customer's conversation.

    Where hold was signalled it is the time both agents are on the line during hold, else all of that time;
    from a conference on, the customer is there.
    """
    agents = _timed(envelope, duration_ms)
    together: list[Span] = []
    for place, agent in enumerate(agents):
        for other in agents[place + 1 :]:
            both = agent.span(duration_ms).clip(other.span(duration_ms))
            if both and both.duration_ms < duration_ms:
                together.append(_until_conference(both, envelope.events))
    holds = [hold.span for hold in event_holds(envelope, duration_ms)]
    return intersect(together, holds) if holds else merge(span for span in together if span.duration_ms)


def _until_conference(both: Span, events: Iterable[CallEvent]) -> Span:
    """The time before the customer was let in."""
    joined = [event.at_ms for event in events if _joins(event, both)]
    return Span(both.start_ms, min([both.end_ms, *joined]))


def late_lines(utterances: Iterable[Utterance], envelope: Envelope) -> tuple[LineRole, ...]:
    """What was said after the hang-up, as exceptions: role `other`, for nobody of the other party heard it."""
    said = tuple(utterances)
    end_ms = ended_ms(envelope, max((one.span.end_ms for one in said), default=0))
    return tuple(LineRole(one.id, Role.OTHER, 0.95, _AFTER) for one in said if one.span.start_ms >= end_ms)


def early_lines(spoken: Iterable[Utterance], envelope: Envelope) -> tuple[LineRole, ...]:
    """What has the agent's role and was said before any agent came, as exceptions: role `other`, nobody we know."""
    until_ms = came_ms(envelope)
    early = (said for said in spoken if said.role is Role.AGENT and said.span.start_ms < until_ms)
    return tuple(LineRole(said.id, Role.OTHER, 0.95, _BEFORE) for said in early)


def has_unplaced_opening(roles: RoleMap) -> bool:
    """Whether somebody nobody knows spoke on the agent's channel before the agent came: it may have been the agent."""
    return any(line.because == _BEFORE for line in roles.lines)


def consulting_lines(utterances: Iterable[Utterance], spans: Sequence[Span]) -> tuple[LineRole, ...]:
    """What was said mostly during consultations, as exceptions: role `other`, shown and never judged."""
    return tuple(
        LineRole(said.id, Role.OTHER, 0.95, _CONSULTING)
        for said in utterances
        if 2 * sum(said.span.overlap_ms(span) for span in spans) > said.span.duration_ms
    )
