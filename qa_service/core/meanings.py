"""What was meant, as vectors: of the sentences and clauses of a call, and of an author's example sentences.

A vector is int8, scaled to its own largest number: only directions are compared. Vectors of different encoders say
nothing of each other.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Meaning:
    """A sentence or clause of an utterance, its characters [start, end), as a vector."""

    start: int
    end: int
    #: One int8 a number.
    vector: bytes


@dataclass(frozen=True, slots=True)
class Meanings:
    """The measured part `embeddings`: all vectors of a call in one text, and where each belongs."""

    #: Of each vector: the utterance's id and its characters [start, end).
    places: tuple[tuple[str, int, int], ...] = ()
    #: The vectors one after the other, all of one length, in base64.
    vectors: str = ""

    def __post_init__(self) -> None:
        count, held = len(self.places), self._held()
        if (held and not count) or (count and (not held or len(held) % count)):
            raise ValueError("Meanings need vectors of one length, one for each place")
        if any(not 0 <= start < end for _, start, end in self.places):
            raise ValueError("Meanings need 0 <= start < end")

    @classmethod
    def of(cls, found: Iterable[tuple[str, Meaning]]) -> Meanings:
        """Packs meanings, each with the id of its utterance."""
        held = tuple(found)
        joined = b"".join(meaning.vector for _, meaning in held)
        places = tuple((name, meaning.start, meaning.end) for name, meaning in held)
        return cls(places, base64.b64encode(joined).decode("ascii"))

    def by_utterance(self) -> Mapping[str, tuple[Meaning, ...]]:
        """The meanings of every utterance that has any."""
        held = self._held()
        size = len(held) // max(1, len(self.places))
        found: dict[str, list[Meaning]] = {}
        for at, (name, start, end) in enumerate(self.places):
            found.setdefault(name, []).append(Meaning(start, end, held[at * size : (at + 1) * size]))
        return {name: tuple(meanings) for name, meanings in found.items()}

    def _held(self) -> bytes:
        try:
            return base64.b64decode(self.vectors, validate=True)
        except binascii.Error as error:
            raise ValueError("Meanings need base64") from error


#: Of a call that nobody measured for its meaning.
NO_MEANINGS = Meanings()


@dataclass(frozen=True, slots=True)
class SentenceVectors:
    """Sentences of a rulebook as one encoder sees them; without an encoder there are none."""

    encoder: str = ""
    sentences: tuple[str, ...] = ()
    vectors: tuple[bytes, ...] = ()


#: Of a rulebook that nobody has made ready.
NO_VECTORS = SentenceVectors()
