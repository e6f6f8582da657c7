"""Roles that a transcript tells: its speakers are called by them. What a machine said is found all the same."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from qa_service.core.calls import Envelope
from qa_service.core.roles import LineRole, RoleMap, SpeakerRole
from qa_service.core.speech import Role, Utterance
from qa_service.core.texts import Reason
from qa_service.turns.legs import consultations, consulting_lines, early_lines, late_lines
from qa_service.turns.machine_time import machine_time
from qa_service.turns.prompts import find_prompts

_TOLD = Reason("role.told")
#: Whose lines may be a machine's after all: recognisers know two parties, and write announcements down as one's.
_PARTIES = frozenset({Role.AGENT.value, Role.CUSTOMER.value, Role.UNKNOWN.value})


def is_told(utterances: Iterable[Utterance]) -> bool:
    """Whether all speakers are called by roles, so that nobody has to find out who is who."""
    return {said.speaker for said in utterances} <= {role.value for role in Role}


def told(utterances: Sequence[Utterance], envelope: Envelope, duration_ms: int) -> RoleMap:
    """The roles as told; machines, agents among themselves and what came after the hang-up as exceptions.

    The envelope's machines say what the transcript calls the agent's while they are on the line; other machine lines
    are known by wording and place, as in a recording.
    """
    names = RoleMap(_speakers({said.speaker for said in utterances}))
    machine = tuple(machine_time(names.spoken(utterances), envelope, duration_ms))
    parties = [said for said in _but(utterances, machine) if said.speaker in _PARTIES]
    machine += find_prompts(parties)
    late = late_lines(_but(utterances, machine), envelope)
    aside = consulting_lines(_but(utterances, (*machine, *late)), consultations(envelope, duration_ms))
    names = names.with_lines((*machine, *late, *aside))
    return names.with_lines((*names.lines, *early_lines(names.spoken(utterances), envelope)))


def _speakers(names: Iterable[str]) -> tuple[SpeakerRole, ...]:
    """`unknown` is no knowledge."""
    sure = {name: 0.0 if Role(name) is Role.UNKNOWN else 1.0 for name in names}
    return tuple(SpeakerRole(name, Role(name), sure[name], _TOLD) for name in sorted(sure))


def _but(utterances: Iterable[Utterance], lines: Iterable[LineRole]) -> list[Utterance]:
    named = {line.utterance for line in lines}
    return [said for said in utterances if said.id not in named]
