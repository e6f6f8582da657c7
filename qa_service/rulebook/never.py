"""Conditions that hold in no call, although each of their parts could: two limits that leave nothing between them.

Only what is plain is looked for; it is told as a warning, for such a rule does no harm but to be silent.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from qa_service.core.errors import RulebookError
from qa_service.rulebook.durations import parse_duration_ms
from qa_service.rulebook.places import Place
from qa_service.rulebook.resolve import FlatBook, FlatRule, FlatStrength

#: Operators of which a call has one value.
_MEASURES = ("length", "turns", "talk_ratio", "pace")
_LIMITS = frozenset({"above", "below"})


def never_held(flat: FlatBook) -> tuple[RulebookError, ...]:
    """What to tell the author of the book of his own conditions, in its order."""
    held: list[FlatRule | FlatStrength] = [*flat.rules.values(), *flat.strengths.values()]
    own = (one for one in held if one.place.source == flat.place.source)
    return tuple(error for one in own for error in _in(one.written.when, one.place.at("when")))


def _in(node: object, place: Place) -> Iterator[RulebookError]:
    if isinstance(node, list):
        for i, part in enumerate(node):
            yield from _in(part, place.at(i))
    if not isinstance(node, dict):
        return
    for key, held in node.items():
        here = place.at(str(key))
        if key == "all" and isinstance(held, list):
            yield from _apart([part for part in held if isinstance(part, dict)], here)
        if key == "phrases" and isinstance(held, dict):
            yield from _forbidden(held, here)
        yield from _in(held, here)


def _apart(parts: Sequence[Mapping[str, Any]], place: Place) -> Iterator[RulebookError]:
    """Parts of one `all` that never hold together."""
    for name in _MEASURES:
        of_one = [part[name] for part in parts if part.keys() == {name} and isinstance(part[name], dict)]
        for beside in _distinct(of_one):
            alike = [one for one in of_one if _beside(one) == beside]
            above = [one["above"] for one in alike if "above" in one]
            below = [one["below"] for one in alike if "below" in one]
            if above and below and _number(max(above, key=_number)) >= _number(min(below, key=_number)):
                low, high = max(above, key=_number), min(below, key=_number)
                problem = f"no call has a {name} above {low} and below {high}"
                fix = "Mend the limits, or write `any` instead of `all`"
                yield place.error("never_limits", problem, fix, word=name, low=low, high=high)
    if any(_wanted_gone(part) in parts for part in parts if "absent" in part):
        problem, fix = "asks that something is there and that it is absent", "Take one of them out"
        yield place.error("never_absent", problem, fix)


def _wanted_gone(part: Mapping[str, Any]) -> dict[str, Any] | None:
    """What an `absent` of one party, and nothing else beside it, wants not to be there."""
    gone, beside = part["absent"], {key: held for key, held in part.items() if key != "absent"}
    return {**beside, **gone} if isinstance(gone, dict) and beside.keys() <= {"role"} else None


def _distinct(settings: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for one in map(_beside, settings):
        if one not in found:
            found.append(one)
    return found


def _beside(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Whose share or pace it is: the same limits of two people are two measures."""
    return {key: value for key, value in settings.items() if key not in _LIMITS}


def _number(limit: object) -> float:
    """A duration in milliseconds, or the number."""
    duration_ms = parse_duration_ms(limit)
    return float(str(limit)) if duration_ms is None else duration_ms


def _forbidden(spec: Mapping[str, Any], place: Place) -> Iterator[RulebookError]:
    """Phrases of which each one that is looked for must not be said."""
    none = _listed(spec.get("none"))
    if "window" in spec or not none:
        return
    any_, all_ = _listed(spec.get("any")), _listed(spec.get("all"))
    if (any_ and all(word in none for word in any_)) or any(word in none for word in all_):
        problem, fix = "looks for what `none` forbids", "Take the words out of one of the two"
        yield place.error("never_said_and_not", problem, fix)


def _listed(words: object) -> list[object]:
    return words if isinstance(words, list) else [words] if isinstance(words, str) else []
