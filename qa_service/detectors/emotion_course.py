"""The course of somebody's feelings over a leg: whether it got worse, came right, or ended badly."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, NamedTuple

from qa_service.core.calls import CallFacts
from qa_service.core.measured import PartName
from qa_service.core.speech import Role, Sound, Utterance
from qa_service.core.tags import Evidence, Tag
from qa_service.core.texts import Reason
from qa_service.core.time import Span
from qa_service.detectors.base import Deaf, DetectorRun, Event
from qa_service.detectors.emotion import said_of, speaks
from qa_service.detectors.once import check_role
from qa_service.detectors.unfit import check_words
from qa_service.text.feeling_words import NEGATIVE, Feeling
from qa_service.text.feelings import Felt, feelings_in

WORSENED, RECOVERED, ENDS_NEGATIVE = COURSES = ("worsened", "recovered", "ends_negative")
#: How bad each is; who is pleased is the best off.
_LEVELS = {Feeling.PLEASED: -1, Feeling.WORRIED: 1, Feeling.DISPLEASED: 2, Feeling.ANGER: 3}
_CALM = 0
#: Two sightings make a course, and one of them may be wrong.
_OF_TWO = 0.9
#: Who spoke once in the first half has shown little of how they felt then.
_TWICE = 2


@dataclass(frozen=True, slots=True)
class EmotionCourse:
    """Tags a leg once where `role`'s feelings took this `course`.

    `worsened`: displeasure or anger in the second half, and nothing as bad in the first, in which they spoke at least
    twice. `recovered`: bad first, and the last feeling shown is a good one. `ends_negative`: the last feeling shown is
    a bad one, in the last `part` of the leg. Where what was said then is lost, nobody knows, and nothing is tagged.
    """

    name: ClassVar[str] = "emotion.course"
    version: ClassVar[str] = "1"
    needs: ClassVar[frozenset[str]] = frozenset({PartName.WORDS.value})

    label: str = "emotion.course"
    course: str = ""
    role: str = Role.CUSTOMER.value
    part: float = 0.25

    def __post_init__(self) -> None:
        check_role(self.role)
        check_words("course", self.course, COURSES)

    @property
    def labels(self) -> tuple[str, ...]:
        """Its own."""
        return (self.label,)

    def start(self, facts: CallFacts) -> DetectorRun:
        """A run for one leg; deaf without words."""
        return EmotionCourseRun(self, facts.leg.span.start_ms) if self.needs <= facts.parts else Deaf()


class _Shown(NamedTuple):
    """What an utterance shows: that they are pleased, if that comes last, else the worst."""

    utterance: Utterance
    felt: Felt

    @property
    def level(self) -> int:
        return _LEVELS[self.felt.feeling]

    @property
    def evidence(self) -> Evidence:
        return said_of(self.utterance, self.felt)


class _Course(NamedTuple):
    """What was shown before, if that counts, and where it led."""

    pieces: tuple[_Shown, ...]

    @property
    def confidence(self) -> float:
        least = min(piece.felt.confidence for piece in self.pieces)
        return round(least * (_OF_TWO if len(self.pieces) > 1 else 1), 2)


@dataclass(slots=True)
class EmotionCourseRun:
    """When `role` spoke, what they showed, and what is lost."""

    settings: EmotionCourse
    start_ms: int
    spoke: list[Utterance] = field(default_factory=list)
    shown: list[_Shown] = field(default_factory=list)
    lost: list[Span] = field(default_factory=list)

    def hear(self, event: Event) -> Iterable[Tag]:
        """Nothing yet: more may come."""
        if isinstance(event, Sound) and event.is_lost:
            self.lost.append(event.span)
        elif isinstance(event, Utterance):
            self._hear_words(event)
        return ()

    def _hear_words(self, said: Utterance) -> None:
        if not speaks(said, self.settings.role):
            if said.unreliable and said.role is not Role.SYSTEM:
                self.lost.append(said.span)
            return
        self.spoke.append(said)
        if felt := feelings_in(said.text):
            last, worst = (
                max(felt, key=lambda one: one.start),
                max(felt, key=lambda one: _LEVELS[one.feeling]),
            )
            self.shown.append(_Shown(said, last if _LEVELS[last.feeling] < _CALM else worst))

    def wait(self, now_ms: int) -> Iterable[Tag]:  # noqa: ARG002
        """Nothing: more may come."""
        return ()

    def finish(self, end_ms: int) -> Iterable[Tag]:
        """The tag, if that was the course."""
        settings = self.settings
        find = {WORSENED: self._worsened, RECOVERED: self._recovered, ENDS_NEGATIVE: self._ends_negative}
        if not self.shown or (found := find[settings.course](end_ms)) is None:
            return
        evidence = tuple(piece.evidence for piece in found.pieces)
        last = found.pieces[-1]
        yield Tag(
            evidence,
            settings.label,
            f"{settings.name}@{settings.version}",
            found.confidence,
            Reason.of(f"emotion_course.{settings.course}", quote=evidence[-1].quotes[0].text),
            last.utterance.speaker,
            last.utterance.role,
        )

    def _worsened(self, end_ms: int) -> _Course | None:
        middle_ms = (self.start_ms + end_ms) // 2
        first, second = _split(self.shown, middle_ms)
        spoke = sum(one.span.start_ms < middle_ms for one in self.spoke)
        if not second or spoke < _TWICE or any(span.start_ms < middle_ms for span in self.lost):
            return None
        before = max(first, key=lambda one: one.level, default=None)
        worst = max(second, key=lambda one: one.level)
        was = before.level if before else _CALM
        if worst.level <= max(was, _LEVELS[Feeling.WORRIED]) or self.shown[-1].level < _CALM:
            return None
        return _Course((before, worst) if before and before.level > _CALM else (worst,))

    def _recovered(self, end_ms: int) -> _Course | None:  # noqa: ARG002 - the three are called alike
        last = self.shown[-1]
        bad = [one for one in self.shown if one.felt.feeling in NEGATIVE]
        return _Course((bad[-1], last)) if bad and last.level < _CALM else None

    def _ends_negative(self, end_ms: int) -> _Course | None:
        last = self.shown[-1]
        said_ms = last.utterance.span.end_ms
        late_ms = end_ms - self.settings.part * (end_ms - self.start_ms)
        if last.level <= _CALM or said_ms < late_ms or any(span.end_ms > said_ms for span in self.lost):
            return None
        return _Course((last,))


def _split(shown: Sequence[_Shown], at_ms: int) -> tuple[list[_Shown], list[_Shown]]:
    before = [one for one in shown if one.utterance.span.start_ms < at_ms]
    return before, [one for one in shown if one.utterance.span.start_ms >= at_ms]
