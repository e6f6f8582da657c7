"""Reads in which part of the leg: `first: 30s`, `last: 3 utterances`, `between: {from: 20%, to: 80%}`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from qa_service.rulebook.durations import parse_duration_ms, parse_share, parse_steps
from qa_service.rulebook.mistakes import Mistakes
from qa_service.rulebook.places import Place
from qa_service.rules.conditions import Between, Scope, Unit

_EDGES = ("first", "last", "between")
#: How a stretch may be measured, and how it is read.
_MEASURES = {Unit.MS: parse_duration_ms, Unit.UTTERANCES: parse_steps, Unit.SHARE: parse_share}
#: The ends of a range.
ENDS = ("from", "to")
#: A count from the end, as people type it; 第 before a number of utterances.
_SIGNED = re.compile(r"^\s*([-−–－]?)\s*(?:第(?=.*句\s*$))?(.*)$", re.DOTALL)


def read_scope(node: Mapping[str, Any], place: Place) -> Scope:
    """The first or last stretch of the leg, or a range of it; all of it where none is written.

    Raises:
        RulebookError: several are written, or one that is no stretch, holds nothing, or is more than everything.
    """
    written = [edge for edge in _EDGES if edge in node]
    if not written:
        return Scope()
    if len(written) > 1:
        given = " and ".join(written)
        raise place.error("scope_both", f"has {given}", "Keep one of them", given=", ".join(written))
    (edge,) = written
    return (_range if edge == "between" else _stretch)(edge, node[edge], place.at(edge))


def _stretch(edge: str, value: object, place: Place) -> Scope:
    for measure, read in _MEASURES.items():
        long = read(value)
        if long is None:
            continue
        if long <= 0:
            problem, fix = f"nothing lies in {value!r}", "Write for example 30s, 3 utterances or 20%"
            raise place.error("scope_nothing", problem, fix, word=value)
        if measure is Unit.SHARE and long > 1:
            raise _too_much(value, place)
        return Scope(**{f"{edge}_{measure.value}": long})  # type: ignore[arg-type]
    problem = f"{value!r} is no part of a call"
    raise place.error("scope", problem, "Write it as 30s, 3 utterances or 20%", word=value)


def _range(edge: str, value: object, place: Place) -> Scope:  # noqa: ARG001 - as for a stretch
    """`{from: 30s, to: 90s}`; one of the two will do."""
    if not isinstance(value, dict) or not value:
        fix = "Write for example {from: 30s, to: 90s}"
        raise place.error("scope_range", "is no range", fix)
    with Mistakes() as mistakes:
        mistakes.note(*(place.at(str(key)).strange_key(key, ENDS) for key in value if key not in ENDS))
        ends: dict[str, tuple[Unit, float]] = {}
        for name in ENDS:
            if name in value:
                with mistakes.noted():
                    ends[name] = _end(name, value[name], place.at(name))
    units = {unit for unit, _ in ends.values()}
    if len(units) > 1:
        problem, fix = "its ends are measured in different units", "Write both as times, utterances or shares"
        raise place.error("scope_units", problem, fix)
    start, end = (ends[name][1] if name in ends else None for name in ENDS)
    (unit,) = units
    if start is not None and end is not None and (start < 0) == (end < 0) and _is_empty(unit, start, end):
        problem, fix = "it ends before it begins", "Exchange from and to, or widen it"
        raise place.error("scope_empty", problem, fix)
    return Scope(between=Between(unit, start, end))


def _is_empty(unit: Unit, start: float, end: float) -> bool:
    return start > end if unit is Unit.UTTERANCES else start >= end


def _end(name: str, value: object, place: Place) -> tuple[Unit, float]:
    """One end of a range: how it is measured, below nothing where it counts from the end of the leg."""
    match = _SIGNED.match(value) if isinstance(value, str) else None
    is_back, rest = (bool(match[1]), match[2]) if match else (False, value)
    for unit, read in _MEASURES.items():
        far = read(rest)
        if far is None:
            continue
        if far <= 0 and (unit is Unit.UTTERANCES or is_back or name == "to"):
            problem, fix = f"nothing lies at {value!r}", "Count utterances from 1, or back from -1"
            raise place.error("scope_end", problem, fix, word=value)
        if unit is Unit.SHARE and far > 1:
            raise _too_much(value, place)
        return unit, -far if is_back else far
    problem = f"{value!r} is no place in a call"
    fix = "Write it as 30s, 3 utterances or 20%, with - in front to count from the end"
    raise place.error("scope_place", problem, fix, word=value)


def _too_much(value: object, place: Place) -> Exception:
    problem, fix = f"{value!r} is more than the whole call", "Write at most 100%"
    return place.error("scope_share", problem, fix, word=value)
