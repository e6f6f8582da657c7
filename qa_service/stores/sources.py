"""Sources in the store: how an administrator keeps them, and which process may collect from one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from qa_service.core.errors import Fenced, UsageError
from qa_service.core.imported import is_brought
from qa_service.core.items import ItemState, Lease
from qa_service.core.people import Sight
from qa_service.core.sources import NewSource, Source, SourceKind
from qa_service.stores.ids import new_id
from qa_service.stores.keys import MasterKey
from qa_service.stores.source_secrets import handling_of, handling_text, place_of, place_text, seal, unseal
from qa_service.stores.tables import source_items, sources
from qa_service.stores.takeover import living

_ENDED_WELL = tuple(s.value for s in (ItemState.TAKEN, ItemState.DUPLICATE, ItemState.SAME_CALL))
#: Nothing, and rows that cannot be read: they are dead letters, and looking again finds no more.
_TOLD = ("", "cdr_row")
#: The rate is so many within this time.
_MINUTE = timedelta(minutes=1)


def add(connection: sa.Connection, key: MasterKey, new: NewSource, *, who: str, now: datetime) -> str:
    """A new source, switched off.

    Raises:
        UsageError: `name_taken`.
    """
    taken = sa.select(sources.c.id).where(sources.c.name == new.name)
    # Calls of such a source alert nobody and are in no figure: no place of recordings may be called so.
    if is_brought(new.name) or connection.execute(taken).first() is not None:
        raise UsageError("name_taken", where="name", problem="is taken", fix="Choose another name")
    source_id = new_id(now)
    connection.execute(
        sources.insert().values(
            id=source_id,
            name=new.name,
            kind=new.kind.value,
            team=new.handling.team,
            place=place_text(new.place),
            handling=handling_text(new.handling),
            secret=seal(key, source_id, new.secrets),
            is_on=False,
            begin_at=new.begin_at or now,
            created_by=who,
            created_at=now,
            due_at=now,
        )
    )
    return source_id


def every(connection: sa.Connection) -> tuple[Source, ...]:
    """All sources, oldest first."""
    return tuple(map(source_of, connection.execute(sa.select(sources).order_by(sources.c.id))))


def find(
    connection: sa.Connection, source_id: str, condition: sa.ColumnElement[bool] | None = None
) -> sa.Row[Any] | None:
    """The row of a source, where the condition holds for it."""
    query = sa.select(sources).where(sources.c.id == source_id)
    return connection.execute(query if condition is None else query.where(condition)).first()


def visible(sight: Sight) -> sa.ColumnElement[bool]:
    """The sources that one may hand calls over to, as a condition."""
    if sight.everything:
        return sa.true()
    return sources.c.team.in_(sight.teams) if sight.teams else sa.false()


def change(connection: sa.Connection, source_id: str, **values: object) -> bool:
    """Answers whether there is such a source."""
    changed = connection.execute(sources.update().where(sources.c.id == source_id).values(**values))
    return bool(changed.rowcount)


def due(connection: sa.Connection, node: str, *, now: datetime, clock: datetime) -> Sequence[str]:
    """The ids of sources whose time has come and that nobody living has; `clock` is the processes' common time."""
    query = sa.select(sources.c.id).where(*_is_free(connection, node, clock), sources.c.due_at <= now)
    return tuple(connection.execute(query.order_by(sources.c.due_at)).scalars())


def take(
    connection: sa.Connection, key: MasterKey, source_id: str, node: str, *, now: datetime, clock: datetime
) -> Lease | None:
    """Takes a source for a process: whoever had it before writes nothing more."""
    taken = connection.execute(
        sources.update()
        .where(sources.c.id == source_id, *_is_free(connection, node, clock))
        .values(node=node, lease=sources.c.lease + 1)
    )
    row = find(connection, source_id) if taken.rowcount else None
    if row is None:
        return None
    source = source_of(row)
    lately = sa.select(sa.func.count()).where(
        source_items.c.source_id == source_id,
        source_items.c.state.in_(_ENDED_WELL),
        source_items.c.ended_at > now - _MINUTE,
    )
    room = source.handling.per_minute - int(connection.execute(lately).scalar_one())
    return Lease(source, row.lease, row.watermark, max(0, room), unseal(key, source_id, row.secret))


def hold(connection: sa.Connection, lease: Lease) -> None:
    """Makes sure, until the transaction ends, that the source is still ours.

    Raises:
        Fenced: it is not.
    """
    _ours(connection, lease, {"lease": lease.fence})


def give_back(
    connection: sa.Connection, lease: Lease, *, watermark: datetime | None, trouble: str, now: datetime
) -> None:
    """The round is over.

    Raises:
        Fenced: somebody else collects from it now.
    """
    wait = timedelta(seconds=lease.source.handling.every_s)
    values = {"node": "", "watermark": watermark, "trouble": trouble, "looked_at": now, "due_at": now + wait}
    _ours(connection, lease, values)
    if lease.source.fill and trouble in _TOLD:
        since, until = lease.source.fill
        connection.execute(
            sources.update()
            .where(
                sources.c.id == lease.source.id,
                sources.c.fill_since == since,
                sources.c.fill_until == until,
            )
            .values(fill_since=None, fill_until=None)
        )


def source_of(row: Any) -> Source:
    """A row of the table as a value, without what is secret."""
    return Source(
        id=row.id,
        name=row.name,
        kind=SourceKind(row.kind),
        place=place_of(row.place),
        handling=handling_of(row.handling),
        begin_at=row.begin_at,
        created_at=row.created_at,
        is_on=row.is_on,
        looked_at=row.looked_at,
        trouble=row.trouble,
        fill=(row.fill_since, row.fill_until) if row.fill_since and row.fill_until else None,
    )


def _is_free(connection: sa.Connection, node: str, clock: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    alive = living(connection, now=clock) - {node}
    return (sources.c.is_on.is_(True), sources.c.node.not_in(alive))


def _ours(connection: sa.Connection, lease: Lease, values: Mapping[str, object]) -> None:
    mine = connection.execute(
        sources.update()
        .where(sources.c.id == lease.source.id, sources.c.lease == lease.fence)
        .values(dict(values))
    )
    if not mine.rowcount:
        raise Fenced
