"""Whether a regular expression can find what its author says with it: said aloud, folded, and looked for again.

A pattern is read back as texts that it describes, one for every alternative. What is said is folded before patterns see
it (`123-15` is `12315`, punctuation is gone), so that some patterns find nothing that anybody can say.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from qa_service.text.normalize import fold
from qa_service.text.pattern_width import BY_NAME, parser, sre

#: Alternatives, characters of a class and numbers of times that are tried of one pattern; nobody writes more.
_MOST_TRIED = 400
#: Of a class this many characters are tried, and the more only where it has digits: of 一 to 九 some fold alone.
_FEW = 12
#: What `.` and `[^…]` stand for, whichever is not excluded: a character that folds to itself and begins no word.
_ANYTHING = "啥嗯呢a1"
_BY_CATEGORY = {
    sre.CATEGORY_DIGIT: "1",
    sre.CATEGORY_WORD: "a",
    sre.CATEGORY_SPACE: " ",
    sre.CATEGORY_NOT_DIGIT: "啥",
    sre.CATEGORY_NOT_WORD: "啥",
    sre.CATEGORY_NOT_SPACE: "啥",
}
_CATEGORIES = {
    sre.CATEGORY_DIGIT: r"\d",
    sre.CATEGORY_WORD: r"\w",
    sre.CATEGORY_SPACE: r"\s",
    sre.CATEGORY_NOT_DIGIT: r"\D",
    sre.CATEGORY_NOT_WORD: r"\W",
    sre.CATEGORY_NOT_SPACE: r"\S",
}
#: The border of a word of Latin letters: there is none between Chinese characters.
_BORDER = re.compile(r"\\[bB]")

#: Whether the pattern is found in this folded text.
Finds = Callable[[str], bool]


class Unsaid(NamedTuple):
    """A way to say what the pattern describes, and what is left of it to be found."""

    said: str
    read: str


class _UnclearError(Exception):
    """The pattern holds what cannot be read back as a text."""


@dataclass(slots=True)
class _Says:
    """Reads one text off a parsed pattern; `chosen` says which way at the choices that are not taken the first way."""

    chosen: dict[int, int]
    #: How many ways there are at each choice that was come by; the choices between alternatives.
    ways: dict[int, int] = field(default_factory=dict)
    branches: set[int] = field(default_factory=set)
    #: The first way everywhere, or another one; in a row of characters each time the next one (一二三).
    usual: int = 0
    is_rolling: bool = False
    turn: int = 0

    def all(self, parts: Iterable[tuple[Any, Any]]) -> str:
        """What these parts say."""
        return "".join(self._one(kind, value) for kind, value in parts)

    def _choose(self, node: object, ways: int) -> int:
        at = id(node)
        self.ways[at] = ways
        return self.chosen.get(at, (self.usual + self.turn) % ways)

    def _one(self, kind: Any, value: Any) -> str:
        if kind is sre.LITERAL:
            return chr(value)
        if kind in {sre.ANY, sre.NOT_LITERAL}:
            return _ANYTHING[0] if kind is sre.ANY or value != ord(_ANYTHING[0]) else _ANYTHING[1]
        if kind is sre.IN:
            several = _several(value)
            chosen = several[self._choose(value, len(several))]
            self.turn += self.is_rolling
            return chosen
        if kind in {sre.MAX_REPEAT, sre.MIN_REPEAT}:
            least, most, inner = value
            times = least + self._choose(inner, 1 + (most > least))
            return "".join(self.all(inner) for _ in range(times))
        if kind is sre.BRANCH:
            which = self._choose(value[1], len(value[1]))
            self.branches.add(id(value[1]))
            return self.all(value[1][which])
        return self.all(value[-1]) if kind is sre.SUBPATTERN else ""


def _several(held: Sequence[tuple[Any, Any]]) -> str:
    """Some of the characters of a class."""
    if held[0][0] is sre.NEGATE:
        free = [char for char in _ANYTHING if not any(_holds(char, *one) for one in held[1:])]
        if not free:
            raise _UnclearError
        return free[0]
    chars = ""
    for kind, value in held:
        if kind is sre.LITERAL:
            chars += chr(value)
        elif kind is sre.RANGE:
            chars += "".join(map(chr, range(value[0], min(value[1], value[0] + _FEW) + 1)))
        else:
            chars += _BY_CATEGORY[value]
    return chars[:_MOST_TRIED]


def _holds(char: str, kind: Any, value: Any) -> bool:
    """Whether a part of a class holds the character."""
    if kind is sre.LITERAL:
        return ord(char) == int(value)
    if kind is sre.RANGE:
        return int(value[0]) <= ord(char) <= int(value[1])
    return re.match(_CATEGORIES[value], char, re.ASCII) is not None


def never_found(pattern: str, finds: Finds) -> Unsaid | None:
    """A text that the pattern describes, where nothing that it describes is found once it is said.

    `finds` is the engine's, of the pattern as it is folded (text.pattern_fold).

    >>> import re
    >>> never_found("打?12315", lambda text: re.search("打?12315", text) is not None)
    >>> never_found("[a-z]+@", lambda text: re.search("[a-z]+@", text) is not None)
    Unsaid(said='a@', read='a')
    """
    parsed = _parsed(pattern)
    if parsed is None:
        return None
    try:
        said = _Says({})
        text = said.all(parsed)
        if _found(parsed, said, finds) is not None:
            return None
    except _UnclearError:
        return None
    unsaid = Unsaid(text, fold(text).text)
    return unsaid if unsaid.said != unsaid.read or _BORDER.search(pattern) else None


def parts_never_found(pattern: str, finds: Finds) -> tuple[Unsaid, ...]:
    """What to say for alternatives of a pattern of which nothing is found whatever else is said with them.

    >>> import re
    >>> parts_never_found("退货|[幺一]二三一五", lambda text: re.search("退货|[幺一]二三一五", text) is not None)
    (Unsaid(said='幺二三一五', read='12315'),)
    """
    parsed = _parsed(pattern)
    if parsed is None:
        return ()
    try:
        found = _found(parsed, _Says({}), finds)
        return () if found is None else tuple(_parts(parsed, found, finds))
    except _UnclearError:
        return ()


def _parsed(pattern: str) -> Any:
    """The parts of the pattern; nothing where Python reads it otherwise than the engine."""
    if BY_NAME.search(pattern):
        return None
    try:
        with warnings.catch_warnings(action="ignore"):
            return parser.parse(pattern)
    except (re.error, OverflowError, RecursionError):
        return None


def _is_found(way: _Says, parsed: Any, finds: Finds) -> bool:
    return finds(fold(way.all(parsed)).text)


def _found(parsed: Any, first: _Says, finds: Finds) -> _Says | None:
    """A way to say it that is found."""
    if _is_found(first, parsed, finds):
        return first
    return next((way for way in _others(parsed, first) if finds(fold(way.all(parsed)).text)), None)


def _others(parsed: Any, first: _Says) -> Iterator[_Says]:
    """Other ways than the first: every choice by itself, those inside it too, then all of them at once."""
    seen: dict[int, int] = {}
    waiting = [first]
    while waiting and len(seen) < _MOST_TRIED:
        base = waiting.pop()
        for at, ways in base.ways.items():
            if at in seen:
                continue
            seen[at] = ways
            for which in range(ways):
                if which != base.chosen.get(at, 0):
                    way = _Says({**base.chosen, at: which})
                    way.all(parsed)
                    waiting.append(way)
                    yield way
    yield from _throughout({})


def _throughout(chosen: dict[int, int]) -> Iterator[_Says]:
    """The same other way at all choices but those that are made."""
    for usual in range(_FEW):
        yield _Says(chosen, usual=usual)
        yield _Says(chosen, usual=usual, is_rolling=True)


def _parts(parsed: Any, found: _Says, finds: Finds) -> Iterator[Unsaid]:
    """The alternatives of which nothing is found, whatever else is said with them."""
    waiting, seen = [found], set[int]()
    while waiting and len(seen) < _MOST_TRIED:
        base = waiting.pop()
        for at in [at for at in base.branches if at not in seen]:
            seen.add(at)
            for which in range(base.ways[at]):
                chosen = {**base.chosen, at: which}
                way = _Says(chosen, usual=base.usual, is_rolling=base.is_rolling)
                other = next(
                    (one for one in (way, *_throughout(chosen)) if _is_found(one, parsed, finds)), None
                )
                if other is not None:
                    waiting.append(other)
                else:
                    text = way.all(parsed)
                    yield Unsaid(text, fold(text).text)
