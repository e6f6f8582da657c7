"""The same question, a different answer: what the agent says now, and what this customer was told before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import ClassVar

from qa_service.core.calls import CallFacts
from qa_service.core.history import Told
from qa_service.core.measured import PartName
from qa_service.core.speech import Role, Utterance
from qa_service.core.tags import Evidence, Tag
from qa_service.core.texts import Reason
from qa_service.detectors.asking import DAY_MS, Asked, asked, days
from qa_service.detectors.base import WORDS_ALONE, Deaf, DetectorRun, Event
from qa_service.text.figures import Range
from qa_service.text.normalize import fold
from qa_service.text.similar import likeness
from qa_service.text.told import YES, Answered, Kind, Listening

#: Things change, and so do matters that are asked about in the same words: a person decides.
_CONFIDENCE = {Kind.YES_NO: 0.5}
_USUALLY = 0.6
#: Half a day more or less is no other answer, nor is half a cent.
_CLOSE = {Kind.DAYS: 0.5}
_NEARLY = 0.005
_HOURS = 24


@dataclass(frozen=True, slots=True)
class AnswersDiffer:
    """Tags an agent's answer whose value differs from the last one that this customer was given to the same question.

    Questions are the same that are at least `alike` (text.similar). Looked at are the customer's calls of the same team
    in the `within_ms` up to this one. A number of days may have run down since. Where no store answers, or some of
    those calls could not be read, `unanswered` says so.
    """

    name: ClassVar[str] = "answers_differ"
    version: ClassVar[str] = "1"
    needs: ClassVar[frozenset[str]] = frozenset({PartName.WORDS.value})

    label: str = "answers_differ"
    within_ms: int = 30 * DAY_MS
    alike: float = 0.7

    @property
    def labels(self) -> tuple[str, ...]:
        """Its own."""
        return (self.label,)

    @property
    def reach_ms(self) -> int:
        """How far back it looks from the call's start."""
        return self.within_ms

    @property
    def told_reach_ms(self) -> int:
        """How far back it reads what was said."""
        return self.within_ms

    def start(self, facts: CallFacts) -> DetectorRun:
        """A run for one leg; deaf without words, and where nothing was told before."""
        about = asked(facts)
        if isinstance(about, Reason) or not self.needs <= facts.parts:
            return Deaf()
        told = self.told(about)
        return AnswersDifferRun(self, about, told) if told else Deaf()

    def told(self, about: Asked) -> tuple[Told, ...]:
        """What was told inside the window, newest first."""
        since = about.began - timedelta(milliseconds=self.within_ms)
        return tuple(one for one in about.history.told if since < one.began <= about.began)

    def unanswered(self, facts: CallFacts) -> Reason | None:
        """Why nobody can say whether another answer was given before, or nothing."""
        about = asked(facts)
        if isinstance(about, Reason):
            return about
        known = about.history.known_since
        if known is None or known > about.began - timedelta(milliseconds=self.within_ms):
            return Reason.of("undecided.store_young", days=days(self.within_ms))
        if about.history.untold:
            return Reason.of("undecided.answers_unread", count=about.history.untold)
        return None

    def possible(self, facts: CallFacts, said: Sequence[Utterance]) -> Iterable[Tag]:  # noqa: ARG002
        """Every answer with a value, had another one been given before."""
        listening = Listening()
        for utterance in said:
            for found in heard(listening, utterance):
                yield self.tag(utterance, found, Reason("answers_differ.possible"))

    def tag(self, said: Utterance, found: Answered, because: Reason) -> Tag:
        """The tag on the words that give the value."""
        return Tag(
            (Evidence.said(said, *fold(said.text).origin(found.start, found.end)),),
            self.label,
            f"{self.name}@{self.version}",
            _CONFIDENCE.get(found.kind, _USUALLY),
            because,
            said.speaker,
            said.role,
        )


@dataclass(slots=True)
class AnswersDifferRun:
    """What the customer asks, and what they were told before."""

    hears: ClassVar[tuple[type, ...]] = WORDS_ALONE
    settings: AnswersDiffer
    about: Asked
    before: tuple[Told, ...]
    listening: Listening = field(default_factory=Listening)

    def hear(self, event: Event) -> Iterable[Tag]:
        """A tag where an answer differs."""
        if not isinstance(event, Utterance):
            return
        for found in heard(self.listening, event):
            told = next((one for one in self.before if self._is_same(one, found)), None)
            if told and _differs(told, found, self.about.began):
                yield self.settings.tag(event, found, _because(told, found, self.about.began))

    def _is_same(self, told: Told, found: Answered) -> bool:
        """Whether the same was asked then."""
        return told.kind == found.kind and likeness(told.question, found.question) >= self.settings.alike

    def wait(self, now_ms: int) -> Iterable[Tag]:  # noqa: ARG002
        """Nothing."""
        return ()

    def finish(self, end_ms: int) -> Iterable[Tag]:  # noqa: ARG002
        """Nothing."""
        return ()


def heard(listening: Listening, said: Utterance) -> Iterator[Answered]:
    """What an utterance answers, if it does; what was not heard well answers and asks nothing."""
    if said.unreliable or not said.text:
        return
    if said.role is Role.CUSTOMER:
        listening.customer(said.text)
    elif said.role is Role.AGENT and (found := listening.agent(said.text)):
        yield found


def _differs(told: Told, found: Answered, began: datetime) -> bool:
    """Whether the two cannot both be meant; of days, those that went by since may be gone from the number."""
    now, close = found.value, _CLOSE.get(found.kind, _NEARLY)
    gone = max(0.0, (began - told.began) / timedelta(days=1)) if found.kind is Kind.DAYS else 0.0
    return now.low > told.high + close or now.high < told.low - gone - close


def _because(told: Told, found: Answered, began: datetime) -> Reason:
    date = told.began.astimezone(began.tzinfo).date().isoformat()
    if found.kind is Kind.YES_NO:
        return Reason.of(
            "answers_differ.was_no" if found.value == YES else "answers_differ.was_yes", date=date
        )
    then = Range(told.low, told.high)
    if found.kind is Kind.DAYS and max(then.high, found.value.high) < 1:
        return Reason.of(
            "answers_differ.hours",
            date=date,
            then=_shown(then.times(_HOURS)),
            now=_shown(found.value.times(_HOURS)),
        )
    return Reason.of(f"answers_differ.{found.kind}", date=date, then=_shown(then), now=_shown(found.value))


def _shown(value: Range) -> str:
    """A number, or from one to another.

    >>> _shown(Range(3, 5)), _shown(Range(0.5, 0.5))
    ('3–5', '0.5')
    """
    low, high = (f"{round(end, 2):g}" for end in value)
    return low if low == high else f"{low}–{high}"
