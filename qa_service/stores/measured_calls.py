"""Stored measurements of many calls, one after the other: a fair sample of the newest ones, in short reads."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from qa_service.core.errors import EnvelopeError
from qa_service.core.measured import MeasuredCall
from qa_service.core.people import Asked
from qa_service.core.rescores import Selection
from qa_service.core.stored import StoredCall
from qa_service.ports.rescoring import Former
from qa_service.stores import audit, calls, lists, results
from qa_service.stores.drawing import Drawn, draw
from qa_service.stores.engine import reading
from qa_service.stores.former import formers
from qa_service.stores.workbench import Shelves

#: Calls that a sample is drawn from, the newest of each line that was asked for.
MOST_CALLS = 50_000


@dataclass(frozen=True, slots=True)
class StoredMeasures:
    """Reads; that somebody did is written down once."""

    shelves: Shelves

    def draw(self, asked: Asked, sought: Selection, why: str, action: str = "rulebook_tune") -> Drawn:
        """The calls whose ids, hashed with the seed, come first: the same ones every time, and none more likely.

        `action` and `why` are what the audit log says was done, and to what.
        """
        found = draw(self.shelves.engine, replace(sought, sight=asked.caller.sight), MOST_CALLS)
        detail = {"calls": len(found.places), "seed": sought.seed, "lines": list(sought.lines)}
        with self.shelves.engine.begin() as connection:
            entry = audit.Entry(asked.caller.id, action, why, detail, asked.request_id)
            audit.write(connection, entry, now=self.shelves.now())
        return found

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
            return formers(connection, [call], rulebook).get(call.id)
