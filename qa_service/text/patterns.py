"""Regular expressions of rule authors, in a linear-time engine, on folded text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Any, NamedTuple

import re2

from qa_service.core.errors import RulebookError
from qa_service.text.characters import DROP, MARKS, TABLE
from qa_service.text.normalize import BreakKind, Folded

#: Repeats beyond this are refused, as the engine does; named so that the message can say it (decisions.md 31).
MOST_REPEATS = 1_000
#: Instructions that one pattern, and all patterns of a rulebook together, may compile to (decisions.md 31): a
#: hundred characters of Chinese have about 300, `(保证|肯定){1,1000}` has 15,000.
MOST_STEPS, MOST_STEPS_TOGETHER = 20_000, 400_000
# Memory of one engine over all patterns of a rulebook, and of one for a pattern by itself; an automaton starts afresh
# when it is full.
_MAX_BYTES, _MAX_BYTES_ALONE = 64 << 20, 4 << 20
# Patterns that are located in text, which few of a rulebook's are at a time.
_COMPILED = 256

# What other engines know and a linear-time engine cannot offer.
_UNSUPPORTED = (
    (
        re.compile(r"(?<!\\)\(\?<?[=!]"),
        "look-around such as (?=…), (?!…), (?<=…)",
        "Use `unless` for the context instead",
    ),
    (re.compile(r"(?<!\\)\\[1-9]"), "a back-reference such as \\1", "Write the alternatives out"),
    (
        re.compile(r"(?<!\\)\(\?>|(?<!\\)[*+?]\+|\{[\d,]+\}\+"),
        "atomic groups or possessive repeats",
        "Use the plain form",
    ),
    (re.compile(r"(?<!\\)\(\?\("), "a conditional group", "Write two patterns"),
)
_EMPTY_CLASS = re.compile(rf"\[(\^?){DROP}+\]")
# [^，。]: the author wants no comma inside, and there is none to see in folded text.
_EXCLUDES_COMMA = re.compile(r"\[\^[^\]]*[，,][^\]]*\]")
_IN_CLASS = re.compile(r"\[[^\[\]]*\]")
_REPEATS = re.compile(r"(?<!\\)\{(\d+)(?:,(\d*))?\}")


class PatternHit(NamedTuple):
    """Pattern number `which` at the folded characters [start, end)."""

    which: int
    start: int
    end: int


class Checked(NamedTuple):
    """A pattern that works: as folded text needs it, and the instructions that it compiles to."""

    folded: str
    steps: int


class PatternScanner:
    """Finds all patterns; one pass decides which of them occur, only those are located.

    Patterns see folded text: punctuation and spaces are gone, script and case do not matter. A pattern is
    tried on each sentence by itself (^ and $ are its ends), and on each stretch between commas if it
    excludes commas itself ([^，。]).
    """

    def __init__(self, patterns: Sequence[str]) -> None:
        """Raises RulebookError for a pattern that the engine does not support or that matches nothing said."""
        self._patterns = tuple(
            check_pattern(pattern, source="patterns", where=f"[{i}]").folded
            for i, pattern in enumerate(patterns)
        )
        self._minds_commas = tuple(bool(_EXCLUDES_COMMA.search(pattern)) for pattern in patterns)
        self._set: Any = re2.Set.SearchSet(_options(_MAX_BYTES))
        for pattern in self._patterns:
            self._set.Add(f"(?m){pattern}")
        _compile(self._set)

    def scan(self, folded: Folded) -> list[PatternHit]:
        """All hits, per pattern from left to right without overlap; ordered by start, then longest."""
        if not self._patterns or not folded.text:
            return []
        sentences = "\n".join(folded.text[a:b] for a, b in self._tried(folded))
        hits = [
            PatternHit(which, start + match.start(), start + match.end())
            for which in self._set.Match(sentences) or ()
            for start, end in _pieces(folded, BreakKind.SOFT if self._minds_commas[which] else BreakKind.HARD)
            for match in _alone(self._patterns[which]).finditer(folded.text[start:end])
            if match.end() > match.start()
        ]
        return sorted(hits, key=lambda hit: (hit.start, -hit.end, hit.which))

    def _tried(self, folded: Folded) -> Iterator[tuple[int, int]]:
        """Every stretch that some pattern is tried on, each once."""
        sentences = dict.fromkeys(_pieces(folded, BreakKind.HARD))
        between_commas = _pieces(folded, BreakKind.SOFT) if any(self._minds_commas) else ()
        yield from sentences | dict.fromkeys(between_commas)


def _pieces(folded: Folded, least: BreakKind) -> Iterator[tuple[int, int]]:
    """The stretches between punctuation of this strength or more."""
    borders = [at for at, kind in folded.breaks if least <= kind <= BreakKind.ASK]
    yield from ((a, b) for a, b in pairwise((0, *borders, len(folded.text))) if a < b)


def _options(max_bytes: int) -> Any:
    options = re2.Options()
    options.log_errors = False
    options.case_sensitive = False
    options.max_mem = max_bytes
    return options


@lru_cache(maxsize=_COMPILED)
def _alone(folded: str) -> Any:
    """One pattern's own engine, made when it is first seen to occur."""
    return re2.compile(folded, _options(_MAX_BYTES_ALONE))


def _compile(together: Any) -> None:
    try:
        together.Compile()
    except re2.error as error:
        problem, fix = "the patterns are too large together", "Use phrases where they will do"
        raise RulebookError(source="patterns", where="", problem=problem, fix=fix) from error


def check_pattern(pattern: str, *, source: str = "patterns", where: str = "") -> Checked:
    """The pattern as folded text needs it, once it is sure to work, and what it costs.

    Raises:
        RulebookError: the engine does not support it, it matches nothing said, or it is too large.
    """
    for unsupported, name, fix in _UNSUPPORTED:
        if unsupported.search(pattern):
            raise RulebookError(source=source, where=where, problem=f"{pattern!r} uses {name}", fix=fix)
    for repeat in _REPEATS.finditer(pattern):
        if max(int(number) for number in repeat.groups() if number) > MOST_REPEATS:
            problem = f"{pattern!r} repeats more than {MOST_REPEATS} times"
            raise RulebookError(source=source, where=where, problem=problem, fix="Use * or a smaller number")
    folded = fold_pattern(pattern)
    try:
        compiled = re2.compile(folded, _options(_MAX_BYTES_ALONE))
    except re2.error as error:
        problem = f"{pattern!r} is not a regular expression: {_words(error)}"
        raise RulebookError(source=source, where=where, problem=problem, fix="See the RE2 syntax") from error
    if compiled.fullmatch("") is not None:
        problem = f"{pattern!r} matches nothing at all as well"
        raise RulebookError(source=source, where=where, problem=problem, fix="Require at least one character")
    if compiled.programsize > MOST_STEPS:
        problem = f"{pattern!r} is too large: {compiled.programsize} steps of at most {MOST_STEPS}"
        raise RulebookError(source=source, where=where, problem=problem, fix="Repeat less, or write phrases")
    return Checked(folded, compiled.programsize)


def fold_pattern(pattern: str) -> str:
    """The pattern with its own characters folded; Chinese punctuation in it matches nothing, as none is left.

    >>> fold_pattern("保證[^，。]{0,3}收益")
    '保证.{0,3}收益'
    """
    plain = "".join(char if char.isascii() else _folded(char) for char in pattern)
    plain = _EMPTY_CLASS.sub(lambda match: "." if match[1] else "(?:)", plain)
    return _IN_CLASS.sub(lambda match: match[0].replace(DROP, ""), plain).replace(DROP, "(?:)")


def _folded(char: str) -> str:
    """One character as the folded text has it; all punctuation is the same nothing."""
    plain = char.translate(TABLE)
    return DROP if plain in MARKS else plain


def _words(error: Exception) -> str:
    """The engine's message as text; it comes as bytes."""
    said = error.args[0] if error.args else ""
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
