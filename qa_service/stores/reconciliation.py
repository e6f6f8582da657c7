"""The calls of a day that there were by the records of another system, against those that came here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from qa_service.core.items import ItemState
from qa_service.core.sources import SourceKind
from qa_service.core.stored import CallState
from qa_service.ports.sources import DayCount, DayRow
from qa_service.privacy.labels import covered
from qa_service.stores import sources as kept
from qa_service.stores.tables import call_agents, calls, cdr_records, logins, source_items, sources

#: An id may come again another day: a call that began this far from its record is another one.
_NEAR = timedelta(hours=24)
_STATES = {
    CallState.JUDGED.value: "scored",
    CallState.NOT_SCORABLE.value: "not_scorable",
    CallState.FAILED.value: "failed",
}


def of_day(
    connection: sa.Connection, day: date, timezone: str
) -> tuple[Sequence[DayCount], Sequence[DayRow]]:
    """Counts by source of records, and one row for each call; a day begins at midnight in the zone."""
    zone = ZoneInfo(timezone)
    since = datetime.combine(day, time(), zone)
    until = datetime.combine(day + timedelta(days=1), time(), zone)
    names = connection.execute(
        sa.select(sources.c.name).where(sources.c.kind == SourceKind.CDR.value).order_by(sources.c.id)
    ).scalars()
    rows, counts = [], []
    for name in list(names):
        of_source = [*_expected(connection, name, since, until), *_unexpected(connection, name, since, until)]
        rows += of_source
        counts.append(_counted(name, of_source))
    return tuple(counts), tuple(rows)


def _expected(connection: sa.Connection, name: str, since: datetime, until: datetime) -> Iterable[DayRow]:
    came, recorded_at = calls.alias("came"), _micros(cdr_records.c.started_at)
    near = sa.select(sa.func.max(came.c.seq)).where(
        came.c.external_id == cdr_records.c.call_id,
        _micros(_began(came)).between(recorded_at - _micro(_NEAR), recorded_at + _micro(_NEAR)),
    )
    item = source_items.c
    # An item with the same bytes as a call is that call, whatever it is called itself.
    same = sa.select(sa.func.max(item.id)).where(
        item.external_id == cdr_records.c.call_id,
        item.state == ItemState.DUPLICATE.value,
        _micros(item.began_at).between(recorded_at - _micro(_NEAR), recorded_at + _micro(_NEAR)),
    )
    query = (
        sa.select(
            _agents(),
            _at_the_seat(),
            cdr_records,
            calls.c.id,
            calls.c.state,
            calls.c.reason,
            item.call_id.label("same_as"),
        )
        .join(sources, sources.c.id == cdr_records.c.source_id)
        .outerjoin(calls, calls.c.seq == near.correlate(cdr_records).scalar_subquery())
        .outerjoin(source_items, item.id == same.correlate(cdr_records).scalar_subquery())
        .where(sources.c.name == name, cdr_records.c.started_at >= since, cdr_records.c.started_at < until)
        .order_by(cdr_records.c.started_at, cdr_records.c.call_id)
    )
    for row in connection.execute(query):
        state, reason, call_id = _became(row)
        yield DayRow(
            source=name,
            call_id=covered(row.call_id),
            started_at=row.started_at,
            agent_id=covered(row.agent_id or row.of_call or row.at_seat or ""),
            extension=covered(row.extension),
            state=state,
            reason=reason,
            id=call_id,
        )


def _became(row: Any) -> tuple[str, str, str]:
    """State, reason and call of a record."""
    if row.id is not None:
        return _STATES.get(row.state, "processing"), row.reason or "", row.id
    return ("known", "same_bytes", row.same_as) if row.same_as else ("missing", "", "")


def _unexpected(connection: sa.Connection, name: str, since: datetime, until: datetime) -> Iterable[DayRow]:
    """Calls from sources that are joined with these records, and have none."""
    joined = [source.name for source in kept.every(connection) if source.handling.cdr == name]
    recorded = (
        sa.select(cdr_records.c.call_id)
        .join(sources, sources.c.id == cdr_records.c.source_id)
        .where(sources.c.name == name, cdr_records.c.call_id == calls.c.external_id)
    )
    query = (
        sa.select(calls.c.id, calls.c.external_id, calls.c.started_at, _agents())
        .where(calls.c.source.in_([name, *joined]), _began() >= since, _began() < until, ~recorded.exists())
        .order_by(calls.c.seq)
    )
    for row in connection.execute(query):
        yield DayRow(
            source=name,
            call_id=covered(row.external_id),
            started_at=row.started_at,
            agent_id=covered(row.of_call or ""),
            extension="",
            state="unexpected",
            id=row.id,
        )


def _agents() -> sa.Label[Any]:
    """Whose call it became: one agent of it."""
    agent = sa.select(sa.func.min(call_agents.c.agent_id)).where(call_agents.c.call_id == calls.c.id)
    return agent.scalar_subquery().label("of_call")


def _at_the_seat() -> sa.Label[Any]:
    """Who sat at the record's extension by the login table."""
    began, until = cdr_records.c.started_at, logins.c.until_at
    there = sa.select(sa.func.min(logins.c.agent_id)).where(
        logins.c.extension == cdr_records.c.extension,
        logins.c.from_at <= began,
        sa.or_(until.is_(None), until > began),
    )
    return there.scalar_subquery().label("at_seat")


def _counted(name: str, rows: Sequence[DayRow]) -> DayCount:
    states = Counter(row.state for row in rows)
    expected = len(rows) - states["unexpected"]
    return DayCount(
        source=name,
        expected=expected,
        received=expected - states["missing"],
        scored=states["scored"],
        processing=states["processing"],
        known=states["known"],
        not_scorable=_reasons(rows, "not_scorable"),
        failed=_reasons(rows, "failed"),
        missing=states["missing"],
        unexpected=states["unexpected"],
    )


def _reasons(rows: Sequence[DayRow], state: str) -> dict[str, int]:
    return dict(sorted(Counter(row.reason or "unknown" for row in rows if row.state == state).items()))


def _began(table: Any = calls) -> Any:
    return sa.func.coalesce(table.c.started_at, table.c.created_at, type_=calls.c.created_at.type)


def _micros(column: Any) -> Any:
    """As whole numbers, to reckon with."""
    return sa.type_coerce(column, sa.BigInteger)


def _micro(span: timedelta) -> int:
    return span // timedelta(microseconds=1)
