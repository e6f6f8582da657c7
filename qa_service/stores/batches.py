"""The port `Batches`: rows that are announced, and the calls that came for them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from qa_service.core.batches import BatchBrief, BatchRow, BatchState, SideFile
from qa_service.core.errors import UsageError
from qa_service.core.people import Asked
from qa_service.ports.serving import Upload
from qa_service.stores import audit
from qa_service.stores.engine import reading
from qa_service.stores.envelopes import from_text, to_text
from qa_service.stores.ids import new_id
from qa_service.stores.tables import batch_rows, batches, calls
from qa_service.stores.workbench import Shelves

#: So many rows are written at once.
_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class StoreBatches:
    """Batches of this installation."""

    shelves: Shelves
    #: What a name says under a pattern: (pattern, name).
    read_name: Callable[[str, str], BatchRow]

    def add(self, asked: Asked, team: str, told: SideFile) -> str:
        """Writes down what is announced."""
        now = self.shelves.now()
        batch_id = new_id(now)
        rows = [_values(batch_id, row) for row in told.rows]
        with self.shelves.engine.begin() as connection:
            connection.execute(
                batches.insert().values(
                    id=batch_id,
                    owner=asked.caller.id,
                    team=team,
                    pattern=told.pattern,
                    is_open=told.is_open,
                    created_at=now,
                )
            )
            for at in range(0, len(rows), _AT_ONCE):
                connection.execute(batch_rows.insert(), rows[at : at + _AT_ONCE])
            entry = audit.Entry(
                asked.caller.id, "announce", f"batch:{batch_id}", {"rows": len(rows)}, asked.request_id
            )
            audit.write(connection, entry, now=now)
        return batch_id

    def row(self, asked: Asked, batch_id: str, file_name: str) -> tuple[str, BatchRow] | None:
        """The batch's team, and what was said about the recording."""
        with reading(self.shelves.engine) as connection:
            batch = _seen(connection, asked, batch_id)
            if batch is None:
                return None
            said = self.read_name(batch.pattern, file_name) if batch.pattern else None
            kept = _row(connection, batch_id, said.file_name if said else file_name)
        if kept is not None:
            return batch.team, kept
        if said is None or not batch.is_open:
            raise _no_such_row()
        return batch.team, said

    def all(self, asked: Asked, *, limit: int, before: str) -> Sequence[BatchBrief]:
        """The newest first."""
        rows = batch_rows.c
        came = sa.func.sum(sa.case((rows.call_id != "", 1), else_=0))
        newest = sa.select(batches).where(_visible(asked)).order_by(batches.c.id.desc()).limit(limit)
        if before:
            newest = newest.where(batches.c.id < before)
        page = newest.subquery()
        query = (
            sa.select(
                page, sa.func.count(rows.batch_id).label("rows"), sa.func.coalesce(came, 0).label("came")
            )
            .outerjoin(batch_rows, rows.batch_id == page.c.id)
            .group_by(*page.c)
            .order_by(page.c.id.desc())
        )
        with reading(self.shelves.engine) as connection:
            found = connection.execute(query).all()
        return tuple(
            BatchBrief(row.id, row.team, row.created_at, None if row.is_open else row.rows, row.came)
            for row in found
        )

    def state(self, asked: Asked, batch_id: str, *, limit: int, after: int) -> BatchState | None:
        """How many came and what became of them."""
        with reading(self.shelves.engine) as connection:
            batch = _seen(connection, asked, batch_id)
            if batch is None:
                return None
            came = _came(connection, batch_id)
            missing = _missing(connection, batch_id, limit=limit, after=after)
            expected = None if batch.is_open else _expected(connection, batch_id)
        return BatchState(
            id=batch.id,
            team=batch.team,
            created_at=batch.created_at,
            expected=expected,
            received=sum(came.values()),
            calls=came,
            missing=missing,
        )


def received(connection: sa.Connection, upload: Upload, call_id: str) -> None:
    """The recording of a row is there, with the call that it became; of no batch there is nothing to say.

    Raises:
        UsageError: `row_taken`: another recording was there before.
    """
    if not upload.batch:
        return
    mine = (batch_rows.c.batch_id == upload.batch, batch_rows.c.file_name == upload.file_name)
    free = batch_rows.c.call_id.in_(["", call_id])
    marked = connection.execute(batch_rows.update().where(*mine, free).values(call_id=call_id))
    if marked.rowcount:
        return
    if connection.execute(sa.select(batch_rows.c.number).where(*mine)).first() is not None:
        raise row_taken()
    row = BatchRow(0, upload.file_name, upload.envelope, upload.agent_channel)
    connection.execute(batch_rows.insert().values(**_values(upload.batch, row, call_id)))


def row_taken() -> UsageError:
    """A row has one recording."""
    return UsageError(
        "row_taken",
        where="batch",
        problem="another recording was taken in for this row",
        fix="Upload it without the batch if it is another call",
    )


def _visible(asked: Asked) -> sa.ColumnElement[bool]:
    """One's own batches, and those of the teams that one sees."""
    sight = asked.caller.sight
    own = [batches.c.owner == asked.caller.id]
    if not sight.everything:
        own.append(batches.c.team.in_(sight.teams))
    return sa.true() if sight.everything else sa.or_(*own)


def _seen(connection: sa.Connection, asked: Asked, batch_id: str) -> Any:
    return connection.execute(sa.select(batches).where(batches.c.id == batch_id, _visible(asked))).first()


def _row(connection: sa.Connection, batch_id: str, file_name: str) -> BatchRow | None:
    row = connection.execute(
        sa.select(batch_rows).where(batch_rows.c.batch_id == batch_id, batch_rows.c.file_name == file_name)
    ).first()
    return None if row is None else _as_row(row)


def _came(connection: sa.Connection, batch_id: str) -> Mapping[str, int]:
    query = (
        sa.select(calls.c.state, sa.func.count())
        .join(batch_rows, batch_rows.c.call_id == calls.c.id)
        .where(batch_rows.c.batch_id == batch_id)
        .group_by(calls.c.state)
    )
    return {str(state): int(count) for state, count in connection.execute(query)}


def _expected(connection: sa.Connection, batch_id: str) -> int:
    query = sa.select(sa.func.count()).where(batch_rows.c.batch_id == batch_id)
    return int(connection.execute(query).scalar_one())


def _missing(connection: sa.Connection, batch_id: str, *, limit: int, after: int) -> tuple[BatchRow, ...]:
    query = (
        sa.select(batch_rows)
        .where(batch_rows.c.batch_id == batch_id, batch_rows.c.call_id == "", batch_rows.c.number > after)
        .order_by(batch_rows.c.number)
        .limit(limit)
    )
    return tuple(map(_as_row, connection.execute(query)))


def _values(batch_id: str, row: BatchRow, call_id: str = "") -> dict[str, Any]:
    return {
        "batch_id": batch_id,
        "file_name": row.file_name,
        "number": row.number,
        "envelope": to_text(row.envelope),
        "agent_channel": row.agent_channel,
        "call_id": call_id,
    }


def _as_row(row: Any) -> BatchRow:
    return BatchRow(row.number, row.file_name, from_text(row.envelope), row.agent_channel)


def _no_such_row() -> UsageError:
    return UsageError(
        "no_such_row",
        where="batch",
        problem="the side file has no good row with this file's name",
        fix="Mend the row and announce it in another batch, or upload the file with its own meta",
    )
