"""What a service has to put away and to seal from time to time: sessions, keys, leftovers, the end of the audit log."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

import sqlalchemy as sa

from qa_service.core.errors import UsageError
from qa_service.core.keeping import CallPart
from qa_service.core.schedules import Task, Turn
from qa_service.stores import audit, rescore_runs, timetable, tries
from qa_service.stores.engine import reading, time_of
from qa_service.stores.repeats import REMEMBERED
from qa_service.stores.seals import Seals
from qa_service.stores.shredder import Shredder
from qa_service.stores.squeeze import cut_log, squeeze
from qa_service.stores.tables import calls, idempotency, sessions
from qa_service.stores.workbench import Shelves

#: An upload that was sealed is written down in the same second; after a day it will not be any more.
_OLDEST, _YOUNGEST = timedelta(days=8), timedelta(days=1)
_OURS = re.compile(r"[0-9a-f]{4}/([0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12})\.sealed")
_AT_ONCE = 200
#: What a run of re-scoring proposed for single calls is kept for so long after its end.
_RESCORED = timedelta(days=90)
#: Every night so much of the audit log is read again: all of it in a week. A piece is one transaction's.
_PARTS, _PIECE = 7, 20_000


@dataclass(frozen=True, slots=True)
class Upkeep:
    """Each of these is safe to do twice, and to break off."""

    shelves: Shelves

    def clean(self, turn: Turn, go_on: Callable[[], bool]) -> Mapping[str, object]:  # noqa: ARG002
        """Sessions that are over, keys of uploads nobody repeats any more, deletions left half done."""
        now = self.shelves.now()
        with self.shelves.engine.begin() as connection:
            ended = connection.execute(sessions.delete().where(sessions.c.expires_at < now)).rowcount
            old = idempotency.c.created_at < now - REMEMBERED
            forgotten = connection.execute(idempotency.delete().where(old)).rowcount
            tries.forget(connection, now=now)
            rescores = rescore_runs.forget_old(connection, now - _RESCORED)
        gone = Shredder(self.shelves).finish_all(go_on)
        if gone[CallPart.TEXT.value] or gone[CallPart.REST.value]:
            with self.shelves.engine.begin() as connection:
                timetable.ask_for(connection, Task.SEARCH_INDEX, time_of(connection, self.shelves.now))
        return {
            "sessions": ended,
            "idempotency_keys": forgotten,
            "deletions": sum(gone.values()) - gone["stuck"],
            "rescores": rescores,
        }

    def sweep(self, turn: Turn, go_on: Callable[[], bool]) -> Mapping[str, object]:  # noqa: ARG002
        """Sealed recordings of the last week whose upload died before the call was written down.

        Nobody can open them: their key was never kept.
        """
        now, removed, seen = self.shelves.now(), 0, 0
        between = self._sealed_between(now - _OLDEST, now - _YOUNGEST)
        while go_on() and (keys := tuple(islice(between, _AT_ONCE))):
            named = {key: match[1] for key in keys if (match := _OURS.fullmatch(key))}
            with reading(self.shelves.engine) as connection:
                query = sa.select(calls.c.id).where(calls.c.id.in_(named.values()))
                known = set(connection.execute(query).scalars())
            seen += len(named)
            for key in (key for key, call_id in named.items() if call_id not in known):
                self.shelves.sounds.delete(key)
                removed += 1
        return {"seen": seen, "removed": removed}

    def merge(self, turn: Turn, go_on: Callable[[], bool]) -> Mapping[str, object]:  # noqa: ARG002
        """The search index in one piece again, and nothing of what was deleted in SQLite's log."""
        steps = squeeze(self.shelves.engine, go_on)
        return {"steps": steps, "log_cut": cut_log(self.shelves.engine, go_on)}

    def checkpoint(self, turn: Turn, go_on: Callable[[], bool]) -> Mapping[str, object]:
        """Checks the seals, what was written since the last one, and a seventh of the rest; then seals the end.

        Raises:
            UsageError: `audit_broken`: somebody changed, cut off or wrote anew what stood there.
        """
        seals = Seals(self.shelves.key)
        with reading(self.shelves.engine) as connection:
            (kept, _), end = seals.last(connection), audit.head(connection)
            _refuse(seals.broken(connection))
        part = turn.fence % _PARTS
        again = (kept.seq * part // _PARTS, kept.seq * (part + 1) // _PARTS)
        for after, until in (*_pieces(kept.seq, end.seq), *_pieces(*again)):
            if not go_on():
                return {"entries": kept.seq, "head": kept.digest}
            with reading(self.shelves.engine) as connection:
                _refuse(audit.broken_between(connection, after, until))
        if end.seq > kept.seq:
            with self.shelves.engine.begin() as connection:
                seals.set(connection, end, now=self.shelves.now())
        return {"entries": end.seq, "head": end.digest, "read_again": again[1] - again[0]}

    def _sealed_between(self, oldest: datetime, youngest: datetime) -> Iterator[str]:
        """The keys of recordings that came between the two: names of calls begin with the time."""
        first, last = _begins(oldest), _begins(youngest)
        for number in range(int(first[:4], 16), int(last[:4], 16) + 1):
            for key in self.shelves.sounds.keys(f"{number:04x}"):
                if first <= key[5:18].replace("-", "") < last:
                    yield key


def _begins(moment: datetime) -> str:
    """How the ids begin that are given then (stores/ids.py), without hyphens."""
    return f"{int(moment.timestamp() * 1_000):012x}"


def _pieces(after: int, until: int) -> Iterator[tuple[int, int]]:
    """Nobody's transaction stays open for long."""
    return ((first, min(until, first + _PIECE)) for first in range(after, until, _PIECE))


def _refuse(seq: int | None) -> None:
    """Goes on where nothing is broken."""
    if seq is not None:
        raise UsageError(
            "audit_broken",
            where=f"audit {seq}",
            problem="the audit log is not what was written",
            fix="Compare it with a backup, and find out who can write to the database",
            seq=seq,
        )
