"""Stored measurements of many calls, one after the other: a fair sample of the newest ones, in short reads."""

from __future__ import annotations

import hashlib
import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from qa_service.core.errors import EnvelopeError
from qa_service.core.lists import Filter
from qa_service.core.measured import MeasuredCall
from qa_service.core.people import Asked, Sight
from qa_service.core.stored import StoredCall
from qa_service.ports.rescoring import Former
from qa_service.stores import audit, calls, lists, results
from qa_service.stores.engine import reading
from qa_service.stores.former import former
from qa_service.stores.workbench import Shelves

#: Calls that a sample is drawn from, the newest of each line that was asked for.
MOST_CALLS = 50_000
_AT_ONCE = 2_000
_ANY = Filter()


@dataclass(frozen=True, slots=True)
class Sought:
    """Which calls, and how many of them; without lines those of every line."""

    most: int
    seed: int
    lines: tuple[str, ...] = ()
    within: Filter = _ANY


@dataclass(frozen=True, slots=True)
class Drawn:
    """The calls of a sample, newest first, and how many it was drawn from."""

    places: tuple[lists.Place, ...]
    candidates: int


@dataclass(frozen=True, slots=True)
class StoredMeasures:
    """Reads; that somebody did is written down once."""

    shelves: Shelves

    def draw(self, asked: Asked, sought: Sought, why: str, action: str = "rulebook_tune") -> Drawn:
        """The calls whose ids, hashed with the seed, come first: the same ones every time, and none more likely.

        `action` and `why` are what the audit log says was done, and to what.
        """
        counted = 0

        def candidates() -> Iterator[lists.Place]:
            nonlocal counted
            for line in sought.lines or ("",):
                for place in self._newest(asked.caller.sight, replace(sought.within, line=line)):
                    counted += 1
                    yield place

        drawn = heapq.nsmallest(sought.most, candidates(), key=lambda place: _rank(place.id, sought.seed))
        detail = {"calls": len(drawn), "seed": sought.seed, "lines": list(sought.lines)}
        with self.shelves.engine.begin() as connection:
            entry = audit.Entry(asked.caller.id, action, why, detail, asked.request_id)
            audit.write(connection, entry, now=self.shelves.now())
        return Drawn(tuple(sorted(drawn, key=lambda place: -place.seq)), counted)

    def read(
        self, asked: Asked, places: Sequence[lists.Place]
    ) -> Iterator[tuple[StoredCall | None, MeasuredCall | None]]:
        """Each call and what was measured of it: no call where it is gone, nothing where none can be read."""
        for place in places:
            with reading(self.shelves.engine) as connection:
                call = calls.find(connection, place.id, asked.caller.sight)
                try:
                    kept = results.measured_call(connection, place.id) if call else None
                except EnvelopeError:  # damaged, or a newer version's: one call less
                    kept = None
            yield call, kept.call if kept else None

    def former(self, call: StoredCall, rulebook: str) -> Former | None:
        """What the machine made of a call before, by the rulebook of this name or the listed one."""
        with reading(self.shelves.engine) as connection:
            return former(connection, call, rulebook)

    def _newest(self, sight: Sight, wanted: Filter) -> Iterator[lists.Place]:
        before, left = None, MOST_CALLS
        while left > 0:
            with reading(self.shelves.engine) as connection:
                page = lists.places(connection, sight, wanted, limit=min(left, _AT_ONCE), before=before)
            yield from page
            left -= len(page)
            if len(page) < _AT_ONCE:
                return
            before = page[-1].seq


def _rank(call_id: str, seed: int) -> bytes:
    return hashlib.sha256(f"{seed}:{call_id}".encode()).digest()
