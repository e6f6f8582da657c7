"""Which characters a regular expression cannot do without: where none of them is said, nobody need look for it.

Looking for the characters takes a third of the time that looking for the words takes, and most stretches have none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

# The module that `re` reads patterns with has no public name; where it changes, nothing is left out.
from re import _constants as kinds
from re import _parser as parser
from typing import Any

_ONE_OF_MANY = 200


class Needed:
    """The characters of which every match of one of some patterns holds at least one."""

    __slots__ = ("chars",)

    def __init__(self, *patterns: re.Pattern[str]) -> None:
        found = [_of(parser.parse(pattern.pattern, pattern.flags)) for pattern in patterns]
        #: None where some pattern can do without any.
        self.chars = None if None in found else frozenset().union(*(one for one in found if one))

    def may_be_in(self, text: str) -> bool:
        """Whether one of the patterns may match in a text.

        >>> whoever = Needed(re.compile("(?:您|你)?(?:说|讲)过?"), re.compile("^.{0,3}骗"))
        >>> whoever.may_be_in("您好"), whoever.may_be_in("讲"), whoever.may_be_in("骗")
        (False, True, True)
        """
        return self.chars is None or not self.chars.isdisjoint(text)


def _of(items: Iterable[tuple[Any, Any]]) -> frozenset[str] | None:
    """Of what has to follow one another: what the pickiest of it needs."""
    found = [one for op, value in items if (one := _of_one(op, value)) is not None]
    return min(found, key=len, default=None)


def _of_one(op: Any, value: Any) -> frozenset[str] | None:
    match op:
        case kinds.LITERAL:
            return frozenset(chr(value))
        case kinds.IN:
            return _of_class(value)
        case kinds.SUBPATTERN:
            return _of(value[-1])
        case kinds.BRANCH:
            return _of_any([_of(part) for part in value[1]])
        case kinds.MAX_REPEAT | kinds.MIN_REPEAT if value[0] > 0:
            return _of(value[2])
        case _:
            return None


def _of_class(members: Sequence[tuple[Any, Any]]) -> frozenset[str] | None:
    if any(op is not kinds.LITERAL for op, _ in members) or len(members) > _ONE_OF_MANY:
        return None
    return frozenset(chr(value) for _, value in members)


def _of_any(parts: Sequence[frozenset[str] | None]) -> frozenset[str] | None:
    return None if None in parts else frozenset().union(*(part for part in parts if part))
