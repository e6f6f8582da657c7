"""Reads in which part of the leg: `first: 30s`, `last: 3 utterances`, `first: 20%`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from qa_service.rulebook.durations import parse_duration_ms, parse_share, parse_steps
from qa_service.rulebook.places import Place
from qa_service.rules.conditions import Scope

_EDGES = ("first", "last")
#: How a stretch may be measured → the ending of the scope's field, and how it is read.
_MEASURES = {"ms": parse_duration_ms, "utterances": parse_steps, "share": parse_share}


def read_scope(node: Mapping[str, Any], place: Place) -> Scope:
    """The first or last stretch of the leg; all of it where neither is written.

    Raises:
        RulebookError: both are written, or one that is no stretch, holds nothing, or is more than everything.
    """
    written = [edge for edge in _EDGES if edge in node]
    if not written:
        return Scope()
    if len(written) > 1:
        raise place.error("scope_both", "has both first and last", "Keep one of them")
    (edge,) = written
    return _stretch(edge, node[edge], place.at(edge))


def _stretch(edge: str, value: object, place: Place) -> Scope:
    for measure, read in _MEASURES.items():
        long = read(value)
        if long is None:
            continue
        if long <= 0:
            problem, fix = f"nothing lies in {value!r}", "Write for example 30s, 3 utterances or 20%"
            raise place.error("scope_nothing", problem, fix, word=value)
        if measure == "share" and long > 1:
            problem, fix = f"{value!r} is more than the whole call", "Write at most 100%"
            raise place.error("scope_share", problem, fix, word=value)
        return Scope(**{f"{edge}_{measure}": long})  # type: ignore[arg-type]
    problem = f"{value!r} is no part of a call"
    raise place.error("scope", problem, "Write it as 30s, 3 utterances or 20%", word=value)
