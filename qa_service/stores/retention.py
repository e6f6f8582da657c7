"""Retention classes, and which class a call has."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from qa_service.core.errors import RecordingError, UsageError
from qa_service.core.keeping import CallPart, Chosen, RetentionClass
from qa_service.core.people import Sight
from qa_service.stores.chosen import chosen_ids, refuse_missing
from qa_service.stores.tables import call_keeping, call_routes, calls, retention_classes

#: Calls beside what was decided about keeping them.
WITH_KEEPING = calls.outerjoin(call_keeping, call_keeping.c.call_id == calls.c.id).outerjoin(
    call_routes, call_routes.c.call_id == calls.c.id
)
#: So many ids are named in one statement.
_AT_ONCE = 500


def own_class() -> sa.ColumnElement[str]:
    """The class that people gave a call, else the one that its route names; empty where neither names any."""
    kept, routed = call_keeping.c.retention, call_routes.c.retention
    return sa.func.coalesce(sa.func.nullif(kept, ""), sa.func.nullif(routed, ""), "")


def every(connection: sa.Connection) -> tuple[RetentionClass, ...]:
    """All classes, by name."""
    rows = connection.execute(sa.select(retention_classes).order_by(retention_classes.c.name))
    return tuple(map(_class_of, rows))


def find(connection: sa.Connection, name: str) -> RetentionClass:
    """The class of this name.

    Raises:
        UsageError: `no_such_class`.
    """
    row = connection.execute(sa.select(retention_classes).where(retention_classes.c.name == name)).first()
    if row is None:
        raise UsageError(
            "no_such_class",
            where="name",
            problem=f"there is no retention class {name!r}",
            fix="Make it first: PUT /api/v1/retention/classes/{name}",
        )
    return _class_of(row)


def keep(connection: sa.Connection, wanted: RetentionClass, *, by: str, now: datetime) -> None:
    """Makes or changes a class; a change waits until somebody puts the class in force again."""
    days = {
        "sound_days": wanted.sound_days,
        "text_days": wanted.text_days,
        "rest_days": wanted.rest_days,
        "keeps_figures": wanted.keeps_figures,
        "in_force_at": None,
        "changed_by": by,
        "changed_at": now,
    }
    table = retention_classes
    if not connection.execute(table.update().where(table.c.name == wanted.name).values(**days)).rowcount:
        connection.execute(table.insert().values(name=wanted.name, is_default=False, **days))


def switch(connection: sa.Connection, name: str, *, by: str, in_force_at: datetime | None) -> bool:
    """Puts a class in force, or out of it; answers whether there is such a class."""
    table = retention_classes
    changed = connection.execute(
        table.update().where(table.c.name == name).values(in_force_at=in_force_at, changed_by=by)
    )
    return bool(changed.rowcount)


def set_default(connection: sa.Connection, name: str) -> None:
    """The class of calls that have none of their own; none where the name is empty."""
    if name:
        find(connection, name)
    connection.execute(retention_classes.update().values(is_default=retention_classes.c.name == name))


def assign(connection: sa.Connection, call_ids: Sequence[str], name: str) -> int:
    """Gives calls a class of their own, or takes it away (empty name); answers how many calls there were.

    Raises:
        UsageError: `no_such_class`.
    """
    if name:
        find(connection, name)
    return sum(
        _assign(connection, sa.select(calls.c.id).where(calls.c.id.in_(call_ids[at : at + _AT_ONCE])), name)
        for at in range(0, len(call_ids), _AT_ONCE)
    )


def assign_chosen(connection: sa.Connection, sight: Sight, chosen: Chosen, name: str) -> int:
    """As `assign`, for the calls that somebody chose among those that they see.

    Raises:
        UsageError: `no_such_class`.
        NotAllThere: `calls_missing`: some that were named are not there, or not seen.
    """
    if name:
        find(connection, name)
    refuse_missing(connection, sight, chosen)
    return sum(_assign(connection, ids, name) for ids in chosen_ids(connection, sight, chosen))


def _assign(connection: sa.Connection, ids: sa.Select[Any], name: str) -> int:
    keeping = call_keeping.c
    count = connection.execute(sa.select(sa.func.count()).select_from(ids.subquery())).scalar_one()
    connection.execute(call_keeping.update().where(keeping.call_id.in_(ids)).values(retention=name))
    without = ids.add_columns(sa.literal(name)).where(calls.c.id.not_in(sa.select(keeping.call_id)))
    connection.execute(call_keeping.insert().from_select(["call_id", "retention"], without))
    return count


def class_of(connection: sa.Connection, call_id: str) -> RetentionClass | None:
    """The class that a call has: its own, its route's, or the default one; None where there is none."""
    named = sa.select(own_class()).select_from(WITH_KEEPING).where(calls.c.id == call_id)
    own = connection.execute(named).scalar()
    by_name = retention_classes.c.name == own if own else retention_classes.c.is_default
    row = connection.execute(sa.select(retention_classes).where(by_name)).first()
    return None if row is None else _class_of(row)


def refuse_deleted(connection: sa.Connection, call_id: str) -> None:
    """Makes sure, until the transaction ends, that the words of a call may be written.

    Whoever deletes takes the call's row first, as this does: one of the two comes second and sees the other.

    Raises:
        RecordingError: `call_deleted`: they were deleted, or are being deleted.
    """
    connection.execute(sa.select(calls.c.id).where(calls.c.id == call_id).with_for_update())
    row = connection.execute(sa.select(call_keeping).where(call_keeping.c.call_id == call_id)).first()
    if row is not None and (row.text_gone_at or CallPart.TEXT.value in row.marked.split()):
        raise RecordingError(
            "call_deleted",
            where=call_id,
            problem="what was said in this call was deleted",
            fix="Nothing can be done with it any more",
        )


def refuse_gone(connection: sa.Connection, call_id: str) -> None:
    """Says of a call without words that they were deleted.

    Raises:
        RecordingError: `text_deleted`.
    """
    gone = sa.select(call_keeping.c.text_gone_at).where(call_keeping.c.call_id == call_id)
    if connection.execute(gone).scalar() is not None:
        raise RecordingError(
            "text_deleted", where=call_id, problem="what was said in this call was deleted", fix="It is gone"
        )


def _class_of(row: Any) -> RetentionClass:
    return RetentionClass(
        name=row.name,
        sound_days=row.sound_days,
        text_days=row.text_days,
        rest_days=row.rest_days,
        keeps_figures=row.keeps_figures,
        is_default=row.is_default,
        in_force_at=row.in_force_at,
    )
