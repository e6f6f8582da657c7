"""Whether what somebody said about a call can be believed: the sound may plainly say the opposite."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from qa_service.core.calls import CallEvent, Envelope, EventKind
from qa_service.core.hanging_up import hang_up
from qa_service.core.measured import ROLES_CONTRADICTED, VOICE_LEFT_OUT, Layout, MeasuredCall, Problem
from qa_service.core.roles import RoleMap
from qa_service.core.speech import Role, Utterance, spoken_chars
from qa_service.core.time import Span, total_ms
from qa_service.turns.line import SKEW_MS
from qa_service.turns.prompts import find_prompts
from qa_service.turns.roles import agent_odds, are_ambiguous, how_sure

#: From here on the words are sure enough of the opposite that somebody has to look (docs/turns.md#roles).
_OPPOSITE = 0.95
#: Both parties go on talking: in so many lines, characters and milliseconds of each.
_GOES_ON_LINES, _GOES_ON_CHARS, _GOES_ON_MS = 2, 12, 3_000
HANGUP_CONTRADICTED = "hangup_contradicted"
_AMBIGUOUS = "channels_ambiguous"
#: What people say about roles, swapping them afterwards included: it is held against the words like any other word.
_TOLD = frozenset({"role.told", "role.envelope", "role.swapped"})
#: Where the parties are apart for sure. Of 436 texts with right roles none is taken for wrong at `_OPPOSITE`, and 298
#: with roles the wrong way round are seen (docs/turns.md#roles).
_APART = frozenset({Layout.TWO_CHANNEL, Layout.TEXT})
_NOBODYS = frozenset({Role.SYSTEM.value, Role.OTHER.value})


def believed(call: MeasuredCall, envelope: Envelope) -> tuple[MeasuredCall, Envelope]:
    """The call with the problem, and the envelope without hang-ups, where both parties plainly talk on after them."""
    codes = {ROLES_CONTRADICTED, HANGUP_CONTRADICTED, _AMBIGUOUS}
    call = replace(call, problems=tuple(p for p in call.problems if p.code not in codes))
    event = hang_up(envelope, call.duration_ms)
    if event is None or not _goes_on(call, event):
        return call, envelope
    stays = tuple(each for each in envelope.events if each.kind is not EventKind.HANGUP)
    said = Problem(
        HANGUP_CONTRADICTED, Span(event.at_ms, call.duration_ms), detail=f"at_s={event.at_ms // 1_000}"
    )
    return replace(call, problems=(*call.problems, said)), replace(envelope, events=stays)


def doubted(call: MeasuredCall, roles: RoleMap, envelope: Envelope) -> MeasuredCall:
    """The call with what is wrong about the channels that were told."""
    return replace(call, problems=(*call.problems, *_about_roles(call, roles, envelope)))


def is_doubted(call: MeasuredCall) -> bool:
    """Whether the roles that were told may be the wrong way round."""
    return any(problem.code == ROLES_CONTRADICTED for problem in call.problems)


def is_left_out(call: MeasuredCall) -> bool:
    """Whether much of what was said may be missing, taken for a background."""
    return any(problem.code == VOICE_LEFT_OUT for problem in call.problems)


def _about_roles(call: MeasuredCall, roles: RoleMap, envelope: Envelope) -> Iterator[Problem]:
    if call.layout not in _APART:
        return
    codes = {known.because.code for known in roles.speakers}
    if (
        call.layout is Layout.TWO_CHANNEL
        and are_ambiguous(envelope)
        and not codes & {"role.told", "role.swapped"}
    ):
        yield Problem(_AMBIGUOUS, call.span)
    sure = _opposite(call, roles, envelope) if codes & _TOLD else 0.0
    if sure >= _OPPOSITE:
        yield Problem(ROLES_CONTRADICTED, call.span, detail=f"percent={round(100 * sure)}")


def _opposite(call: MeasuredCall, roles: RoleMap, envelope: Envelope) -> float:
    """How sure the words are that the customer is the agent; 0 where one of them is missing."""
    people = [said for said in roles.spoken(call.utterances) if said.role in {Role.AGENT, Role.CUSTOMER}]
    agents, customers = (
        {said.speaker for said in people if said.role is role} for role in (Role.AGENT, Role.CUSTOMER)
    )
    if len(agents) != 1 or len(customers) != 1:
        return 0.0
    odds = agent_odds(people, envelope.direction)
    lead = odds[customers.pop()] - odds[agents.pop()]
    return how_sure(lead) if lead > 0 else 0.0


def _goes_on(call: MeasuredCall, event: CallEvent) -> bool:
    """Whether two people on a channel each converse after the hang-up; a colleague is on the agent's."""
    if call.layout is Layout.MONO:
        return False
    machine = {line.utterance for line in find_prompts(call.utterances, sounds=call.sounds)}
    after = [said for said in call.utterances if said.span.start_ms >= event.at_ms + SKEW_MS]
    human = [s for s in after if s.id not in machine and s.speaker not in _NOBODYS and not s.unreliable]
    return sum(_talks([s for s in human if s.speaker == who]) for who in {s.speaker for s in human}) > 1


def _talks(said: Sequence[Utterance]) -> bool:
    chars = sum(spoken_chars(one.text) for one in said)
    long_ms = total_ms(one.span for one in said)
    return len(said) >= _GOES_ON_LINES and chars >= _GOES_ON_CHARS and long_ms >= _GOES_ON_MS
