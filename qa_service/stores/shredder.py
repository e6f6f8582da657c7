"""Carries deletions out: what classes in force take, what was asked for, and what a dead process left half done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
import structlog

from qa_service.core.errors import DatabaseAway
from qa_service.core.keeping import CallPart, RetentionClass
from qa_service.stores import deletion, due, renditions, retention
from qa_service.stores.deletion import Marked
from qa_service.stores.engine import reading, time_of
from qa_service.stores.squeeze import cut_log, rest, squeeze
from qa_service.stores.workbench import Shelves

log = structlog.get_logger()

#: Calls in one transaction: whoever uploads waits for no more than these.
BATCH = 50


def carry_on() -> bool:
    """For whoever is asked by nobody to stop."""
    return True


@dataclass(frozen=True, slots=True)
class Shredder:
    """Deletes; any number may work beside one another."""

    shelves: Shelves
    batch: int = BATCH
    pause: Callable[[], None] = rest
    #: The server's time: a machine whose clock is years ahead must not delete what is not due.
    time_in: Callable[[sa.Connection, Callable[[], datetime]], datetime] = time_of

    def run(self, go_on: Callable[[], bool] = carry_on) -> Counter[str]:
        """Everything that is due now, as long as `go_on` says so; answers how many sounds, texts and rests went.

        `stuck` are those that the object store did not let go: they stay marked, and are tried at the next run.
        """
        gone = self.finish_all(go_on)
        for wanted in self._in_force():
            after = 0
            while go_on() and (found := self._candidates(wanted, after)):
                after = found[-1].seq
                ids = [one.call_id for one in found]
                self._mark(wanted, ids)
                gone.update(self.finish_calls(ids))
                self.pause()
        if gone[CallPart.TEXT.value] or gone[CallPart.REST.value]:
            self._squeeze(go_on)
        return gone

    def finish_all(self, go_on: Callable[[], bool] = carry_on) -> Counter[str]:
        """Finishes what was decided; what the object store does not let go stays marked for the next time."""
        gone, after = Counter[str](), 0
        while go_on():
            with reading(self.shelves.engine) as connection:
                found = deletion.pending(connection, after=after, limit=self.batch)
            if not found:
                return gone
            after = found[-1].seq
            gone.update(self._finish(found))
        return gone

    def finish_calls(self, call_ids: Sequence[str]) -> Counter[str]:
        """Finishes what was decided about these calls."""
        with reading(self.shelves.engine) as connection:
            found = deletion.pending_of(connection, call_ids)
        return self._finish(found)

    def _finish(self, found: Sequence[Marked]) -> Counter[str]:
        freed = [one for one in found if self._is_object_gone(one)]
        gone = Counter({"stuck": len(found) - len(freed)})
        with self.shelves.engine.begin() as connection:
            counts = deletion.finish(connection, freed, now=self.shelves.now())
        gone.update({part.value: count for part, count in counts.items()})
        return gone

    def _is_object_gone(self, one: Marked) -> bool:
        try:
            renditions.forget(self.shelves, one.call_id)
            if one.audio_key:
                self.shelves.sounds.delete(one.audio_key)
        except (DatabaseAway, OSError) as error:
            log.warning("object_not_deleted", call_id=one.call_id, code=type(error).__name__)
            return False
        return True

    def _in_force(self) -> Sequence[RetentionClass]:
        with reading(self.shelves.engine) as connection:
            return [one for one in retention.every(connection) if one.in_force_at is not None]

    def _candidates(self, wanted: RetentionClass, after: int) -> Sequence[due.Due]:
        with reading(self.shelves.engine) as connection:
            now = self.time_in(connection, self.shelves.now)
            return due.candidates(connection, wanted, now, after=after, limit=self.batch)

    def _mark(self, wanted: RetentionClass, call_ids: Sequence[str]) -> None:
        """Looks again before it decides: the class may have been changed, a hold placed meanwhile."""
        with self.shelves.engine.begin() as connection:
            now = self.time_in(connection, self.shelves.now)
            current = next((one for one in retention.every(connection) if one.name == wanted.name), None)
            if current is not None and current.in_force_at is not None:
                deletion.mark_due(connection, current, now, call_ids)

    def _squeeze(self, go_on: Callable[[], bool]) -> None:
        """Nothing of what was deleted stays readable in SQLite's files."""
        squeeze(self.shelves.engine, go_on, self.pause)
        cut_log(self.shelves.engine, go_on, self.pause)
