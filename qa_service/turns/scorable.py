"""Whether a call can be scored, and why not: what is not a conversation is never judged as one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from qa_service.core.measured import MeasuredCall
from qa_service.core.speech import Role, Utterance, Voice, spoken_chars
from qa_service.core.texts import Reason
from qa_service.core.time import total_ms

#: Above this share of speech that was heard too badly, nothing is scored (issue 2, item 5).
UNRELIABLE_MOST = 0.30
#: Above this share of speech without text the assessment is partial (decisions.md 17).
UNHEARD_MOST = 0.05
#: Less than this is a wrong number, not a conversation: both parties together, in characters and voice.
_LEAST_CHARS = 12
_LEAST_MS = 3_000
#: Sound that is not there, even where nobody knows how much. Noisy or clipped stretches are there: they are
#: unreliable and count in UNRELIABLE_MOST. Another's voice taken off a channel is no loss at all.
_LOSSES = frozenset({"truncated", "damaged", "gap"})


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

    @property
    def may_judge(self) -> bool:
        """Whether rules and scorecards may look at the call at all."""
        return self.status is not Status.NOT_SCORABLE


def scorable(call: MeasuredCall, utterances: Sequence[Utterance], voice: Sequence[Voice]) -> Scorable:
    """Decides from words and voice with their roles, and from what was not heard or is damaged."""
    fatal = next(_against_scoring(utterances, voice), None)
    if fatal:
        return Scorable(Status.NOT_SCORABLE, (fatal,))
    missing = tuple(_missing(call, voice))
    return Scorable(Status.PARTIAL if missing else Status.SCORED, missing)


def _against_scoring(utterances: Sequence[Utterance], voice: Sequence[Voice]) -> Iterator[Reason]:
    """Reasons not to score, the plainest first."""
    people = [said for said in utterances if said.role is not Role.SYSTEM and spoken_chars(said.text)]
    yield from _somebody_missing(utterances, people)
    if not people and not _voiced_ms(voice):
        yield Reason("scorable.no_speech")
    chars = sum(spoken_chars(said.text) for said in people)
    voiced_ms = _voiced_ms(voice)
    if chars < _LEAST_CHARS or (voice and voiced_ms < _LEAST_MS):
        yield Reason.of("scorable.too_little_speech", seconds=round(voiced_ms / 1_000, 1))
    bad = _unreliable_share(people)
    if bad > UNRELIABLE_MOST:
        yield Reason.of("scorable.unreliable", percent=round(100 * bad))


def _somebody_missing(utterances: Sequence[Utterance], people: Sequence[Utterance]) -> Iterator[Reason]:
    """A conversation takes two people; machines and silent parties are none."""
    chars = dict.fromkeys(Role, 0)
    for said in people:
        chars[said.role] += spoken_chars(said.text)
    machines = any(said.role is Role.SYSTEM for said in utterances)
    speakers = {said.speaker for said in people}
    if not people and machines:
        yield Reason("scorable.no_human_customer")
    if chars[Role.UNKNOWN] and len(speakers) > 1:
        return  # two people are there, only who is who is not known
    if chars[Role.AGENT] and not chars[Role.CUSTOMER]:
        yield Reason("scorable.no_human_customer" if machines else "scorable.one_sided")
    if chars[Role.CUSTOMER] and not chars[Role.AGENT]:
        yield Reason("scorable.no_agent")
    # One voice on a mono call whose words are both parties': they were only not told apart.
    if len(speakers) == 1 and not chars[Role.UNKNOWN]:
        yield Reason("scorable.one_sided")


def _voiced_ms(voice: Iterable[Voice]) -> int:
    """How long people speak, in all."""
    return total_ms(stretch.span for stretch in voice if stretch.role is not Role.SYSTEM)


def _unreliable_share(people: Sequence[Utterance]) -> float:
    """Share of the speech that no finding may rest on."""
    weights = [(said.speech_ms or said.span.duration_ms, bool(said.unreliable)) for said in people]
    return sum(ms for ms, bad in weights if bad) / max(1, sum(ms for ms, _ in weights))


def _missing(call: MeasuredCall, voice: Sequence[Voice]) -> Iterator[Reason]:
    """What is not in the assessment: speech without text, and lost sound."""
    voiced_ms = _voiced_ms(voice)
    unheard = total_ms(piece.span for piece in call.unheard) / max(1, voiced_ms)
    if call.unheard and unheard > UNHEARD_MOST:
        yield Reason.of("scorable.unheard", percent=round(100 * min(1.0, unheard)))
    for code in dict.fromkeys(problem.code for problem in call.problems if problem.code in _LOSSES):
        lost_ms = sum(problem.lost_ms for problem in call.problems if problem.code == code)
        yield Reason.of("scorable.problem", problem=code, seconds=round(lost_ms / 1_000, 1))
