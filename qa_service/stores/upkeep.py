"""What a service has to put away and to seal from time to time: sessions, keys, leftovers, the end of the audit log."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

import sqlalchemy as sa

from qa_service.core.errors import UsageError
from qa_service.core.schedules import Turn
from qa_service.stores import audit
from qa_service.stores.audit import Head
from qa_service.stores.engine import reading
from qa_service.stores.repeats import REMEMBERED
from qa_service.stores.shredder import Shredder
from qa_service.stores.squeeze import squeeze
from qa_service.stores.tables import audit_checkpoints, calls, idempotency, sessions
from qa_service.stores.workbench import Shelves

#: An upload that was sealed is written down in the same second; after a day it will not be any more.
_OLDEST, _YOUNGEST = timedelta(days=8), timedelta(days=1)
_OURS = re.compile(r"[0-9a-f]{4}/([0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12})\.sealed")
_AT_ONCE = 200
#: What a checkpoint's seal belongs to.
_SEALS = "audit"


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
        gone = Shredder(self.shelves).finish_all(go_on)
        return {
            "sessions": ended,
            "idempotency_keys": forgotten,
            "deletions": sum(gone.values()) - gone["stuck"],
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
        """The search index in one piece again."""
        return {"steps": squeeze(self.shelves.engine, go_on)}

    def checkpoint(self, turn: Turn, go_on: Callable[[], bool]) -> Mapping[str, object]:  # noqa: ARG002
        """Checks what was written since the last checkpoint, and seals the end.

        Raises:
            UsageError: `audit_broken`: somebody changed, cut off or wrote anew what stood there.
        """
        with reading(self.shelves.engine) as connection:
            kept, end = self._last(connection), audit.head(connection)
            broken_at = audit.broken_since(connection, kept)
        if broken_at is not None:
            raise _broken(broken_at)
        if end.seq > kept.seq:
            seal = self.shelves.key.wrap(f"{end.seq}:{end.digest}".encode(), _SEALS)
            row = {"seq": end.seq, "digest": end.digest, "at": self.shelves.now(), "seal": seal}
            with self.shelves.engine.begin() as connection:
                connection.execute(audit_checkpoints.insert().values(**row))
        return {"entries": end.seq, "head": end.digest}

    def _last(self, connection: sa.Connection) -> Head:
        newest = sa.select(audit_checkpoints).order_by(audit_checkpoints.c.seq.desc()).limit(1)
        row = connection.execute(newest).first()
        if row is None:
            return Head(0, audit.FIRST)
        try:
            sealed = self.shelves.key.unwrap(row.seal, _SEALS)
        except UsageError:
            raise _broken(row.seq) from None
        if sealed != f"{row.seq}:{row.digest}".encode():
            raise _broken(row.seq)
        return Head(row.seq, row.digest)

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


def _broken(seq: int) -> UsageError:
    return UsageError(
        "audit_broken",
        where=f"audit {seq}",
        problem="the audit log is not what was written",
        fix="Compare it with a backup, and find out who can write to the database",
        seq=seq,
    )
