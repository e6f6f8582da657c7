"""What of a text is looked at for its meaning, and how alike the meanings of two sentences are.

An encoder sees single sentences, and clauses where a sentence has several: what was meant in the middle of a long
speech is lost in the vector of the whole. Very short ones say nothing by themselves and are left out; how it was
chosen stands in docs/rulebook.md#means.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from qa_service.text.context import Context, is_reported, is_supposed
from qa_service.text.negation import count_negatives
from qa_service.text.normalize import BreakKind, Folded, fold
from qa_service.text.questions import kinds_asked

#: Folded characters of a sentence, and of a clause within one, that are looked at; more than the most, as one.
LEAST_SENTENCE, LEAST_CLAUSE, MOST = 4, 8, 200
#: Raised when other stretches are looked at.
VERSION = "1"
Floats = npt.NDArray[np.float32]
#: The senses that a whole sentence can have.
SENSES = (Context.NEGATED, Context.QUOTED, Context.QUESTION, Context.CONDITIONAL)


def meant(text: str) -> tuple[tuple[int, int], ...]:
    """The stretches of a text that are looked at, as its own characters [start, end), in order.

    >>> [("保本的，您放心。一个字"[start:end]) for start, end in meant("保本的，您放心。一个字")]
    ['保本的，您放心']
    >>> meant("嗯。")
    ()
    """
    folded = fold(text)
    found = {
        *_between(folded, BreakKind.HARD, LEAST_SENTENCE),
        *_between(folded, BreakKind.SOFT, LEAST_CLAUSE),
    }
    return tuple(sorted(folded.origin(start, end) for start, end in found))


def _between(folded: Folded, weakest: BreakKind, least: int) -> Iterable[tuple[int, int]]:
    """The stretches between punctuation of `weakest` and stronger that are long enough."""
    borders = [at for at, kind in folded.breaks if weakest <= kind <= BreakKind.ASK]
    edges = pairwise((0, *borders, len(folded.text)))
    return [(start, end) for start, end in edges if least <= end - start <= MOST]


def quantized(rows: Floats) -> list[bytes]:
    """Each row as int8, scaled to its largest number; a cosine is off by less than 0.005.

    >>> alike(directions(quantized(np.array([[3.0, 4.0]], np.float32))), np.array([[0.6, 0.8]], np.float32)).round(2)
    array([[1.]], dtype=float32)
    """
    largest = np.maximum(np.abs(rows).max(axis=1, keepdims=True, initial=0.0), 1e-9)
    return [row.tobytes() for row in np.rint(rows * (127 / largest)).astype(np.int8)]


def directions(vectors: Sequence[bytes]) -> Floats:
    """Vectors of one length as rows of unit length."""
    rows = np.frombuffer(b"".join(vectors), np.int8).reshape(len(vectors), -1).astype(np.float32)
    unit: Floats = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
    return unit


def alike(said: Floats, examples: Floats) -> Floats:
    """The cosine of each row of `said` with each of `examples`, −1 to 1."""
    cosines: Floats = said @ examples.T
    return cosines


def senses_of(folded: Folded, start: int, end: int, wanted: Collection[str] = SENSES) -> frozenset[str]:
    """In which of the `wanted` senses the sentence or clause at the folded characters [start, end) is meant.

    Denied is what holds an odd number of negatives: nobody knows which word of it would have to be denied.

    >>> sorted(map(str, senses_of(fold("我们不能承诺保本"), 0, 8)))
    ['negated']
    >>> sorted(map(str, senses_of(fold("您刚才说的保本保息"), 0, 9)))
    ['quoted']
    """
    return frozenset(
        sense for sense, holds in _SENSES.items() if sense in wanted and holds(folded, start, end)
    )


def _is_denied(folded: Folded, start: int, end: int) -> bool:
    return count_negatives(folded.text[start:end]) % 2 == 1


def _is_asked(folded: Folded, start: int, end: int) -> bool:
    return (end, BreakKind.ASK) in folded.breaks or bool(kinds_asked(_alone(folded, start, end)))


def _is_supposed(folded: Folded, start: int, end: int) -> bool:
    """Its first half is the if-part of a condition, or all of it is."""
    return is_supposed(folded, (start + end) // 2, end)


def _alone(folded: Folded, start: int, end: int) -> Folded:
    """The stretch without what is said before and after it."""
    return fold(folded.original[slice(*folded.origin(start, end))])


_SENSES = {
    Context.NEGATED: _is_denied,
    Context.QUOTED: is_reported,
    Context.QUESTION: _is_asked,
    Context.CONDITIONAL: _is_supposed,
}
