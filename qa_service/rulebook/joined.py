"""Words that look like several and were read as one: `[甲，乙]`, whose comma is a full-width one.

It may be meant, and is no mistake then; quotes say so.
"""

from __future__ import annotations

from collections.abc import Iterator

from qa_service.core.errors import RulebookError
from qa_service.rulebook.found import Found
from qa_service.rulebook.once import Joined
from qa_service.rulebook.places import Place

#: Lists of words; where they hold conditions, these are looked through. Sentences (`similar`, examples) have commas.
_LISTS = frozenset({"phrases", "any", "all", "of", "none", "customer"})


def joined_words(found: Found) -> tuple[RulebookError, ...]:
    """What to tell the author of a file, in its order, although it holds."""
    if not found.has_joined or not isinstance(found.data, dict):
        return ()
    told: list[RulebookError] = []
    for key in ("rules", "strengths"):
        for i, rule in enumerate(found.data.get(key) or ()):
            place = Place(found.source).at(key, i).about(str(rule.get("id", "")), i)
            for part in ("when", "coaching"):
                told += _in(rule.get(part), place.at(part))
    return tuple(told)


def _in(node: object, place: Place) -> Iterator[RulebookError]:
    if isinstance(node, list):
        for i, part in enumerate(node):
            yield from _in(part, place.at(i))
    if not isinstance(node, dict):
        return
    for key, held in node.items():
        here = place.at(str(key))
        if key in _LISTS and isinstance(held, list):
            yield from (_told(word, here.at(i)) for i, word in enumerate(held) if isinstance(word, Joined))
        yield from _in(held, here)


def _told(word: str, place: Place) -> RulebookError:
    fix = "Write [one, another] with commas of half width, or put it in quotes if it is one"
    return place.error("flow_comma", f"{word!r} is one phrase: its comma is full-width", fix, word=word)
