"""Uploads in pieces, in the database: how far each is, and where its pieces lie."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from qa_service.core.people import Asked
from qa_service.core.uploads import Arrival, PartUpload
from qa_service.ports.serving import Receipt
from qa_service.stores.engine import UtcTime
from qa_service.stores.finishing import LEASE
from qa_service.stores.tables import upload_pieces, uploads

#: An upload that nobody goes on with is thrown away after this.
UNFINISHED = timedelta(hours=24)
#: As long as it can be asked what became of one (as idempotency keys are remembered).
REMEMBERED = timedelta(hours=48)


@dataclass(frozen=True, slots=True)
class Piece:
    """Some bytes of an upload, sealed."""

    start: int
    size: int
    object_key: str
    #: Wrapped with the master key.
    data_key: bytes


@dataclass(frozen=True, slots=True)
class Kept:
    """An upload with what is kept beside it."""

    told: PartUpload
    owner: str
    digest: str
    cover: str
    request_id: str
    pieces: int
    trace: str = ""


def add(connection: sa.Connection, kept: Kept, key: str, *, now: datetime) -> None:
    """Writes down a new upload; nothing of it is there."""
    told = kept.told
    connection.execute(
        uploads.insert().values(
            id=told.id,
            owner=kept.owner,
            idempotency_key=key or None,
            digest=kept.digest,
            length=told.length,
            cover=kept.cover,
            state=told.state.value,
            request_id=kept.request_id,
            trace=kept.trace,
            created_at=now,
            touched_at=now,
            expires_at=told.expires_at,
        )
    )


def find(connection: sa.Connection, upload_id: str, owner: str) -> Kept | None:
    """The upload, where it is this owner's."""
    return _one(connection, uploads.c.id == upload_id, uploads.c.owner == owner)


def by_key(connection: sa.Connection, asked: Asked, key: str) -> Kept | None:
    """The upload that was begun under an idempotency key."""
    return _one(connection, uploads.c.owner == asked.caller.id, uploads.c.idempotency_key == key)


def count_open(connection: sa.Connection, owner: str) -> int:
    """How many uploads somebody has under way."""
    query = sa.select(sa.func.count()).where(uploads.c.owner == owner, uploads.c.state == Arrival.OPEN.value)
    return int(connection.execute(query).scalar_one())


def grow(connection: sa.Connection, upload_id: str, piece: Piece, *, now: datetime) -> bool:
    """Adds a piece where the upload ends; False where it ends elsewhere by now, or is over.

    Whoever adds the last one holds the upload, and makes a call of it.
    """
    end = piece.start + piece.size
    grown = connection.execute(
        uploads.update()
        .where(
            uploads.c.id == upload_id,
            uploads.c.received == piece.start,
            uploads.c.length >= end,
            uploads.c.state == Arrival.OPEN.value,
        )
        .values(
            received=end,
            held_until=sa.case((uploads.c.length == end, sa.literal(now + LEASE, UtcTime())), else_=None),
            pieces=uploads.c.pieces + 1,
            touched_at=now,
            expires_at=now + UNFINISHED,
        )
    )
    if not grown.rowcount:
        return False
    connection.execute(
        upload_pieces.insert().values(
            upload_id=upload_id,
            start=piece.start,
            size=piece.size,
            object_key=piece.object_key,
            data_key=piece.data_key,
        )
    )
    return True


def pieces(connection: sa.Connection, upload_id: str) -> Sequence[Piece]:
    """All pieces, in order."""
    query = sa.select(upload_pieces).where(upload_pieces.c.upload_id == upload_id)
    rows = connection.execute(query.order_by(upload_pieces.c.start))
    return tuple(Piece(row.start, row.size, row.object_key, row.data_key) for row in rows)


def end(
    connection: sa.Connection, upload_id: str, receipt: Receipt | None, error: str, *, now: datetime
) -> None:
    """Ends an upload: it is a call now, or will not become one."""
    connection.execute(
        uploads.update()
        .where(uploads.c.id == upload_id, uploads.c.state == Arrival.OPEN.value)
        .values(
            state=(Arrival.DONE if receipt else Arrival.FAILED).value,
            error=error,
            call_id=receipt.call_id if receipt else "",
            job_id=receipt.job_id if receipt else "",
            is_duplicate=bool(receipt and receipt.is_duplicate),
            expires_at=now + REMEMBERED,
        )
    )
    connection.execute(upload_pieces.delete().where(upload_pieces.c.upload_id == upload_id))


def remove(connection: sa.Connection, upload_id: str) -> None:
    """Forgets an upload."""
    connection.execute(upload_pieces.delete().where(upload_pieces.c.upload_id == upload_id))
    connection.execute(uploads.delete().where(uploads.c.id == upload_id))


def expired(connection: sa.Connection, most: int, *, now: datetime) -> Sequence[str]:
    """Uploads whose time is over; those that are whole and only wait for their end get more of it."""
    waits = sa.and_(
        uploads.c.state == Arrival.OPEN.value,
        uploads.c.received == uploads.c.length,
        uploads.c.expires_at > now - REMEMBERED,
    )
    query = sa.select(uploads.c.id).where(uploads.c.expires_at <= now, sa.not_(waits))
    return connection.execute(query.order_by(uploads.c.expires_at).limit(most)).scalars().all()


def left_whole(connection: sa.Connection, most: int, *, before: datetime) -> Sequence[Kept]:
    """Uploads of which every byte is there since then, and that nobody has ended: their process died."""
    query = sa.select(uploads).where(
        uploads.c.state == Arrival.OPEN.value,
        uploads.c.received == uploads.c.length,
        uploads.c.touched_at <= before,
    )
    return tuple(map(_kept, connection.execute(query.order_by(uploads.c.touched_at).limit(most))))


def _one(connection: sa.Connection, *which: sa.ColumnElement[bool]) -> Kept | None:
    row = connection.execute(sa.select(uploads).where(*which)).first()
    return None if row is None else _kept(row)


def _kept(row: Any) -> Kept:
    told = PartUpload(
        id=row.id,
        length=row.length,
        received=row.received,
        state=Arrival(row.state),
        expires_at=row.expires_at,
        call_id=row.call_id,
        job_id=row.job_id,
        error=row.error,
        is_duplicate=row.is_duplicate,
    )
    return Kept(told, row.owner, row.digest, row.cover, row.request_id, row.pieces, row.trace)
