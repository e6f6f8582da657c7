"""Whether a call can be scored, and why not: what is not a conversation is never judged as one."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from qa_service.core.measured import LOSSES, VOICE_LEFT_OUT, Layout, MeasuredCall
from qa_service.core.speech import Role, SoundKind, Utterance, Voice, spoken_chars
from qa_service.core.texts import Reason
from qa_service.core.time import total_ms
from qa_service.text.normalize import fold
from qa_service.turns.role_cues import PLAIN_SIGN, is_mixed

#: Above this share of speech that was heard too badly, of both parties' or of the agent's, who is judged, nothing is
#: scored (issue 2, item 5).
UNRELIABLE_MOST = 0.30
#: Less of the agent's speech that was heard badly spoils no call by itself.
_WORTH_REFUSING_MS = 10_000
#: The doubt about whose a faint voice is (usecases.second_voices).
FAINT = "unreliable.faint"
#: Speech in another language than Mandarin (usecases.language).
FOREIGN = "unreliable.language"
#: Above this share of speech without text the assessment is partial (decisions.md 17).
UNHEARD_MOST = 0.05
#: Problems that leave something out of the assessment.
_TOLD = LOSSES | {VOICE_LEFT_OUT}
#: Less than this is a wrong number, not a conversation: both parties together, in characters and voice.
_LEAST_CHARS = 12
_LEAST_MS = 3_000
#: Cues of each party that let one voice on a mono call stand for both, as a short call has few.
_FAINT_SIGN = 1.0


class Status(StrEnum):
    """How far a call may be judged."""

    SCORED = "scored"
    #: Judged, but not as a whole: what is missing is said beside it.
    PARTIAL = "partial"
    NOT_SCORABLE = "not_scorable"


@dataclass(frozen=True, slots=True)
class Scorable:
    """The decision and its reasons; none for a call that is simply scored."""

    status: Status
    reasons: tuple[Reason, ...] = ()

    def partly(self, because: Reason) -> Scorable:
        """The same, with one more thing that is not in the assessment."""
        return Scorable(Status.PARTIAL, (*self.reasons, because))

    @property
    def may_judge(self) -> bool:
        """Whether rules and scorecards may look at the call at all."""
        return self.status is not Status.NOT_SCORABLE


def scorable(call: MeasuredCall, utterances: Sequence[Utterance], voice: Sequence[Voice]) -> Scorable:
    """Decides from words and voice with their roles, and from what was not heard or is damaged."""
    fatal = next(_against_scoring(call, utterances, voice), None)
    if fatal:
        return Scorable(Status.NOT_SCORABLE, (fatal,))
    missing = (*_nobody_to_score(utterances), *_missing(call, voice))
    return Scorable(Status.PARTIAL if missing else Status.SCORED, missing)


def _against_scoring(
    call: MeasuredCall, utterances: Sequence[Utterance], voice: Sequence[Voice]
) -> Iterator[Reason]:
    """Reasons not to score, the plainest first."""
    people = [said for said in utterances if said.role is not Role.SYSTEM and spoken_chars(said.text)]
    parties = [said for said in people if said.role is not Role.OTHER]
    machines = any(said.role is Role.SYSTEM for said in utterances)
    if call.layout is Layout.TEXT and people and not any(said.span.end_ms for said in utterances):
        yield Reason("scorable.no_times")
    if not parties and (people or machines):
        yield Reason("scorable.no_human_customer")
    if len({said.speaker for said in parties}) == 1:
        yield from _alone(call, parties, _Company(utterances, voice, parties[0].speaker))
    yield from _party_missing({said.role for said in parties}, machines=machines)
    if not people and not _voiced_ms(voice):
        yield Reason("scorable.no_speech")
    yield from _too_little(people, voice)
    yield from _doubted(call)
    yield from _unheard_of(people)


@dataclass(frozen=True, slots=True)
class _Company:
    """What is heard beside the one person who says something."""

    utterances: Sequence[Utterance]
    voice: Sequence[Voice]
    speaker: str

    @property
    def machines(self) -> bool:
        """Whether a machine says something, on whichever channel."""
        return any(said.role is Role.SYSTEM for said in self.utterances)

    @property
    def voices(self) -> bool:
        """Whether there is another voice, a machine's or one that gave no text."""
        speakers = {said.speaker for said in self.utterances} | {heard.speaker for heard in self.voice}
        return bool(speakers - {self.speaker})


def _alone(call: MeasuredCall, parties: Sequence[Utterance], company: _Company) -> Iterator[Reason]:
    """One speaker is no conversation, unless what they say is both parties' and they were only not told apart."""
    roles = {said.role for said in parties}
    if roles == {Role.UNKNOWN} and is_mixed((fold(said.text).text for said in parties), _sign(call.layout)):
        return
    ringing = not company.voices and any(sound.kind is SoundKind.RINGBACK for sound in call.sounds)
    if Role.CUSTOMER not in roles and (company.machines or ringing):
        yield Reason("scorable.no_human_customer")
    if call.layout is Layout.TWO_CHANNEL and not company.voices:
        yield Reason("scorable.one_sided")
    if Role.CUSTOMER in roles:
        yield Reason("scorable.no_agent")
    yield Reason("scorable.one_sided")


def _sign(layout: Layout) -> float:
    """How plainly one speaker must say what both parties say: with a channel each, that is rarely so."""
    return PLAIN_SIGN if layout is Layout.TWO_CHANNEL else _FAINT_SIGN


def _party_missing(roles: Collection[Role], *, machines: bool) -> Iterator[Reason]:
    """Several voices, all of them one party's."""
    if Role.UNKNOWN in roles:
        return  # two people are there, only who is who is not known
    if Role.AGENT in roles and Role.CUSTOMER not in roles:
        yield Reason("scorable.no_human_customer" if machines else "scorable.one_sided")
    if Role.CUSTOMER in roles and Role.AGENT not in roles:
        yield Reason("scorable.no_agent")


def _too_little(people: Sequence[Utterance], voice: Sequence[Voice]) -> Iterator[Reason]:
    """Words and voice both count; where no voice was measured, the times that the words claim."""
    heard_ms = _voiced_ms(voice) if voice else total_ms(said.span for said in people)
    if sum(spoken_chars(said.text) for said in people) < _LEAST_CHARS or heard_ms < _LEAST_MS:
        yield Reason.of("scorable.too_little_speech", seconds=round(heard_ms / 1_000, 1))


def _doubted(call: MeasuredCall) -> Iterator[Reason]:
    """Most of what was said was left out, because it is so much fainter than the loudest: whose is it?"""
    for problem in call.problems:
        if problem.code == "voices_doubted":
            yield Reason.of("scorable.voices_doubted", seconds=round(problem.lost_ms / 1_000, 1))


def _voiced_ms(voice: Iterable[Voice]) -> int:
    """How long people speak, in all."""
    return total_ms(stretch.span for stretch in voice if stretch.role is not Role.SYSTEM)


def _unheard_of(people: Sequence[Utterance]) -> Iterator[Reason]:
    """Too much is in another language, or was heard too badly for any other reason."""
    foreign, bad = (max(_unreliable_share(people, why), _judged_share(people, why)) for why in (FOREIGN, ""))
    if foreign > UNRELIABLE_MOST:
        yield Reason.of("scorable.language", percent=round(100 * foreign))
    if bad > UNRELIABLE_MOST:
        yield Reason.of("scorable.unreliable", percent=round(100 * bad))


def _unreliable_share(people: Sequence[Utterance], why: str = "") -> float:
    """Share of the speech that no finding may rest on, because it was heard too badly, or for one reason `why`.

    What is only too faint to be surely somebody's was heard, and is most often nobody's here: it counts in
    `voices_doubted`.
    """
    weights = [
        (said.speech_ms or said.span.duration_ms, bool(said.unreliable) and said.unreliable.startswith(why))
        for said in people
        if said.unreliable != FAINT
    ]
    return sum(ms for ms, bad in weights if bad) / max(1, sum(ms for ms, _ in weights))


def _judged_share(people: Sequence[Utterance], why: str = "") -> float:
    """The same of the agent's speech alone; 0 where that is a sentence or two, which are left out by themselves."""
    agent = [said for said in people if said.role is Role.AGENT]
    bad_ms = sum(said.speech_ms or said.span.duration_ms for said in agent if said.unreliable)
    return _unreliable_share(agent, why) if bad_ms >= _WORTH_REFUSING_MS else 0.0


def _nobody_to_score(utterances: Sequence[Utterance]) -> Iterator[Reason]:
    """People speak, and nobody knows which of them is the agent: a person says so, and it is judged again."""
    if not any(said.role is Role.AGENT and spoken_chars(said.text) for said in utterances):
        yield Reason("scorable.agent_unknown")


def _missing(call: MeasuredCall, voice: Sequence[Voice]) -> Iterator[Reason]:
    """What is not in the assessment: speech without text, and lost sound.

    Noisy or clipped stretches are there: they are unreliable and count in UNRELIABLE_MOST.
    """
    voiced_ms = _voiced_ms(voice)
    unheard = total_ms(piece.span for piece in call.unheard) / max(1, voiced_ms)
    if call.unheard and unheard > UNHEARD_MOST:
        yield Reason.of("scorable.unheard", percent=round(100 * min(1.0, unheard)))
    if any(problem.code == "roles_contradicted" for problem in call.problems):
        yield Reason("scorable.roles_contradicted")
    for code in dict.fromkeys(problem.code for problem in call.problems if problem.code in _TOLD):
        lost_ms = sum(problem.lost_ms for problem in call.problems if problem.code == code)
        yield Reason.of("scorable.problem", problem=code, seconds=round(lost_ms / 1_000, 1))
