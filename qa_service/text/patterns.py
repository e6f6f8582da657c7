"""Regular expressions of rule authors, in a linear-time engine, on folded text."""

from __future__ import annotations

import re
from collections.abc import Collection, Container, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Any, NamedTuple

import re2

from qa_service.core.errors import RulebookError
from qa_service.text.normalize import BreakKind, Folded
from qa_service.text.pattern_check import MAX_BYTES_ALONE, check_pattern, options

# Memory of one engine over all patterns of a rulebook; an automaton starts afresh when it is full.
_MAX_BYTES = 64 << 20
# Patterns that are located in text, which few of a rulebook's are at a time.
_COMPILED = 256
# [^，。]: the author wants no comma inside, and there is none to see in folded text.
_EXCLUDES_COMMA = re.compile(r"\[\^[^\]]*[，,][^\]]*\]")


class PatternHit(NamedTuple):
    """Pattern number `which` at the folded characters [start, end)."""

    which: int
    start: int
    end: int


class PatternScanner:
    """Finds all patterns; one pass decides which of them occur, only those are located.

    Patterns see folded text: punctuation and spaces are gone, script and case do not matter. A pattern is
    tried on each sentence by itself (^ and $ are its ends), and on each stretch between commas if it
    excludes commas itself ([^，。]).
    """

    def __init__(self, patterns: Sequence[str], beside: Mapping[int, Collection[int]] | None = None) -> None:
        """`beside` names, for patterns that matter only with others in one text, the others.

        Raises:
            RulebookError: a pattern that the engine does not support or that matches nothing said.
        """
        self._beside = {which: frozenset(others) for which, others in (beside or {}).items()}
        self._patterns = tuple(
            check_pattern(pattern, source="patterns", where=f"[{i}]").folded
            for i, pattern in enumerate(patterns)
        )
        self._minds_commas = tuple(bool(_EXCLUDES_COMMA.search(pattern)) for pattern in patterns)
        self._least = BreakKind.SOFT if any(self._minds_commas) else BreakKind.HARD
        self._set: Any = re2.Set.SearchSet(options(_MAX_BYTES))
        for pattern in self._patterns:
            self._set.Add(f"(?m){pattern}")
        _compile(self._set)

    def scan(self, folded: Folded) -> list[PatternHit]:
        """All hits, per pattern from left to right without overlap; ordered by start, then longest."""
        return in_order(hit for hits in self.located(folded) for hit in hits)

    def located(self, folded: Folded, without: Container[int] = ()) -> Iterator[list[PatternHit]]:
        """The hits of one pattern after the other; those of `without`, which may grow meanwhile, are not looked for."""
        if not self._patterns or not folded.text:
            return
        pieces = _Pieces(folded)
        for which in self._occurring(folded):
            if which not in without:
                places = pieces.places(self._patterns[which], minds_commas=self._minds_commas[which])
                yield [PatternHit(which, *place) for place in places]

    def _occurring(self, folded: Folded) -> list[int]:
        """The patterns that match somewhere in the text and matter there."""
        found = set(self._set.Match(_tried(folded, self._least)) or ())
        return [which for which in found if which not in self._beside or found & self._beside[which]]


def in_order(hits: Iterable[PatternHit]) -> list[PatternHit]:
    """By where they start, the longest first."""
    return sorted(hits, key=lambda hit: (hit.start, -hit.end, hit.which))


class _Pieces:
    """One text cut at its sentences and commas, as bytes: the engine would encode every piece for every pattern."""

    def __init__(self, folded: Folded) -> None:
        self._folded = folded
        self._cut: dict[BreakKind, list[tuple[int, bytes]]] = {}

    def places(self, pattern: str, *, minds_commas: bool) -> Iterator[tuple[int, int]]:
        """Where a pattern says something, as characters of the whole text."""
        engine = _alone(pattern)
        for start, said in self._at(BreakKind.SOFT if minds_commas else BreakKind.HARD):
            for match in engine.finditer(said):
                first, last = match.span()
                if last > first:
                    before = start + len(said[:first].decode())
                    yield before, before + len(said[first:last].decode())

    def _at(self, least: BreakKind) -> list[tuple[int, bytes]]:
        if least not in self._cut:
            text = self._folded.text
            self._cut[least] = [(a, text[a:b].encode()) for a, b in _pieces(self._folded, least)]
        return self._cut[least]


def _tried(folded: Folded, least: BreakKind) -> str:
    """Every stretch that some pattern is tried on, a line each."""
    if not folded.breaks:
        return folded.text
    lines = [folded.text[a:b] for a, b in _pieces(folded, BreakKind.HARD)]
    if least is BreakKind.SOFT:
        clauses = [folded.text[a:b] for a, b in _pieces(folded, BreakKind.SOFT)]
        lines += clauses if len(clauses) > len(lines) else []
    return "\n".join(lines)


def _pieces(folded: Folded, least: BreakKind) -> Iterator[tuple[int, int]]:
    """The stretches between punctuation of this strength or more."""
    borders = [at for at, kind in folded.breaks if least <= kind <= BreakKind.ASK]
    yield from ((a, b) for a, b in pairwise((0, *borders, len(folded.text))) if a < b)


@lru_cache(maxsize=_COMPILED)
def _alone(folded: str) -> Any:
    """One pattern's own engine, made when it is first seen to occur."""
    return re2.compile(folded, options(MAX_BYTES_ALONE))


def _compile(together: Any) -> None:
    try:
        together.Compile()
    except re2.error as error:
        problem, fix = "the patterns are too large together", "Use phrases where they will do"
        raise RulebookError(source="patterns", where="", problem=problem, fix=fix) from error
