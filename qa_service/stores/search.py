"""Looking for what was said: the two databases' ways, and which way round to ask them.

The index of a rare word leads straight to its calls. That of a word which everybody says leads through all calls there
are; then it is better to read the newest calls in order and to ask of each whether the word is in it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from qa_service.stores.engine import is_sqlite
from qa_service.stores.tables import calls
from qa_service.stores.words import words

_WORDS = sa.table(
    "call_words", sa.column("rowid", sa.BigInteger), sa.column("seq", sa.BigInteger), sa.column("words")
)
#: So many of the newest calls are looked at to learn whether words are common.
_SAMPLE = 400


@dataclass(frozen=True, slots=True)
class Way:
    """Where a page is read along: rows in the order of `seq`, newest first, each leading to its call."""

    rows: sa.FromClause
    seq: sa.ColumnElement[int]
    conditions: tuple[sa.ColumnElement[bool], ...] = ()


@dataclass(frozen=True, slots=True)
class Search(ABC):
    """Phrases of our words; a call is found when all of them were said in it."""

    phrases: tuple[str, ...]

    def is_rare(self, connection: sa.Connection) -> bool:
        """Whether few of the newest calls hold them."""
        newest = connection.execute(sa.select(sa.func.max(calls.c.seq))).scalar() or 0
        held = sa.select(sa.func.count()).select_from(self._newer(newest - _SAMPLE))
        return int(connection.execute(held).scalar_one()) < self.common

    @property
    @abstractmethod
    def common(self) -> int:
        """From so many calls of the sample on, asking each call in order costs less than the index."""

    @property
    @abstractmethod
    def is_ordered(self) -> bool:
        """Whether the index brings the newest calls first, and stops when it is told to."""

    @abstractmethod
    def way(self) -> Way:
        """Along the calls that hold them."""

    @abstractmethod
    def is_in(self, seq: sa.ColumnElement[int]) -> sa.ColumnElement[bool]:
        """Whether the call at `seq` holds them: asked call by call, never the other way round."""

    @abstractmethod
    def _newer(self, seq: int) -> sa.FromClause:
        """The calls after `seq` that hold them."""


class _Fts5(Search):
    """SQLite: a virtual table whose rows come by number."""

    is_ordered = True
    #: 4 %: its index goes through 25 places while one call is asked (measured with a million calls).
    common = 16

    def way(self) -> Way:
        found = self._places().subquery()
        return Way(found.join(calls, calls.c.seq == found.c.place), found.c.place)

    def is_in(self, seq: sa.ColumnElement[int]) -> sa.ColumnElement[bool]:
        one: sa.Select[Any] = sa.select(sa.literal_column("1")).select_from(_WORDS)
        return one.where(_WORDS.c.rowid == seq, self._match()).scalar_subquery().is_not(None)

    def _newer(self, seq: int) -> sa.FromClause:
        return self._places().where(_WORDS.c.rowid > seq).subquery()

    def _places(self) -> sa.Select[Any]:
        return sa.select(_WORDS.c.rowid.label("place")).where(self._match())

    def _match(self) -> sa.ColumnElement[bool]:
        wanted = " AND ".join(f'"{phrase}"' for phrase in self.phrases)
        return sa.literal_column("call_words").op("MATCH", is_comparison=True)(wanted)


class _TsVector(Search):
    """PostgreSQL: a table with an index that has no order."""

    is_ordered = False
    #: 0.7 %: both ways then look at 7,000 calls of a million.
    common = 3

    def way(self) -> Way:
        # All places first, as one value: in a join the planner would rather go through the newest calls one by one.
        places = sa.select(_WORDS.c.seq).where(self._said_in(_WORDS.c.words)).scalar_subquery()
        return Way(calls, calls.c.seq, (calls.c.seq == sa.any_(sa.func.array(places)),))

    def is_in(self, seq: sa.ColumnElement[int]) -> sa.ColumnElement[bool]:
        said = sa.select(self._said_in(_WORDS.c.words)).where(_WORDS.c.seq == seq)
        return sa.func.coalesce(said.scalar_subquery(), sa.false())

    def _newer(self, seq: int) -> sa.FromClause:
        # The offset is a fence: without it the planner asks the index of words first.
        rows = sa.select(_WORDS.c.words).where(_WORDS.c.seq > seq).offset(0).subquery()
        return sa.select(rows.c.words).where(self._said_in(rows.c.words)).subquery()

    def _said_in(self, column: sa.ColumnElement[Any]) -> sa.ColumnElement[bool]:
        return sa.and_(*(column.op("@@")(sa.func.phraseto_tsquery("simple", p)) for p in self.phrases))


def search(connection: sa.Connection, wanted: str) -> Search | None:
    """What was typed, a phrase for each part between spaces; None where no word is in it."""
    phrases = tuple(phrase for phrase in map(_phrase, wanted.split()) if phrase)
    if not phrases:
        return None
    return _Fts5(phrases) if is_sqlite(connection) else _TsVector(phrases)


def _phrase(part: str) -> str:
    """The words of a part, in order; of two characters their pair says all, and one word is found faster than three.

    >>> _phrase("保本"), _phrase("不保本"), _phrase("，")
    ('保本', '不 不保 保 保本 本', '')
    """
    found = tuple(words(part))
    is_pair = len(found) == 3 and found[1] == found[0] + found[2]
    return found[1] if is_pair else " ".join(found)
