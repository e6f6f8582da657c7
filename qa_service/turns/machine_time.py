"""Lines that lie in a machine's time on the line: the telephone system says who it was, no matter what was said."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from qa_service.core.calls import Envelope, Participant, ParticipantKind
from qa_service.core.roles import LineRole
from qa_service.core.speech import Role, Utterance
from qa_service.core.texts import Reason
from qa_service.turns.prompts import MACHINES


def machine_time(spoken: Iterable[Utterance], envelope: Envelope, duration_ms: int) -> Iterator[LineRole]:
    """What has the role of the agent while a machine without a channel was on the line, and no agent was.

    A machine with a channel is found by that (prompts.py).
    """
    agents = [who for who in envelope.participants if who.kind is ParticipantKind.AGENT]
    machines = [who for who in envelope.participants if who.kind in MACHINES]
    for said in spoken:
        there = (who for who in machines if _says(who, said, duration_ms))
        machine = next((who for who in there if not _is_persons(said, who, agents, duration_ms)), None)
        if machine and said.role is Role.AGENT:
            because = Reason.of("system.envelope", kind=machine.kind.value)
            yield LineRole(said.id, Role.SYSTEM, 0.99, because)


def _is_persons(
    said: Utterance, machine: Participant, agents: Iterable[Participant], duration_ms: int
) -> bool:
    """People come before machines, unless only the machine's time is known."""
    return any(
        (_is_timed(agent) or not _is_timed(machine)) and _says(agent, said, duration_ms) for agent in agents
    )


def _is_timed(who: Participant) -> bool:
    return who.from_ms > 0 or who.to_ms is not None


def _says(who: Participant, said: Utterance, duration_ms: int) -> bool:
    """Whether most of the line lies in the participant's time; a line without length, where it stands."""
    span = who.span(duration_ms)
    if not said.span.duration_ms:
        return span.start_ms <= said.span.start_ms < span.end_ms
    return 2 * span.overlap_ms(said.span) > said.span.duration_ms
