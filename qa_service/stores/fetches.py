"""Recordings to be fetched, in the database: which are due, who has them, what became of them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from qa_service.core.uploads import Arrival, Fetch, TakenFetch
from qa_service.ports.serving import Receipt
from qa_service.stores.tables import fetches
from qa_service.stores.uploads import REMEMBERED

#: Waits between tries. A link expires: most tries lie in the first minutes. The last is repeated.
SCHEDULE = tuple(timedelta(seconds=s) for s in (3, 10, 30, 60, 120, 300, 600))
#: Whoever fetches says at least this often that it still comes.
LEASE = timedelta(seconds=90)


@dataclass(frozen=True, slots=True)
class Asking:
    """A fetch as it is written down."""

    told: Fetch
    owner: str
    digest: str
    #: Sealed with the master key.
    url: bytes
    cover: str
    request_id: str
    trace: str
    idempotency_key: str


@dataclass(frozen=True, slots=True)
class Row:
    """A fetch as it is kept."""

    told: Fetch
    owner: str
    digest: str
    url: bytes
    cover: str
    request_id: str
    trace: str


def add(connection: sa.Connection, asking: Asking) -> None:
    """Writes down a new fetch; its time has come."""
    told = asking.told
    connection.execute(
        fetches.insert().values(
            id=told.id,
            owner=asking.owner,
            idempotency_key=asking.idempotency_key or None,
            digest=asking.digest,
            url=asking.url,
            host=told.host,
            cover=asking.cover,
            state=told.state.value,
            request_id=asking.request_id,
            trace=asking.trace,
            created_at=told.created_at,
            due_at=told.due_at,
            give_up_at=told.give_up_at,
        )
    )


def find(connection: sa.Connection, fetch_id: str, owner: str) -> Row | None:
    """The fetch, where it is this owner's."""
    return _one(connection, fetches.c.id == fetch_id, fetches.c.owner == owner)


def by_key(connection: sa.Connection, owner: str, key: str) -> Row | None:
    """What was asked under an idempotency key."""
    return _one(connection, fetches.c.owner == owner, fetches.c.idempotency_key == key)


def count_open(connection: sa.Connection, owner: str) -> int:
    """How many fetches of somebody wait."""
    query = sa.select(sa.func.count()).where(fetches.c.owner == owner, fetches.c.state == Arrival.OPEN.value)
    return int(connection.execute(query).scalar_one())


def is_any_due(connection: sa.Connection, leave: Collection[str], *, now: datetime) -> bool:
    """Whether there is anything to take; only reads."""
    return connection.execute(sa.select(fetches.c.id).where(_is_due(leave, now)).limit(1)).first() is not None


def take(connection: sa.Connection, most: int, leave: Collection[str], *, now: datetime) -> Sequence[Row]:
    """Those whose time has come, the longest due first; they are this process's for a while."""
    due = (
        sa.select(fetches)
        .where(_is_due(leave, now))
        .order_by(fetches.c.due_at, fetches.c.id)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    taken = tuple(map(_row, connection.execute(due).all()))
    if taken:
        mine = fetches.c.id.in_([row.told.id for row in taken])
        connection.execute(
            fetches.update().where(mine).values(due_at=now + LEASE, attempts=fetches.c.attempts + 1)
        )
    return taken


def hold(connection: sa.Connection, taken: TakenFetch, *, now: datetime) -> None:
    """It still comes."""
    connection.execute(fetches.update().where(_is_as_taken(taken)).values(due_at=now + LEASE))


def done(connection: sa.Connection, taken: TakenFetch, receipt: Receipt) -> None:
    """It is a call now, whoever fetched it; the address is forgotten."""
    connection.execute(
        fetches.update()
        .where(fetches.c.id == taken.id, fetches.c.state == Arrival.OPEN.value)
        .values(
            state=Arrival.DONE.value,
            call_id=receipt.call_id,
            job_id=receipt.job_id,
            is_duplicate=receipt.is_duplicate,
            error="",
            url=b"",
        )
    )


def failed(connection: sa.Connection, taken: TakenFetch, code: str, *, is_final: bool, now: datetime) -> None:
    """To be tried again, or never. Says nothing where somebody else has it meanwhile."""
    due_at = now + SCHEDULE[min(taken.attempts, len(SCHEDULE)) - 1]
    is_over = is_final or due_at >= taken.give_up_at
    after: dict[str, Any] = {"state": Arrival.FAILED.value, "url": b""} if is_over else {"due_at": due_at}
    connection.execute(fetches.update().where(_is_as_taken(taken)).values(error=code[:100], **after))


def remove(connection: sa.Connection, fetch_id: str) -> None:
    """Forgets a fetch that came to nothing."""
    failed_one = sa.and_(fetches.c.id == fetch_id, fetches.c.state == Arrival.FAILED.value)
    connection.execute(fetches.delete().where(failed_one))


def forget(connection: sa.Connection, *, now: datetime) -> None:
    """Forgets what has been over for long."""
    over = sa.and_(fetches.c.state != Arrival.OPEN.value, fetches.c.give_up_at < now - REMEMBERED)
    connection.execute(fetches.delete().where(over))


def _is_due(leave: Collection[str], now: datetime) -> sa.ColumnElement[bool]:
    return sa.and_(
        fetches.c.state == Arrival.OPEN.value,
        fetches.c.due_at <= now,
        fetches.c.host.not_in(sorted(leave)),
    )


def _is_as_taken(taken: TakenFetch) -> sa.ColumnElement[bool]:
    return sa.and_(
        fetches.c.id == taken.id,
        fetches.c.state == Arrival.OPEN.value,
        fetches.c.attempts == taken.attempts,
    )


def _one(connection: sa.Connection, *which: sa.ColumnElement[bool]) -> Row | None:
    row = connection.execute(sa.select(fetches).where(*which)).first()
    return None if row is None else _row(row)


def _row(row: Any) -> Row:
    told = Fetch(
        id=row.id,
        host=row.host,
        state=Arrival(row.state),
        attempts=row.attempts,
        created_at=row.created_at,
        due_at=row.due_at,
        give_up_at=row.give_up_at,
        call_id=row.call_id,
        job_id=row.job_id,
        error=row.error,
        is_duplicate=row.is_duplicate,
    )
    return Row(told, row.owner, row.digest, row.url, row.cover, row.request_id, row.trace)
