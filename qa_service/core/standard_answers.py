"""Standard answers as values: what customers ask, what the answer must say, what it must not, and when that holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Verdict(StrEnum):
    """How an answer stands to the standard one."""

    MET = "met"
    #: A point that must be said is missing.
    INCOMPLETE = "incomplete"
    #: Something was said that must not be, or a point that must be said was denied.
    CONTRADICTING = "contradicting"
    #: People decide.
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True)
class Point:
    """One thing to say, in the words that count for it; the first is the wording that is shown."""

    ways: tuple[str, ...]

    @property
    def wording(self) -> str:
        """As it is told to people."""
        return self.ways[0]


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """One question and its answer, from day to day."""

    id: str
    #: The question as it stands in the table, then others like it.
    questions: tuple[str, ...]
    must: tuple[Point, ...] = ()
    must_not: tuple[Point, ...] = ()
    #: Words of which the question must hold one; empty for none.
    about: tuple[str, ...] = ()
    #: The answer as a whole, where its author wrote one.
    answer: str = ""
    note: str = ""
    #: Both days included; None leaves that side open.
    since: date | None = None
    until: date | None = None

    @property
    def question(self) -> str:
        """As it is told to people."""
        return self.questions[0]

    @property
    def wordings(self) -> int:
        """How many there are of all its points together."""
        return sum(len(point.ways) for point in (*self.must, *self.must_not))

    def holds_on(self, day: date) -> bool:
        """Whether it is the answer on a day."""
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)

    @property
    def is_dated(self) -> bool:
        """Whether there are days on which it is not the answer."""
        return self.since is not None or self.until is not None

    @property
    def better(self) -> str:
        """What to say: the whole answer, else the wordings of all its points."""
        return self.answer or "，".join(point.wording for point in self.must)


@dataclass(frozen=True, slots=True)
class AnswerTable:
    """The rows of one table."""

    name: str
    rows: tuple[AnswerRow, ...]
