"""Who is the agent: told, known from the envelope, or found from what was said; else honestly unknown."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from qa_service.core.calls import Direction, Envelope, ParticipantKind
from qa_service.core.roles import LineRole, RoleMap, SpeakerRole
from qa_service.core.speech import Role, Sound, Utterance, spoken_chars
from qa_service.core.texts import Reason
from qa_service.text.normalize import fold
from qa_service.turns.legs import consultations, consulting_lines, early_lines, late_lines
from qa_service.turns.machine_time import machine_time
from qa_service.turns.prompts import find_prompts
from qa_service.turns.role_cues import agent_log_odds, is_any_customers, is_mixed

_OF_KIND = {
    ParticipantKind.AGENT: Role.AGENT,
    ParticipantKind.CUSTOMER: Role.CUSTOMER,
    ParticipantKind.ROBOT: Role.SYSTEM,
    ParticipantKind.IVR: Role.SYSTEM,
    ParticipantKind.OTHER: Role.OTHER,
}
_OPPOSITE = {Role.AGENT: Role.CUSTOMER, Role.CUSTOMER: Role.AGENT}
#: Log-odds for who speaks first: agents answer incoming calls; who is called says 喂 first.
_FIRST = {Direction.INBOUND: 1.2, Direction.OUTBOUND: -1.0, Direction.UNKNOWN: 0.5}
#: Cues are not independent, so their sum is taken by half (docs/turns.md#roles).
_TEMPER = 0.5
#: Voices on a mono call that were told apart less surely than this may be one (measures/clusters.py, "hardly").
_TOLD_APART = 0.7
#: Text alone is never surer than this.
_SUREST = 0.98
_NOTHING_SENT = Envelope()


@dataclass(frozen=True, slots=True)
class RoleHints:
    """What is known beside the words."""

    envelope: Envelope = _NOTHING_SENT
    #: 0 or 1 where somebody said which channel is the agent's.
    agent_channel: int | None = None
    sounds: tuple[Sound, ...] = ()
    #: How sure it is that the speakers were told apart (mono); no role is surer than this.
    separation: float = 1.0
    #: Below this the roles stay unknown.
    threshold: float = 0.8


NO_HINTS = RoleHints()


def assign(utterances: Sequence[Utterance], hints: RoleHints = NO_HINTS) -> RoleMap:
    """The roles of all speakers who have utterances; machines and agents among themselves as exceptions."""
    lines = _exceptions(utterances, hints)
    apart = {line.utterance for line in lines}
    human = [said for said in utterances if said.id not in apart]
    people = {said.speaker: said.channel for said in human}
    mechanical = sorted({said.speaker for said in utterances} - set(people))
    known = _told(people, hints) or _signalled(people, hints) or _found(human, hints)
    system = tuple(SpeakerRole(name, Role.SYSTEM, 0.9, Reason("role.machine_only")) for name in mechanical)
    roles = RoleMap(tuple(sorted((*known, *system))), lines)
    roles = roles.with_lines((*lines, *_in_machine_time(roles.spoken(human), hints)))
    return roles.with_lines((*roles.lines, *early_lines(roles.spoken(human), hints.envelope)))


def _in_machine_time(spoken: Sequence[Utterance], hints: RoleHints) -> tuple[LineRole, ...]:
    """Where nobody said a machine's channel, its time tells its lines once roles are known; mono tells it by voice."""
    if hints.separation < 1.0:
        return ()
    end_ms = max((said.span.end_ms for said in spoken), default=0)
    unplaced = tuple(who for who in hints.envelope.participants if who.channel is None)
    return tuple(machine_time(spoken, replace(hints.envelope, participants=unplaced), end_ms))


def _exceptions(utterances: Sequence[Utterance], hints: RoleHints) -> tuple[LineRole, ...]:
    """Lines that are not their speaker's part in the conversation."""
    machine = find_prompts(utterances, sounds=hints.sounds, participants=hints.envelope.participants)
    late = late_lines(_but(utterances, machine), hints.envelope)
    end_ms = max((said.span.end_ms for said in utterances), default=0)
    apart = consulting_lines(_but(utterances, (*machine, *late)), consultations(hints.envelope, end_ms))
    return tuple(sorted((*machine, *late, *apart)))


def _but(utterances: Sequence[Utterance], lines: Sequence[LineRole]) -> list[Utterance]:
    named = {line.utterance for line in lines}
    return [said for said in utterances if said.id not in named]


def swap(roles: RoleMap) -> RoleMap:
    """Agent and customer change places because a person said so; machine lines and others stay."""
    because = Reason("role.swapped")
    return replace(
        roles,
        speakers=tuple(
            SpeakerRole(known.speaker, _OPPOSITE[known.role], 1.0, because)
            if known.role in _OPPOSITE
            else known
            for known in roles.speakers
        ),
    )


def tell(roles: RoleMap, agent: str) -> RoleMap:
    """A person says who the agent is; every other human speaker is then the customer."""
    because = Reason("role.told")
    return replace(
        roles,
        speakers=tuple(
            known
            if known.role is Role.SYSTEM and known.speaker != agent
            else SpeakerRole(known.speaker, _agent_or_customer(known.speaker == agent), 1.0, because)
            for known in roles.speakers
        ),
    )


def _agent_or_customer(is_agent: bool) -> Role:
    return Role.AGENT if is_agent else Role.CUSTOMER


def _told(people: Mapping[str, int], hints: RoleHints) -> tuple[SpeakerRole, ...]:
    """By the channel that somebody named; it says nothing where all share one channel."""
    if hints.agent_channel is None or _share_a_channel(people, hints):
        return ()
    return tuple(
        SpeakerRole(name, _agent_or_customer(channel == hints.agent_channel), 1.0, Reason("role.told"))
        for name, channel in people.items()
    )


def _signalled(people: Mapping[str, int], hints: RoleHints) -> tuple[SpeakerRole, ...]:
    """By the channels of the envelope's participants: people before the machines that share a channel."""
    if _share_a_channel(people, hints) or are_ambiguous(hints.envelope):
        return ()
    roles: dict[int, Role] = {}
    for who in hints.envelope.participants:
        role = _OF_KIND[who.kind]
        if who.channel is not None and (role in _OPPOSITE or who.channel not in roles):
            roles[who.channel] = role
    if not any(role in _OPPOSITE for role in roles.values()):
        return ()
    return tuple(_by_channel(name, channel, roles) for name, channel in people.items())


def are_ambiguous(envelope: Envelope) -> bool:
    """Whether agent and customer are said to share a channel: as mono calls do, and exports that know no channels."""
    placed = {
        kind: {who.channel for who in envelope.participants if who.kind is kind and who.channel is not None}
        for kind in (ParticipantKind.AGENT, ParticipantKind.CUSTOMER)
    }
    return bool(placed[ParticipantKind.AGENT] & placed[ParticipantKind.CUSTOMER])


def _by_channel(name: str, channel: int, roles: Mapping[int, Role]) -> SpeakerRole:
    """The role of a channel, or the one that is left over."""
    named = roles.get(channel)
    left = {_OPPOSITE[role] for role in roles.values() if role in _OPPOSITE}
    role = named or (left.pop() if len(left) == 1 else Role.UNKNOWN)
    return SpeakerRole(name, role, 0.99 if named else 0.9, Reason("role.envelope"))


def _share_a_channel(people: Mapping[str, int], hints: RoleHints) -> bool:
    """Whether the speakers were told apart by voice (a mono call), even if only one was found."""
    return len(set(people.values())) < len(people) or hints.separation < 1.0


def _found(human: Sequence[Utterance], hints: RoleHints) -> tuple[SpeakerRole, ...]:
    """By what was said, who spoke first, and who asks and talks more."""
    odds = agent_odds(human, hints.envelope.direction)
    if not odds:
        return ()
    best = max(odds, key=lambda name: (odds[name], name))
    others = [odds[name] for name in odds if name != best]
    # Alone on the line, a speaker has only the words to tell by; with another, the difference tells.
    lead = odds[best] - max(others) if others else abs(odds[best])
    sure = how_sure(lead)
    if sure < hints.threshold or (not others and is_mixed(fold(said.text).text for said in human)):
        unclear = Reason.of("role.unclear", confidence=round(sure, 2))
        return tuple(SpeakerRole(name, Role.UNKNOWN, 0.0, unclear) for name in odds)
    if hints.separation < _TOLD_APART and _is_one_voice(human, best):
        return tuple(SpeakerRole(name, Role.UNKNOWN, 0.0, Reason("role.one_voice")) for name in odds)
    because = Reason.of("role.words", confidence=round(sure, 2))
    confidence = round(sure * hints.separation, 3)
    agent = best if others or odds[best] > 0 else ""
    return tuple(SpeakerRole(name, _agent_or_customer(name == agent), confidence, because) for name in odds)


def how_sure(lead: float) -> float:
    """How sure the words are, 0–1, of who is the agent, by how far the log-odds are apart."""
    return min(_SUREST, 1 / (1 + math.exp(-_TEMPER * lead)))


def _is_one_voice(human: Sequence[Utterance], agent: str) -> bool:
    """Whether voices that are hardly two are likely one: nobody but the agent is heard to say what customers say.

    Somebody who raises their voice sounds like another.
    """
    others = [fold(said.text).text for said in human if said.speaker != agent]
    return bool(others) and not is_any_customers(others)


def agent_odds(human: Sequence[Utterance], direction: Direction = Direction.UNKNOWN) -> dict[str, float]:
    """Per speaker the log-odds of being the agent, from words and from the shape of the conversation."""
    said: dict[str, list[str]] = {}
    for line in sorted(human, key=lambda line: line.span):
        said.setdefault(line.speaker, []).append(fold(line.text).text)
    if not said:
        return {}
    first = next(iter(said))
    total = sum(spoken_chars(line.text) for line in human) or 1
    odds: dict[str, float] = {}
    for name, lines in said.items():
        share = sum(map(len, lines)) / total
        odds[name] = agent_log_odds(lines) + (_FIRST[direction] if name == first else 0.0) + (share - 0.5)
    return odds
