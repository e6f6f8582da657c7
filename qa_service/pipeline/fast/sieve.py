"""sieve: one scan of a call's text for every phrase of a book, which says which of its lines are worth reading."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from ahocorasick_rs import BytesAhoCorasick

from qa_service.core.speech import Role
from qa_service.detectors.phrases import PhraseRule
from qa_service.pipeline.fast.ready import ROLES, ReadyCall
from qa_service.text.phrases import PhraseHit

#: In an utterance with more places the detector looks at all rules together (detectors.phrases).
FEW = 16
#: So many phrases are looked for one after the other sooner than together.
_FEW_NEEDLES = 8


class Sieved(NamedTuple):
    """What is left of a call."""

    #: Worth reading, in order.
    lines: Sequence[int]
    #: What is written in each line: which phrase, and from where to where in the call's text.
    places: Mapping[int, Sequence[tuple[int, int, int]]]

    @property
    def total(self) -> int:
        """How many places there are, whoever listens."""
        return sum(map(len, self.places.values()))

    def hits(self, call: ReadyCall, line: int) -> list[PhraseHit] | None:
        """The places of a line as its characters; None where it holds fillers, across which more may be written."""
        if call.fillers and line in call.fillers:
            return None
        begin, end = (call.ends[line - 1] if line else 0), call.ends[line] - 1
        if end - begin == _HAN * call.chars[line]:
            return [
                PhraseHit(which, (first - begin) // _HAN, (last - begin) // _HAN)
                for which, first, last in self.places[line]
            ]
        text = call.text
        return [
            PhraseHit(which, len(text[begin:first].decode()), len(text[begin:last].decode()))
            for which, first, last in self.places[line]
        ]


#: Bytes of a Chinese character.
_HAN = 3
NOTHING = Sieved((), {})


class Sieve:
    """Where one of these phrases is written. What it lets through may be nothing; what it holds back is nothing.

    A phrase is found in a line only if it is written in the line's folded text, or in that without fillers
    (text.phrases): the same two texts are scanned here, for the same words, all lines at once.
    """

    def __init__(self, written: Iterable[tuple[str, tuple[int, ...]]], rules: Sequence[PhraseRule]) -> None:
        """`written` are the ways in which phrases are written, and the rules whose they are."""
        held = tuple(written)
        self._needles = [text.encode() for text, _ in held]
        self._automaton = BytesAhoCorasick(self._needles) if held else None
        #: For each way of writing, by roles: whether a rule listens to it.
        self._concerned = [bytes(_listens(rules, of, role) for role in ROLES) for _, of in held]

    def sift(self, call: ReadyCall) -> Sieved:
        """The lines that may hold something for whoever spoke."""
        if self._automaton is None or not call.text:
            return NOTHING
        count, ends, roles = len(call.roles), call.ends, call.roles
        places: dict[int, list[tuple[int, int, int]]] = {}
        wanted: set[int] = set()
        for place in self._automaton.find_matches_as_indexes(as_read(call.text), overlapping=True):
            at = bisect_right(ends, place[2] - 1)
            line = at if at < count else call.fillers[at - count]
            if line in places:
                places[line].append(place)
            else:
                places[line] = [place]
            if line not in wanted and self._concerned[place[0]][roles[line]]:
                wanted.add(line)
        wanted.update(line for line, there in places.items() if len(there) > FEW)
        return Sieved(sorted(wanted), places)

    def is_in(self, text: bytes) -> bool:
        """Whether one of the phrases may be written anywhere in a call's text."""
        if self._automaton is None:
            return False
        if len(self._needles) <= _FEW_NEEDLES:
            read = as_read(text)
            return any(needle in read for needle in self._needles)
        return bool(self._automaton.find_matches_as_indexes(as_read(text)))

    def places(self, call: ReadyCall, line: int) -> int:
        """How many places a line has, at most, whoever listens."""
        if self._automaton is None:
            return 0
        pieces = [line, *(len(call.roles) + at for at, of in enumerate(call.fillers) if of == line)]
        found = 0
        for at in pieces:
            text = call.text[call.ends[at - 1] if at else 0 : call.ends[at]]
            found += len(self._automaton.find_matches_as_indexes(as_read(text), overlapping=True))
        return found


#: As many bytes as before, so that places stay where they are (text.phrases.as_scanned).
_YOU = ("您".encode(), "你".encode())


def as_read(text: bytes) -> bytes:
    """A call's text as phrases are looked for in it."""
    return text.replace(*_YOU)


def _listens(rules: Sequence[PhraseRule], which: Sequence[int], role: Role) -> bool:
    return any(rules[rule].concerns(role) for rule in which)
