"""Legal holds: while one stands on a call, nothing of it is deleted."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from qa_service.core.errors import UsageError
from qa_service.core.keeping import Chosen, Held, Hold
from qa_service.core.people import Caller, Sight
from qa_service.stores.calls import visible
from qa_service.stores.chosen import chosen_ids, refuse_missing
from qa_service.stores.engine import is_sqlite
from qa_service.stores.ids import new_id
from qa_service.stores.tables import call_keeping, calls, hold_calls, holds

#: Any number: names our lock among PostgreSQL's.
_LOCK = 7_146_234


def one_decides(connection: sa.Connection) -> None:
    """Until the transaction ends nobody else places a hold or decides on a deletion.

    Without it a hold and a decision that begin together would both find the call free.
    """
    if not is_sqlite(connection):
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))


def standing() -> sa.Select[Any]:
    """The ids of all calls under a hold that stands, as a query."""
    under = hold_calls.join(holds, holds.c.id == hold_calls.c.hold_id)
    return sa.select(hold_calls.c.call_id).select_from(under).where(holds.c.lifted_at.is_(None))


def is_held(connection: sa.Connection, call_id: str) -> bool:
    """Whether a hold stands on the call."""
    query = standing().where(hold_calls.c.call_id == call_id).limit(1)
    return connection.execute(query).first() is not None


def place(connection: sa.Connection, by: Caller, chosen: Chosen, because: str, *, now: datetime) -> Held:
    """Places a hold on the chosen calls that `by` sees; those that are being deleted come too late.

    Raises:
        NotAllThere: `calls_missing`: some that were named are not there, or not seen.
        UsageError: `hold_of_nothing`: who means to keep something and keeps nothing learns it at once.
    """
    one_decides(connection)
    refuse_missing(connection, by.sight, chosen)
    hold_id = new_id(now)
    placing = {"id": hold_id, "because": because, "placed_by": by.id, "placed_at": now, "calls": 0}
    connection.execute(holds.insert().values(**placing, is_centre_wide=not by.is_bound))
    going = sa.select(call_keeping.c.call_id).where(call_keeping.c.marked != "")
    placed = too_late = 0
    for ids in chosen_ids(connection, by.sight, chosen):
        fit = ids.where(calls.c.id.not_in(going))
        count = _count(connection, fit)
        placed, too_late = placed + count, too_late + _count(connection, ids) - count
        rows = fit.with_only_columns(sa.literal(hold_id), calls.c.id)
        connection.execute(hold_calls.insert().from_select(["hold_id", "call_id"], rows))
    if chosen.filter is not None and not placed and not too_late:
        raise UsageError(
            "hold_of_nothing", problem="no call fits", fix="Check the filter: a list shows what fits"
        )
    connection.execute(holds.update().where(holds.c.id == hold_id).values(calls=placed))
    return Held(hold_id, placed, too_late)


def every(connection: sa.Connection, sight: Sight) -> tuple[Hold, ...]:
    """The holds that somebody may know of, newest first: those on calls that they see.

    Who has a border learns how many of their own calls a hold keeps, and of the centre's not why it was placed.
    """
    query = sa.select(holds).order_by(holds.c.placed_at.desc(), holds.c.id.desc())
    if sight.everything:
        return tuple(map(_hold_of, connection.execute(query)))
    seen = _on(visible(sight)).add_columns(sa.func.count().label("seen")).group_by(hold_calls.c.hold_id)
    own = seen.subquery()
    rows = connection.execute(query.add_columns(own.c.seen).join(own, own.c.hold_id == holds.c.id))
    return tuple(_within(_hold_of(row), row.seen) for row in rows)


def _within(hold: Hold, seen: int) -> Hold:
    """A hold as somebody with a border sees it."""
    if not hold.is_centre_wide:
        return replace(hold, calls=seen)
    return replace(hold, calls=seen, because="", lifted_because="")


def lift(connection: sa.Connection, by: Caller, hold_id: str, because: str, *, now: datetime) -> bool:
    """Lifts a hold that stands, where `by` may know of it.

    Raises:
        UsageError: `centre_only`: it is the centre's, or holds calls of others too.
    """
    standing = holds.c.id == hold_id, holds.c.lifted_at.is_(None)
    query = sa.select(holds.c.is_centre_wide).where(*standing)
    if not by.sight.everything:
        query = query.where(holds.c.id.in_(_on(visible(by.sight))))
    found = connection.execute(query).first()
    if found is None:
        return False
    if found.is_centre_wide or _holds_others(connection, by.sight, hold_id):
        by.check_centre()
    lifting = holds.update().where(*standing).values(lifted_at=now, lifted_by=by.id, lifted_because=because)
    return bool(connection.execute(lifting).rowcount)


def _holds_others(connection: sa.Connection, sight: Sight, hold_id: str) -> bool:
    """Whether a hold stands on calls that are not seen."""
    if sight.everything:
        return False
    return (
        connection.execute(_on(sa.not_(visible(sight))).where(hold_calls.c.hold_id == hold_id)).first()
        is not None
    )


def _count(connection: sa.Connection, ids: sa.Select[Any]) -> int:
    return connection.execute(sa.select(sa.func.count()).select_from(ids.subquery())).scalar_one()


def _on(condition: sa.ColumnElement[bool]) -> sa.Select[Any]:
    """The ids of holds on calls of this kind."""
    placed = hold_calls.join(calls, calls.c.id == hold_calls.c.call_id)
    return sa.select(hold_calls.c.hold_id).select_from(placed).where(condition)


def _hold_of(row: Any) -> Hold:
    return Hold(
        id=row.id,
        because=row.because,
        placed_by=row.placed_by,
        placed_at=row.placed_at,
        calls=row.calls,
        is_centre_wide=row.is_centre_wide,
        lifted_at=row.lifted_at,
        lifted_by=row.lifted_by,
        lifted_because=row.lifted_because,
    )
