"""Draws calls: the newest ones that are asked for, or a fair sample of them, the same for the same seed."""

from __future__ import annotations

import hashlib
import heapq
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import count, islice

import sqlalchemy as sa

from qa_service.core.rescores import Selection
from qa_service.core.stored import Origin
from qa_service.stores import lists
from qa_service.stores.engine import reading
from qa_service.stores.tables import calls, evaluations, findings

_AT_ONCE = 2_000


@dataclass(frozen=True, slots=True)
class Drawn:
    """The calls of a sample, newest first, and how many it was drawn from."""

    places: tuple[lists.Place, ...]
    candidates: int


def draw(engine: sa.Engine, wanted: Selection, newest: int | None = None) -> Drawn:
    """The calls whose ids, hashed with the seed, come first: the same ones every time, and none more likely.

    All of them where no number is wanted. `newest` is how many of each line are candidates at most. Pages are read one
    after the other: a call that comes in meanwhile is newer than where the reading began, and is not among them.
    """
    counter = count()
    candidates = (
        place
        for line in wanted.lines or (wanted.within.line,)
        for place in islice(_pages(engine, wanted, line), newest)
        if next(counter) >= 0
    )
    if wanted.most is None:
        drawn = list(candidates)
    else:
        drawn = heapq.nsmallest(wanted.most, candidates, key=lambda place: _rank(place.id, wanted.seed))
    return Drawn(tuple(sorted(drawn, key=lambda place: -place.seq)), next(counter))


def _pages(engine: sa.Engine, wanted: Selection, line: str) -> Iterator[lists.Place]:
    """Newest first, in short reads."""
    within, before = replace(wanted.within, line=line), None
    also = () if not wanted.rule else (_has_finding(wanted.rule),)
    while True:
        with reading(engine) as connection:
            page = lists.places(connection, wanted.sight, within, *also, limit=_AT_ONCE, before=before)
        yield from page
        if len(page) < _AT_ONCE:
            return
        before = page[-1].seq


def _has_finding(rule: str) -> sa.ColumnElement[bool]:
    """That a current evaluation of ours found something by this rule."""
    kept = evaluations.c
    found = findings.join(evaluations, kept.id == findings.c.evaluation_id)
    query = sa.select(findings.c.id).select_from(found)
    return sa.exists(
        query.where(
            findings.c.call_id == calls.c.id,
            findings.c.rule == rule,
            kept.is_current.is_(True),
            kept.origin != Origin.IMPORTED.value,
        )
    )


def _rank(call_id: str, seed: int) -> bytes:
    return hashlib.sha256(f"{seed}:{call_id}".encode()).digest()
