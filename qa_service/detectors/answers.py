"""Standard answers: what customers ask is found in a table, and held against what the agent answers.

Everything is taken in the order in which it began, once all that began before is known: so a call that is judged while
it goes on ends with the tags of its recording. What contradicts is told at once, what is missing when the time for the
answer is over.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from heapq import heappop, heappush
from typing import ClassVar

from qa_service.core.calls import CallFacts
from qa_service.core.measured import PartName
from qa_service.core.per_object import per_object
from qa_service.core.speech import Role, Sound, Utterance, Voice, spoken_chars
from qa_service.core.standard_answers import AnswerRow, AnswerTable, Verdict
from qa_service.core.tags import Tag
from qa_service.detectors.answer_index import NEAR, AnswerIndex, Near
from qa_service.detectors.answer_verdict import (
    LEAST_WORDS,
    UNDECIDED_SURE,
    Judged,
    closing,
    contradiction,
    how_sure,
)
from qa_service.detectors.answer_window import LEAST_CHARS, End, Window
from qa_service.detectors.base import Deaf, DetectorRun, Event
from qa_service.text.asked_like import asks
from qa_service.text.normalize import fold

#: A question this much less alike is half the row's: people decide.
HALF = 0.15
#: Of so many rows beside the likest it is asked whether the answer is theirs; it costs a call something for each.
_RIVALS = 2
#: So many wordings of points are looked for in a call, in each utterance that may be the answer, and so many more per
#: character that is said: thirty questions with eight wordings each in ten minutes, and no table costs a call more than
#: its 50 ms (docs/standard-answers.md#limits).
_AT_FIRST, _PER_CHARACTER = 200, 0.5
_NO_TABLE = AnswerTable("", ())
#: Voice before sound before words: what nobody could hear is known before what was said in it.
_Ordered = tuple[int, int, int, str, Event]


@dataclass(frozen=True, slots=True)
class Answers:
    """Tags every question of the table that is asked: `<label>.met`, `.incomplete`, `.contradicting`, `.undecided`.

    A question is asked by the customer in a clause that is at least `at_least` like one of a row's questions
    (text.heard_like). The agent has `turns` turns to answer it, until the customer asks something else, and at most
    `within_ms` after the question. Rows that do not hold on the day of the call are not there.
    Defaults: docs/standard-answers.md.
    """

    name: ClassVar[str] = "answers"
    version: ClassVar[str] = "1"
    needs: ClassVar[frozenset[str]] = frozenset({PartName.WORDS.value})

    label: str = "answers"
    table: AnswerTable = _NO_TABLE
    turns: int = 3
    within_ms: int = 120_000
    at_least: float = 0.7

    @property
    def labels(self) -> tuple[str, ...]:
        """One per verdict."""
        return tuple(self.label_of(verdict) for verdict in Verdict)

    def label_of(self, verdict: Verdict) -> str:
        """The label of a verdict."""
        return f"{self.label}.{verdict}"

    def prepare(self) -> None:
        """Reads the table now, so that the first call does not wait for it (1,000 rows: about a second)."""
        _index(self)

    def start(self, facts: CallFacts) -> DetectorRun:
        """A run for one leg; deaf without words."""
        if not self.needs <= facts.parts:
            return Deaf()
        began = facts.envelope.started_at
        day = began.date() if began else None
        index = _index(self)
        return AnswersRun(self, index, index.applying(day), knows_day=day is not None)


@per_object
def _index(settings: Answers) -> AnswerIndex:
    return AnswerIndex(settings.table.rows, settings.at_least - HALF)


@dataclass(slots=True)
class AnswersRun:
    """What was heard and not looked at yet, and the questions that are open."""

    settings: Answers
    index: AnswerIndex
    applies: frozenset[int]
    knows_day: bool
    waiting: list[_Ordered] = field(default_factory=list)
    open: list[Window] = field(default_factory=list)
    #: How many wordings may still be looked for.
    left: float = _AT_FIRST

    def hear(self, event: Event) -> Iterable[Tag]:
        """Nothing yet: something that began earlier may still be going on."""
        if not isinstance(event, Sound) or event.is_lost:
            heappush(self.waiting, _ordered(event))
        return ()

    def wait(self, now_ms: int) -> Iterable[Tag]:
        """What is certain now that all is known that began before."""
        while self.waiting and self.waiting[0][0] < now_ms:
            yield from self._take(heappop(self.waiting)[-1])
        yield from self._time_is_over(now_ms)

    def finish(self, end_ms: int) -> Iterable[Tag]:
        """What is left when nobody says anything more."""
        while self.waiting:
            yield from self._take(heappop(self.waiting)[-1])
        yield from self._time_is_over(end_ms)
        yield from self._close(list(self.open), End.CALL, None, end_ms)

    def _take(self, event: Event) -> Iterator[Tag]:
        yield from self._time_is_over(event.span.start_ms)
        if isinstance(event, Sound):
            self._mishear()
        elif isinstance(event, Voice):
            for window in self.open if event.role is Role.AGENT else ():
                window.voices.append(event)
        else:
            self.left += _PER_CHARACTER * spoken_chars(event.text)
            yield from self._said(event)

    def _said(self, event: Utterance) -> Iterator[Tag]:
        if event.role is Role.AGENT:
            yield from self._agent(event)
        elif event.role is Role.CUSTOMER:
            yield from self._customer(event)
        elif event.role is not Role.SYSTEM and spoken_chars(event.text) >= LEAST_CHARS:
            self._mishear()

    def _mishear(self) -> None:
        for window in self.open:
            window.is_misheard = True

    def _time_is_over(self, now_ms: int) -> Iterator[Tag]:
        late = [window for window in self.open if window.until_ms <= now_ms]
        yield from self._close(late, End.TIME, None, now_ms)

    def _close(self, windows: list[Window], end: End, by: Utterance | None, now_ms: int) -> Iterator[Tag]:
        for window in windows:
            self.open.remove(window)
            rows = [self._row(at) for at in window.rows]
            left_ms = now_ms - window.heard.span.end_ms
            if not self._afford(sum(row.wordings for row in rows) * len(window.said)):
                window.doubt = "much"
            yield self._tag(window, closing(rows, window, end, by, left_ms))

    def _afford(self, wordings: int) -> bool:
        """Takes so many from what may be looked for; nothing where that is too many."""
        is_there = wordings <= self.left
        self.left -= wordings if is_there else 0
        return is_there

    def _row(self, at: int) -> AnswerRow:
        return self.settings.table.rows[at]

    def _agent(self, said: Utterance) -> Iterator[Tag]:
        if said.unreliable or not said.text:
            if said.unreliable:
                self._mishear()
            return
        for window in list(self.open):
            window.answer(said)
            if window.doubt or said.span.start_ms < window.heard.span.start_ms:
                continue
            row = self._row(window.rows[0])
            if not self._afford(row.wordings):
                window.doubt = "much"
            elif judged := contradiction(row, said, window.said[:-1]):
                self.open.remove(window)
                yield self._tag(window, judged)

    def _customer(self, said: Utterance) -> Iterator[Tag]:
        if said.unreliable or spoken_chars(said.text) < LEAST_CHARS:
            return
        folded = fold(said.text)
        near = self.index.nearest(folded, self.applies)
        asked = {one.row for one in near}
        for window in list(self.open):
            if asked.intersection(window.rows):
                window.until_ms, window.is_turn_open = self._until(said), False
                asked -= set(window.rows)
                near = [one for one in near if one.row not in window.rows]
                continue
            yield from self._interject(window, said, is_question=bool(asked) or asks(folded))
        self.open += self._opened(said, near)

    def _interject(self, window: Window, said: Utterance, *, is_question: bool) -> Iterator[Tag]:
        """The customer says something else: another question ends the time for this answer, once there was one."""
        window.is_turn_open, window.is_taken = False, window.turns > 0
        if is_question and window.turns:
            yield from self._close([window], End.QUESTION, said, said.span.start_ms)
        elif window.turns >= self.settings.turns:
            yield from self._close([window], End.TURNS, said, said.span.start_ms)

    def _until(self, said: Utterance) -> int:
        return said.span.end_ms + self.settings.within_ms

    def _opened(self, said: Utterance, near: list[Near]) -> Iterator[Window]:
        """A window per question; clauses that lie apart are questions of their own, one clause is one question."""
        folded, at_least = fold(said.text), self.settings.at_least
        if near and near[0].alike >= at_least:
            near = [one for one in near if one.alike >= at_least]
        while near:
            best, *others = near
            here = [one for one in others if one.start < best.end and best.start < one.end]
            near = [one for one in others if one not in here]
            equal = [one.row for one in here if best.alike - one.alike <= NEAR and best.alike >= at_least]
            rivals = equal[:_RIVALS]
            yield Window(
                said,
                folded.origin(best.start, best.end),
                (best.row, *rivals),
                best.alike,
                self._until(said),
                self._doubt(said, best, rivals),
            )

    def _doubt(self, said: Utterance, best: Near, rivals: list[int]) -> str:
        if best.alike < self.settings.at_least:
            return "half"
        if rivals:
            return "two"
        if not self.knows_day and self._row(best.row).is_dated:
            return "day"
        return "words" if _words(said) < LEAST_WORDS else ""

    def _tag(self, window: Window, judged: Judged) -> Tag:
        settings = self.settings
        verdict, because, sure = judged.verdict, judged.because, judged.sure
        by = judged.quotes[0][0] if judged.quotes else None
        if verdict is Verdict.CONTRADICTING and by is not None and _words(by) < LEAST_WORDS:
            verdict, sure = Verdict.UNDECIDED, UNDECIDED_SURE
        asked = UNDECIDED_SURE if window.doubt else how_sure(window.alike, settings.at_least)
        return Tag(
            (window.question, *dict.fromkeys(evidence for _, evidence in judged.quotes)),
            settings.label_of(verdict),
            f"{settings.name}@{settings.version}",
            round(min(asked, sure), 2),
            because,
            by.speaker if by else "",
            Role.AGENT,
        )


def _words(said: Utterance) -> float:
    """The recogniser's mean probability of an utterance's words."""
    return sum(word.confidence for word in said.words) / len(said.words) if said.words else said.confidence


def _ordered(event: Event) -> _Ordered:
    start_ms, end_ms = event.span.start_ms, event.span.end_ms
    match event:
        case Voice():
            return (start_ms, end_ms, 0, event.speaker, event)
        case Sound():
            return (start_ms, end_ms, 1, f"{event.kind}{event.channel}", event)
        case Utterance():
            return (start_ms, end_ms, 2, event.id, event)
