"""Which rows of a table a customer's sentence asks for, found by what it shares with their questions.

Not a detector. A question is indexed under the rarest of its characters and pairs alone, of which a sentence that is
like enough must have one: so that what all questions share (怎么, 多少钱) makes no row a candidate.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from math import ceil
from typing import NamedTuple

from qa_service.core.standard_answers import AnswerRow
from qa_service.text.asked_like import is_put, is_spoken_of
from qa_service.text.heard_like import Heard, heard, likeness, names_another
from qa_service.text.normalize import Folded, fold
from qa_service.text.pinyin import sounds_of
from qa_service.text.questions import kinds_asked
from qa_service.text.resemblance import least_shared, stretches

#: Something else is named in the place of the row's own (手机套餐 for 宽带套餐): no more than half alike, if at all.
_ANOTHER = 0.7
#: The row asks, and the sentence does not.
_UNASKED = 0.5


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
    said: Heard
    asks: bool


class AnswerIndex:
    """The questions of all rows. Nothing in it changes; all calls share it."""

    def __init__(self, rows: Sequence[AnswerRow], least: float) -> None:
        """`least` is how much alike what is found has to be at least."""
        self._rows, self._least = rows, least
        self._about = [tuple(sounds_of(fold(word).text) for word in row.about) for row in rows]
        self._questions = [
            _question(at, written) for at, row in enumerate(rows) for written in dict.fromkeys(row.questions)
        ]
        counts = Counter(gram for one in self._questions for gram in one.said.sounded.grams)
        self._by_gram: defaultdict[str, list[int]] = defaultdict(list)
        for at, one in enumerate(self._questions):
            for gram in self._rarest(one, counts):
                self._by_gram[gram].append(at)

    def _rarest(self, one: _Question, counts: Counter[str]) -> list[str]:
        """As many that a sentence which has none of them has too few in common."""
        grams = sorted(one.said.sounded.grams, key=lambda gram: (counts[gram], gram))
        needed = max(1, ceil(least_shared(one.said.sounded, self._least)))
        return grams[: len(grams) - needed + 1]

    def nearest(self, folded: Folded, applies: Collection[int]) -> list[Near]:
        """Per row that applies and is asked for at least half, its likest question; the likest rows first."""
        best: dict[int, Near] = {}
        for start, end in stretches(folded):
            for near in self._like(folded, start, end):
                if near.row in applies and (near.row not in best or near.alike > best[near.row].alike):
                    best[near.row] = near
        return sorted(best.values(), key=lambda near: (-near.alike, near.row))

    def _like(self, folded: Folded, start: int, end: int) -> Iterator[Near]:
        text = folded.text[start:end]
        said = heard(text)
        known = self._by_gram
        found = {at for gram in said.sounded.grams if gram in known for at in known[gram]}
        if not found:
            return
        is_asked: bool | None = None
        for at in sorted(found):
            one = self._questions[at]
            alike = likeness(said, one.said)
            if alike < self._least or not self._is_about(one.row, folded):
                continue
            if not self._about[one.row] and names_another(text, one.text):
                alike *= _ANOTHER
            if one.asks:
                is_asked = is_put(folded, start, end) if is_asked is None else is_asked
                alike *= 1.0 if is_asked else _UNASKED
            if alike >= self._least and not is_spoken_of(folded, *_core(text, start, one)):
                yield Near(alike, one.row, one.written, start, end)

    def _is_about(self, row: int, folded: Folded) -> bool:
        about = self._about[row]
        return not about or any(word in sounds_of(folded.text) for word in about)


def _core(text: str, start: int, one: _Question) -> tuple[int, int]:
    """Where in a clause the question stands: from the first to the last pair of sounds that both have."""
    sounds, wanted = sounds_of(text), sounds_of(one.text)
    shared = [at for at in range(len(sounds) - 1) if sounds[at : at + 2] in wanted]
    return (start + shared[0], start + shared[-1] + 2) if shared else (start, start + len(text))


def _question(row: int, written: str) -> _Question:
    folded = fold(written)
    asks = bool(kinds_asked(folded)) or folded.text.endswith(("吗", "么")) or bool(folded.stops)
    return _Question(row, written, folded.text, heard(folded.text), asks)
