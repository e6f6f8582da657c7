"""How many places of a regular expression can be waiting for the next character at once.

A linear-time engine tries them all for every character: `(?:.?){900}的` has 900 of them, and takes 20 ms for a sentence
of 120 characters. What can wait is what matches nearly any character; a literal is right or gone with the next one.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable
from importlib import import_module
from typing import Any

#: Python's own parser: what it cannot read of the engine's syntax is rare in rulebooks.
sre, parser = (import_module(f"re.{name}") for name in ("_constants", "_parser"))
#: A class of more characters than this matches nearly anything that people say.
_WIDE_CLASS = 64
#: Classes by names that Python's parser does not know.
BY_NAME = re.compile(r"\\[pP](?:\{\^?\w+\}|\w)|\[:\^?\w+:\]")
_REPEATS = frozenset({sre.MAX_REPEAT, sre.MIN_REPEAT})


def width_of(folded: str) -> int | None:
    """The count, repeats written out; nothing where the pattern cannot be taken apart.

    >>> width_of("保证.{0,3}收益"), width_of("(?:[一-龥]{0,30}){0,30}的"), width_of("保证|肯定|一定")
    (3, 900, 0)
    """
    try:
        with warnings.catch_warnings(action="ignore"):  # of what another parser may one day read otherwise
            return _width(parser.parse(BY_NAME.sub(r"\\w", folded)))
    except (re.error, OverflowError, RecursionError):
        return None


def _width(parts: Iterable[tuple[Any, Any]]) -> int:
    return sum(_of(kind, value) for kind, value in parts)


def _of(kind: Any, value: Any) -> int:
    if kind in {sre.ANY, sre.NOT_LITERAL}:
        return 1
    if kind is sre.IN:
        return int(_is_wide(value))
    if kind in _REPEATS:
        least, most, inner = value
        times: int = max(least, 1) if most is sre.MAXREPEAT else most
        return _width(inner) * times
    if kind is sre.BRANCH:
        return sum(map(_width, value[1]))
    return _width(value[-1]) if kind is sre.SUBPATTERN else 0


def _is_wide(held: Iterable[tuple[Any, Any]]) -> bool:
    """Whether a class holds very many characters."""
    size = 0
    for kind, value in held:
        if kind in {sre.NEGATE, sre.CATEGORY}:
            return True
        size += value[1] - value[0] + 1 if kind is sre.RANGE else 1
    return size > _WIDE_CLASS
