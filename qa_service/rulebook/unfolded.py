"""How much a file holds with its aliases written out: known without writing them out, so that no bomb goes off."""

from __future__ import annotations

from typing import Any, NamedTuple

from qa_service.rulebook.once import DEEPEST

#: A text weighs one more for each so many characters, and a mapping as much as so many words.
_CHARS_A_VALUE, _MAPPING = 64, 10


class _EndlessError(Exception):
    """Values lie too deep, or hold themselves."""


class _Weight(NamedTuple):
    """What a value weighs with its aliases written out, what of that is its own, how many lie inside one another."""

    whole: int
    own: int
    height: int


#: A short word, a number, a truth; it stands in the weight of what holds it.
_WORD = _Weight(1, 0, 0)


def is_plain(data: object, most: int, most_repeated: int) -> bool:
    """Whether the values, aliases written out, are few enough to be walked through, and none lies too deep.

    At most `most_repeated` of them may stand there by an alias alone. A long text counts as several values, and a
    mapping as many as it costs to check one.
    """
    known: dict[int, _Weight] = {}
    try:
        whole = _weighed(data, 0, known).whole
    except _EndlessError:
        return False
    return whole <= most and whole - sum(each.own for each in known.values()) <= most_repeated


def _weighed(value: object, depth: int, known: dict[int, _Weight]) -> _Weight:
    """The weight of a list, a mapping or a word; what several aliases name is looked at once."""
    if not isinstance(value, dict | list) and not _is_long(value):
        return _WORD
    if (told := known.get(id(value))) is None:
        if depth >= DEEPEST:  # what holds itself comes here, too
            raise _EndlessError
        told = known[id(value)] = _sum(value, depth, known)
    if depth + told.height > DEEPEST:
        raise _EndlessError
    return told


def _is_long(value: object) -> bool:
    return isinstance(value, str) and len(value) >= _CHARS_A_VALUE


def _sum(value: Any, depth: int, known: dict[int, _Weight]) -> _Weight:
    if isinstance(value, str):
        weight = 1 + len(value) // _CHARS_A_VALUE
        return _Weight(weight, weight, 0)
    whole = own = _MAPPING if isinstance(value, dict) else 1
    height = 0
    for held in value.values() if isinstance(value, dict) else value:
        more = _weighed(held, depth + 1, known)
        whole, height = whole + more.whole, max(height, more.height + 1)
        own += more is _WORD
    return _Weight(whole, own, height)
