"""Which rows of a table a customer's sentence asks for, found by what it shares with their questions.

Not a detector. What a sentence shares with every question is counted at once; only the few likest are looked at.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from heapq import heapify, heappop, heappush
from math import ceil
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from qa_service.core.standard_answers import AnswerRow
from qa_service.text.asked_like import is_put, is_spoken_of
from qa_service.text.heard_like import Voiced, heard, likeness, names_another
from qa_service.text.normalize import Folded, fold
from qa_service.text.pinyin import sounds_of
from qa_service.text.questions import kinds_asked
from qa_service.text.resemblance import least_shared, most_alike, stretches

#: Two rows this near each other are equally near.
NEAR = 0.05
#: Something else is named in the place of the row's own (手机套餐 for 宽带套餐): no more than half alike, if at all.
_ANOTHER = 0.7
#: Of so many questions the words are compared: the cost of a sentence does not grow with a table of look-alikes.
_MOST_LOOKED_AT = 20
#: Of so many rows; more that are as near say no more than that it is not clear which was meant.
_MOST_ROWS = 3
#: What more than one question in so many holds is held as marks: a table of look-alikes is counted as fast as others.
_MANY = 32

#: How many of something each question has; no sentence has as many as do not fit.
_Counts = npt.NDArray[np.uint16]
#: Places of questions (int64), or a mark for each question (uint16).
_Holders = npt.NDArray[np.int64] | _Counts


class Near(NamedTuple):
    """How like which question of a row a clause [start, end) is."""

    alike: float
    row: int
    question: str
    start: int
    end: int


class _Question(NamedTuple):
    row: int
    written: str
    text: str
    said: Voiced
    asks: bool


class AnswerIndex:
    """The questions of all rows. Nothing in it changes; all calls share it."""

    def __init__(self, rows: Sequence[AnswerRow], least: float) -> None:
        """`least` is how much alike what is found has to be at least."""
        self._least = least
        self._dated = {at: row for at, row in enumerate(rows) if row.is_dated}
        self._all = frozenset(range(len(rows)))
        self._about = [tuple(sounds_of(fold(word).text) for word in row.about) for row in rows]
        self._questions = [
            _question(at, written) for at, row in enumerate(rows) for written in dict.fromkeys(row.questions)
        ]
        self._holders = _holders(self._questions)
        self._sizes = np.array([len(one.said.sounded.grams) for one in self._questions], dtype=np.float64)
        self._wanted = np.array(
            [max(1, ceil(least_shared(one.said.sounded, least))) for one in self._questions], dtype=np.uint16
        )
        self._asking = np.array([one.asks for one in self._questions], dtype=np.bool_)
        self._is_all_asking = bool(self._asking.all())

    def applying(self, day: date | None) -> frozenset[int]:
        """The places of the rows that hold on a day; of all rows where the day is not known."""
        gone = [at for at, row in self._dated.items() if day is not None and not row.holds_on(day)]
        return self._all.difference(gone)

    def nearest(self, folded: Folded, applies: Collection[int]) -> list[Near]:
        """Per row that applies and is asked for at least half, its likest question; the likest rows first."""
        best: dict[int, Near] = {}
        for start, end in stretches(folded):
            for near in self._like(folded, start, end, applies):
                if near.row not in best or _better(near, best[near.row]):
                    best[near.row] = near
        return sorted(best.values(), key=lambda near: (-near.alike, near.row))

    def _like(self, folded: Folded, start: int, end: int, applies: Collection[int]) -> Iterator[Near]:
        """The likest questions of the likest rows that apply."""
        found_rows: set[int] = set()
        is_asked = is_put(folded, start, end)
        if not is_asked and self._is_all_asking:
            return
        text, best = folded.text[start:end], 0.0
        said = heard(text)
        # By the most that each may be like; what is looked at goes back in with how much it is.
        found = [(-most, at, False) for at, most in self._candidates(said, is_asked=is_asked)]
        heapify(found)
        while found:
            less, at, is_known = heappop(found)
            if -less < max(self._least, best - NEAR):
                return
            one = self._questions[at]
            if one.row not in applies:
                continue
            if not is_known:
                heappush(found, (-likeness(said, one.said), at, True))
                continue
            alike = -less
            sure = self._weighed(alike, one, folded, text)
            if sure >= self._least and not is_spoken_of(folded, *_core(text, start, one)):
                best = max(best, sure)
                yield Near(sure, one.row, one.written, start, end)
                found_rows.add(one.row)
                if len(found_rows) == _MOST_ROWS:
                    return

    def _weighed(self, alike: float, one: _Question, folded: Folded, text: str) -> float:
        """How like a row's question a clause is, by what it names too; not at all where a word is missing."""
        about = self._about[one.row]
        if about:
            sounds = sounds_of(folded.text)
            return alike if any(word in sounds for word in about) else 0.0
        return _ANOTHER * alike if names_another(text, one.text) else alike

    def _candidates(self, said: Voiced, *, is_asked: bool) -> list[tuple[int, float]]:
        """The questions that may be like enough, and how much at the most: a likeness is never more than by sounds."""
        grams = said.sounded.grams
        shared = _shared(grams, self._holders, len(self._questions))
        if shared is None:
            return []
        found = np.flatnonzero(shared >= self._wanted)
        if not is_asked:
            found = found[~self._asking[found]]
        alike = most_alike(shared[found], len(grams), self._sizes[found])
        best = np.argsort(-alike, kind="stable")[:_MOST_LOOKED_AT]
        return [(int(found[at]), float(alike[at])) for at in best if alike[at] >= self._least]


def _holders(questions: Sequence[_Question]) -> dict[str, _Holders]:
    """Which questions hold each sound and pair of sounds: their places, or a mark for each where many do."""
    places: defaultdict[str, list[int]] = defaultdict(list)
    for at, one in enumerate(questions):
        for gram in one.said.sounded.grams:
            places[gram].append(at)
    holders: dict[str, _Holders] = {}
    for gram, held in places.items():
        at_places = np.array(held, dtype=np.int64)
        if _MANY * len(held) > len(questions):
            marks = np.zeros(len(questions), dtype=np.uint16)
            marks[at_places] = 1
            holders[gram] = marks
        else:
            holders[gram] = at_places
    return holders


def _shared(grams: Collection[str], holders: Mapping[str, _Holders], questions: int) -> _Counts | None:
    """How many of these each question holds too; None where none holds any."""
    held = [holders[gram] for gram in grams if gram in holders]
    if not held:
        return None
    places = [one for one in held if one.dtype == np.int64]
    shared = np.zeros(questions, dtype=np.uint16)
    if places:
        shared += np.bincount(np.concatenate(places), minlength=questions).astype(np.uint16)
    for one in held:
        if one.dtype == np.uint16:
            shared += one
    return shared


def _better(one: Near, other: Near) -> bool:
    """The more alike; of two the same, the shorter."""
    return (one.alike, one.start - one.end) > (other.alike, other.start - other.end)


def _core(text: str, start: int, one: _Question) -> tuple[int, int]:
    """Where in a clause the question stands: from the first to the last pair of sounds that both have."""
    sounds, wanted = sounds_of(text), sounds_of(one.text)
    shared = [at for at in range(len(sounds) - 1) if sounds[at : at + 2] in wanted]
    return (start + shared[0], start + shared[-1] + 2) if shared else (start, start + len(text))


def _question(row: int, written: str) -> _Question:
    folded = fold(written)
    asks = bool(kinds_asked(folded)) or folded.text.endswith(("吗", "么")) or bool(folded.stops)
    return _Question(row, written, folded.text, heard(folded.text), asks)
