"""Call detail records, the login table, and which recordings are one call."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any, TypeVar

import sqlalchemy as sa

from qa_service.core.errors import UsageError
from qa_service.core.items import CdrRecord, Login
from qa_service.core.sources import Source
from qa_service.stores.patience import looking
from qa_service.stores.tables import calls, cdr_records, logins, sources

T = TypeVar("T")


def keep_records(connection: sa.Connection, source_id: str, records: Sequence[CdrRecord]) -> None:
    """In place of older ones of the same calls; of several in one go the last one counts."""
    rows = {record.call_id: _row(source_id, record) for record in records if record.started_at}
    if not rows:
        return
    connection.execute(
        cdr_records.delete().where(
            cdr_records.c.source_id == source_id, cdr_records.c.call_id.in_(list(rows))
        )
    )
    connection.execute(cdr_records.insert(), list(rows.values()))


def set_logins(connection: sa.Connection, given: Sequence[Login]) -> None:
    """A new table in place of the old one.

    Raises:
        UsageError: `logins_overlap`: two agents at one extension at the same time.
    """
    in_order = sorted(given, key=lambda login: (login.extension, login.from_at))
    for one, two in pairwise(in_order):
        if one.extension == two.extension and one.covers(two.from_at):
            raise UsageError(
                "logins_overlap",
                where=one.extension,
                problem="two agents sit at one extension at the same time",
                fix="End the first one's time where the second one's begins",
            )
    connection.execute(logins.delete())
    if in_order:
        connection.execute(logins.insert(), [asdict(login) for login in in_order])


def all_logins(connection: sa.Connection) -> tuple[Login, ...]:
    """By extension and time."""
    rows = connection.execute(sa.select(logins).order_by(logins.c.extension, logins.c.from_at))
    return tuple(map(_login, rows))


@dataclass(frozen=True, slots=True)
class StoreRegisters:
    """Keeps the port `Registers`."""

    engine: sa.Engine

    def same_sound(self, team: str, sha256: str) -> str | None:
        """The id of the team's first call with the very same recording."""
        query = sa.select(calls.c.id).where(calls.c.sha256 == sha256, calls.c.team == team)
        return self._one(query.order_by(calls.c.seq).limit(1))

    def same_call(self, source: Source, call_id: str, at: datetime) -> str | None:
        """The id of this source's call with this external id, near in time."""
        within = timedelta(hours=source.handling.same_call_hours)
        began = sa.func.coalesce(calls.c.started_at, calls.c.created_at, type_=calls.c.created_at.type)
        query = sa.select(calls.c.id).where(
            calls.c.source == source.name,
            calls.c.external_id == call_id,
            began >= at - within,
            began <= at + within,
        )
        return self._one(query.order_by(calls.c.seq).limit(1))

    def by_call_id(self, cdr: str, call_id: str) -> CdrRecord | None:
        """The record of a call."""
        found = self._records(cdr, cdr_records.c.call_id == call_id)
        return found[0] if found else None

    def by_extension(self, cdr: str, extension: str, since: datetime, until: datetime) -> Sequence[CdrRecord]:
        """The records of an extension whose calls began in [since, until]."""
        began = cdr_records.c.started_at
        return self._records(cdr, cdr_records.c.extension == extension, began >= since, began <= until)

    def logins(self, extension: str, at: datetime) -> Sequence[Login]:
        """Who sat there at that moment."""
        until = logins.c.until_at
        query = sa.select(logins).where(
            logins.c.extension == extension, logins.c.from_at <= at, sa.or_(until.is_(None), until > at)
        )
        return self._look(lambda connection: tuple(map(_login, connection.execute(query))))

    def _records(self, cdr: str, *conditions: sa.ColumnElement[bool]) -> Sequence[CdrRecord]:
        query = (
            sa.select(cdr_records)
            .join(sources, sources.c.id == cdr_records.c.source_id)
            .where(sources.c.name == cdr, *conditions)
            .order_by(cdr_records.c.started_at, cdr_records.c.call_id)
            .limit(100)
        )
        return self._look(lambda connection: tuple(map(_record, connection.execute(query))))

    def _one(self, query: sa.Select[Any]) -> str | None:
        found = self._look(lambda connection: connection.execute(query).scalar())
        return None if found is None else str(found)

    def _look(self, work: Callable[[sa.Connection], T]) -> T:
        return looking(self.engine, work)


def _row(source_id: str, record: CdrRecord) -> dict[str, Any]:
    row = {name: value for name, value in asdict(record).items() if name != "recording_url"}
    return {**row, "source_id": source_id}


def _record(row: Any) -> CdrRecord:
    return CdrRecord(
        call_id=row.call_id,
        started_at=row.started_at,
        ended_at=row.ended_at,
        extension=row.extension,
        agent_id=row.agent_id,
        customer=row.customer,
        direction=row.direction,
        line=row.line,
        skill_group=row.skill_group,
        changed_at=row.changed_at,
    )


def _login(row: Any) -> Login:
    return Login(row.agent_id, row.extension, row.from_at, row.until_at)


__all__ = ["StoreRegisters", "all_logins", "keep_records", "set_logins"]
