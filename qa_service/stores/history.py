"""The port `CallHistory` on a database: two or three reads of an index, of at most so many rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from qa_service.core.calls import Direction
from qa_service.core.history import Contact, History, Talk, Talks
from qa_service.core.speech import Role
from qa_service.core.stored import StoredCall
from qa_service.stores import evaluated
from qa_service.stores.patience import looking
from qa_service.stores.tables import calls
from qa_service.stores.tables.calls import OF_SOMEBODY

#: Rows read of one customer: twice what a rule may ask for (rulebook/bounds.py). A test line's own number,
#: with thousands of calls a day, costs no more than that.
MOST = 200


#: Calls of a customer of which the words are read: each is a document of some ten kilobytes.
MOST_READ = 10


@dataclass(frozen=True, slots=True)
class StoreHistory:
    """Answers from what is stored now."""

    engine: sa.Engine
    most: int = MOST
    most_read: int = MOST_READ

    def of(self, call: StoredCall, reach: timedelta) -> History:
        """The customer's other calls that began less than `reach` before this one and not after it."""
        began, customer = call.envelope.started_at, call.envelope.customer
        if began is None or not customer:
            return History(since=call.created_at)
        since = began - reach
        return looking(self.engine, lambda connection: self._read(connection, call, (since, began)))

    def talks(self, call: StoredCall, reach: timedelta) -> Talks:
        """What was said in the customer's other calls of the same team."""
        began, customer = call.envelope.started_at, call.envelope.customer
        if began is None or not customer:
            return Talks()
        window = (began - reach, began)
        return looking(self.engine, lambda connection: self._talks(connection, call, window))

    def _talks(self, connection: sa.Connection, call: StoredCall, window: tuple[datetime, datetime]) -> Talks:
        of_team = _dated(call, window, self.most + 1).where(calls.c.team == call.team)
        rows = _once(connection.execute(of_team).all(), call)
        found = [_talk(connection, row) for row in rows[: self.most_read]]
        talks = tuple(talk for talk in found if talk is not None)
        return Talks(talks, len(rows) - len(talks))

    def _read(
        self, connection: sa.Connection, call: StoredCall, window: tuple[datetime, datetime]
    ) -> History:
        rows = connection.execute(_dated(call, window, self.most + 1)).all()
        undated = connection.execute(_undated(call, window[0], self.most)).scalar_one()
        return History(
            since=window[0],
            contacts=tuple(_contact(row) for row in _once(rows[: self.most], call)),
            is_cut=len(rows) > self.most,
            undated=undated,
            known_since=_known_since(connection),
        )


def _others(call: StoredCall) -> sa.ColumnElement[bool]:
    return sa.and_(calls.c.customer == call.envelope.customer, calls.c.id != call.id)


def _dated(call: StoredCall, window: tuple[datetime, datetime], most: int) -> sa.Select[Any]:
    since, began = window
    columns = (calls.c.started_at, calls.c.direction, calls.c.line, calls.c.skill_group)
    names = (calls.c.external_id, calls.c.sha256, calls.c.id)
    query = sa.select(*columns, *names).where(
        _others(call), calls.c.started_at > since, calls.c.started_at <= began
    )
    return query.order_by(calls.c.started_at.desc()).limit(most)


def _undated(call: StoredCall, since: datetime, most: int) -> sa.Select[Any]:
    """Calls of an unknown start that may have begun in the window: they came in after it opened, and before this."""
    some = (
        sa.select(calls.c.id)
        .where(_others(call), calls.c.started_at.is_(None))
        .where(calls.c.created_at > since, calls.c.created_at <= call.created_at)
        .limit(most)
    )
    return sa.select(sa.func.count()).select_from(some.subquery())


def _known_since(connection: sa.Connection) -> datetime | None:
    """When the first call of a customer came in that is still there, or when it began: back-filled ones are older."""
    row = connection.execute(_first()).first()
    return None if row is None else min(row.created_at, row.started_at or row.created_at)


def _first() -> sa.Select[Any]:
    query = sa.select(calls.c.created_at, calls.c.started_at).where(OF_SOMEBODY)
    return query.order_by(calls.c.created_at, calls.c.seq).limit(1)


def _once(rows: Sequence[Any], call: StoredCall) -> list[Any]:
    """One row a call: a recording that was sent twice, or the judged one sent again, is no other call."""
    met = {(call.envelope.started_at, call.envelope.call_id or call.sha256 or call.id)}
    kept = []
    for row in rows:
        name = (row.started_at, row.external_id or row.sha256 or row.id)
        if name not in met:
            kept.append(row)
        met.add(name)
    return kept


def _contact(row: Any) -> Contact:
    return Contact(row.started_at, Direction(row.direction), row.line, row.skill_group)


def _talk(connection: sa.Connection, row: Any) -> Talk | None:
    """What was said in a call, as its listed evaluation has it; None where there is none with its words."""
    document = evaluated.current(connection, row.id)
    if document is None:
        return None
    said = [one for one in document["utterances"] if one["unreliable"] is None]
    return Talk(row.started_at, tuple((Role(one["role"]), one["text"]) for one in said))
