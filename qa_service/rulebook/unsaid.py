"""What to tell an author of regular expressions that hold: an alternative in them finds nothing that can be said."""

from __future__ import annotations

from collections.abc import Iterator

from qa_service.core.errors import RulebookError
from qa_service.rulebook.found import Found
from qa_service.rulebook.places import Place
from qa_service.text.pattern_check import unsaid_parts

#: A pattern of a book's own file, and where it stands.
Pattern = tuple[Place, str]
_KEY = "regex"


def patterns_of(found: Found) -> tuple[Pattern, ...]:
    """The patterns of a file, in its order."""
    if _KEY not in found.text or not isinstance(found.data, dict):
        return ()
    told: list[Pattern] = []
    for key in ("rules", "strengths"):
        for i, rule in enumerate(found.data.get(key) or ()):
            place = Place(found.source).at(key, i).about(str(rule.get("id", "")), i)
            told += _in(rule.get("when"), place.at("when"))
    return tuple(told)


def never_said(pattern: Pattern) -> Iterator[RulebookError]:
    """A warning for each alternative of the pattern of which nothing can be found."""
    place, written = pattern
    fix = "Write it as it is read, or leave it out"
    for part in unsaid_parts(written):
        problem = f"{written!r} never finds {part.said!r}, which is read as {part.read!r}"
        yield place.error(
            "pattern_part_never", problem, fix, word=written, said=part.said, read=part.read or "–"
        )


def _in(node: object, place: Place) -> Iterator[Pattern]:
    if isinstance(node, list):
        for i, part in enumerate(node):
            yield from _in(part, place.at(i))
    if not isinstance(node, dict):
        return
    for key, held in node.items():
        here = place.at(str(key))
        pattern = held.get("pattern") if key == _KEY and isinstance(held, dict) else held
        if key == _KEY and isinstance(pattern, str):
            yield here, pattern
        else:
            yield from _in(held, here)
