"""Who is who: speakers are measured, roles are a mapping that may change without hearing anything again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from qa_service.core.meanings import Meaning
from qa_service.core.speech import Role, Utterance, Voice
from qa_service.core.texts import Reason
from qa_service.core.time import Span, gaps

#: What is said of a speaker nobody placed.
UNPLACED = Reason("role.unknown")


@dataclass(frozen=True, slots=True, order=True)
class SpeakerRole:
    """The role of one speaker, how sure (0–1), and why."""

    speaker: str
    role: Role = Role.UNKNOWN
    confidence: float = 0.0
    because: Reason = UNPLACED


@dataclass(frozen=True, slots=True, order=True)
class LineRole:
    """An exception for one utterance: a machine's line on a person's channel."""

    utterance: str
    role: Role
    confidence: float
    because: Reason


@dataclass(frozen=True, slots=True)
class RoleMap:
    """The roles of a call's speakers, and the utterances that are exceptions."""

    speakers: tuple[SpeakerRole, ...] = ()
    lines: tuple[LineRole, ...] = ()

    def of(self, speaker: str) -> SpeakerRole:
        """What is known about a speaker; `unknown` with confidence 0 where nobody placed them."""
        return next((known for known in self.speakers if known.speaker == speaker), SpeakerRole(speaker))

    def speaker_of(self, role: Role) -> tuple[str, ...]:
        """The speakers that have `role`; none, one, or several (two agents on one mono line)."""
        return tuple(known.speaker for known in self.speakers if known.role is role)

    def spoken(
        self, utterances: Iterable[Utterance], meanings: Mapping[str, tuple[Meaning, ...]] | None = None
    ) -> tuple[Utterance, ...]:
        """The same utterances with their roles, and with `meanings` by their ids; exceptions win over speakers."""
        lines = {line.utterance: line for line in self.lines}
        known = {speaker.speaker: speaker for speaker in self.speakers}
        return tuple(
            said.spoken_by(
                role.role, role.confidence, None if meanings is None else meanings.get(said.id, ())
            )
            for said in utterances
            for role in (lines.get(said.id) or known.get(said.speaker) or SpeakerRole(said.speaker),)
        )

    def active(self, voices: Iterable[Voice], utterances: Sequence[Utterance]) -> tuple[Voice, ...]:
        """The same voice with roles, cut where an exception begins or ends, in order of start."""
        lines = {line.utterance: line.role for line in self.lines}
        exceptions = [(said.speaker, said.span, lines[said.id]) for said in utterances if said.id in lines]
        roles = {known.speaker: known.role for known in reversed(self.speakers)}
        parts = [
            part
            for voice in voices
            for part in _parts(voice, roles.get(voice.speaker, Role.UNKNOWN), exceptions)
        ]
        return tuple(sorted(parts, key=_order))

    def with_lines(self, lines: Iterable[LineRole]) -> RoleMap:
        """The same speakers with other exceptions."""
        return replace(self, lines=tuple(sorted(lines)))


@dataclass(frozen=True, slots=True)
class RolesSaid:
    """One thing that a person says about who is who; the others are None."""

    #: Which channel is the agent's, as heard.
    agent_channel: int | None = None
    #: Whether agent and customer are the other way round than the service would have them.
    are_swapped: bool | None = None

    def of(self, agent_channel: int | None, are_swapped: bool) -> tuple[int | None, bool]:
        """Channel and swap afterwards; with nothing said, the two change places.

        >>> RolesSaid(agent_channel=1).of(None, True), RolesSaid(are_swapped=True).of(0, True), RolesSaid().of(0, True)
        ((1, False), (0, True), (0, False))
        """
        if self.agent_channel is not None:
            return self.agent_channel, False
        return agent_channel, not are_swapped if self.are_swapped is None else self.are_swapped


def _order(voice: Voice) -> tuple[int, int, str, Role]:
    """As voices are ordered by themselves, and quicker: calls have hundreds."""
    return (voice.span.start_ms, voice.span.end_ms, voice.speaker, voice.role)


def _parts(voice: Voice, role: Role, exceptions: Sequence[tuple[str, Span, Role]]) -> Iterator[Voice]:
    """A voiced stretch in its speaker's role, and in the exception's role where there is one."""
    whole = voice.span
    mine = [
        (span, other)
        for speaker, span, other in exceptions
        if span.start_ms < whole.end_ms and whole.start_ms < span.end_ms and speaker == voice.speaker
    ]
    if not mine:
        yield Voice(voice.span, voice.speaker, role)
        return
    for span in gaps([span for span, _ in mine], voice.span):
        yield Voice(span, voice.speaker, role)
    for line, other in mine:
        if shared := line.clip(whole):
            yield Voice(shared, voice.speaker, other)
