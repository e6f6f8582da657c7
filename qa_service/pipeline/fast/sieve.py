"""sieve: one scan of a call's text for every phrase of a book, which says which of its lines are worth reading."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence

from ahocorasick_rs import BytesAhoCorasick

from qa_service.core.speech import Role
from qa_service.detectors.phrases import PhraseRule
from qa_service.pipeline.fast.ready import ROLES, ReadyCall

#: In an utterance with more places the detector looks at all rules together (detectors.phrases).
FEW = 16


class Sieve:
    """Where one of these phrases is written. What it lets through may be nothing; what it holds back is nothing.

    A phrase is found in a line only if it is written in the line's folded text, or in that without fillers
    (text.phrases): the same two texts are scanned here, for the same words, all lines at once.
    """

    def __init__(self, written: Iterable[tuple[str, tuple[int, ...]]], rules: Sequence[PhraseRule]) -> None:
        """`written` are the ways in which phrases are written, and the rules whose they are."""
        held = tuple(written)
        self._automaton = BytesAhoCorasick([text.encode() for text, _ in held]) if held else None
        #: For each way of writing, by roles: whether a rule listens to it.
        self._concerned = [bytes(_listens(rules, of, role) for role in ROLES) for _, of in held]

    def lines(self, call: ReadyCall) -> dict[int, int]:
        """The lines that may hold something for whoever spoke, in order, with how many places each has."""
        if self._automaton is None or not call.text:
            return {}
        count, ends, roles = len(call.roles), call.ends, call.roles
        places: dict[int, int] = {}
        wanted: set[int] = set()
        for which, _, end in self._automaton.find_matches_as_indexes(as_read(call.text), overlapping=True):
            at = bisect_right(ends, end - 1)
            line = at if at < count else call.fillers[at - count]
            places[line] = places.get(line, 0) + 1
            if line not in wanted and self._concerned[which][roles[line]]:
                wanted.add(line)
        return {line: places[line] for line in sorted(places) if line in wanted or places[line] > FEW}


#: As many bytes as before, so that places stay where they are (text.phrases.as_scanned).
_YOU = ("您".encode(), "你".encode())


def as_read(text: bytes) -> bytes:
    """A call's text as phrases are looked for in it."""
    return text.replace(*_YOU)


def _listens(rules: Sequence[PhraseRule], which: Sequence[int], role: Role) -> bool:
    return any(rules[rule].concerns(role) for rule in which)
