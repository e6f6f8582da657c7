"""Routing tables, and where they send calls."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from qa_service.core.people import Sight
from qa_service.core.routing import (
    BookRef,
    Decision,
    Outcome,
    Routed,
    RoutingFacts,
    RoutingTable,
    Standing,
    TableVersion,
)
from qa_service.core.stored import Job, StoredCall
from qa_service.stores import calls, library
from qa_service.stores.jobs import hold
from qa_service.stores.merge import put
from qa_service.stores.tables import call_routes, routing_tables
from qa_service.stores.tables import calls as call_rows
from qa_service.usecases.routing import decide, facts_of
from qa_service.usecases.routing_file import read_known

#: What stands in force before anybody published a table: everything is the installation's own.
NO_TABLE = RoutingTable()


def route(connection: sa.Connection, job: Job, *, now: datetime) -> Routed:
    """Decides about the call that the work is on, and writes the decision down.

    Raises:
        Fenced: somebody else has taken the work over.
    """
    hold(connection, job)
    version, table = in_force(connection)
    found = calls.find(connection, job.call_id, Sight(everything=True))
    decision = decided(connection, table, found) if found else Decision()
    row = {
        "call_id": job.call_id,
        "version": version,
        "route": decision.route,
        "jurisdiction": decision.jurisdiction,
        "retention": decision.retention,
        "alerts": decision.alerts,
        "not_in_force": " ".join(decision.not_in_force),
        "routed_at": now,
    }
    put(connection, call_routes, row)
    day = day_of(table, found) if found else None
    books = tuple(BookRef(ref, library.in_force(connection, ref, day)) for ref in decision.rulebooks)
    return Routed(version, decision, books)


def decided(connection: sa.Connection, table: RoutingTable, call: StoredCall) -> Decision:
    """What the table says about a call, by the rulebooks that judge calls of its day.

    Where none of those that the route names is left, the default's judge; and where none of these, the
    installation's own, which always does.
    """
    decision, day = decide(table, facts_of(call)), day_of(table, call)
    missing: list[str] = []
    for wanted in (decision.rulebooks, table.default.rulebooks):
        missing += [ref for ref in wanted if not _judges(connection, ref, day)]
        if left := tuple(ref for ref in wanted if ref not in missing):
            return replace(decision, rulebooks=left, not_in_force=tuple(dict.fromkeys(missing)))
    return replace(decision, rulebooks=("",), not_in_force=tuple(dict.fromkeys(missing)))


def day_of(table: RoutingTable, call: StoredCall) -> date:
    """The day on which a call began, or came in where nobody said, where the table has its times."""
    return (call.envelope.started_at or call.created_at).astimezone(ZoneInfo(table.timezone)).date()


def _judges(connection: sa.Connection, ref: str, day: date) -> bool:
    """Whether a rulebook has a version for the day; only the centre's own may have none."""
    return not library.in_force(connection, ref) or bool(library.in_force(connection, ref, day))


def in_force(connection: sa.Connection) -> tuple[int, RoutingTable]:
    """The newest published table and its version; version 0 where there is none."""
    newest = sa.select(routing_tables.c.version, routing_tables.c.source)
    row = connection.execute(newest.order_by(routing_tables.c.version.desc()).limit(1)).first()
    return (0, NO_TABLE) if row is None else (row.version, _read(row.source))


@lru_cache(maxsize=8)
def _read(source: str) -> RoutingTable:
    return read_known(source)


def publish(connection: sa.Connection, table: TableVersion) -> None:
    """Puts a table in force."""
    connection.execute(
        routing_tables.insert().values(
            version=table.version,
            source=table.source,
            authors=json.dumps(table.authors),
            published_by=table.published_by,
            note=table.note,
            published_at=table.published_at,
        )
    )


def versions(connection: sa.Connection) -> Sequence[TableVersion]:
    """All tables that ever were in force, newest first."""
    query = sa.select(routing_tables).order_by(routing_tables.c.version.desc())
    return tuple(map(_version, connection.execute(query)))


def version(connection: sa.Connection, number: int) -> TableVersion | None:
    """One of them."""
    row = connection.execute(sa.select(routing_tables).where(routing_tables.c.version == number)).first()
    return None if row is None else _version(row)


def standing(connection: sa.Connection) -> Standing:
    """The table in force, and how many calls each of its routes took."""
    newest = sa.select(routing_tables).order_by(routing_tables.c.version.desc()).limit(1)
    row = connection.execute(newest).first()
    if row is None:
        return Standing(None)
    taken = call_routes.c
    query = sa.select(taken.route, sa.func.count()).where(taken.version == row.version).group_by(taken.route)
    counts = tuple(sorted((name, count) for name, count in connection.execute(query)))
    return Standing(_version(row), counts, not_in_force(connection))


def not_in_force(connection: sa.Connection) -> int:
    """Calls for which a rulebook that the table in force names did not judge calls of their day."""
    return _count(connection, call_routes.c.not_in_force != "")


def unmatched(connection: sa.Connection) -> int:
    """Calls that no route of the table in force took."""
    return _count(connection, call_routes.c.route == "")


def _count(connection: sa.Connection, which: sa.ColumnElement[bool]) -> int:
    """Such calls since the table in force is; none while there is no table."""
    newest = connection.execute(sa.select(sa.func.max(routing_tables.c.version))).scalar()
    if newest is None:
        return 0
    taken = call_routes.c
    query = sa.select(sa.func.count()).where(taken.version == newest, which)
    return int(connection.execute(query).scalar_one())


def named(table: RoutingTable) -> frozenset[str]:
    """Every rulebook that a table names."""
    outcomes: Iterator[Outcome] = iter((table.default, *(one.outcome for one in table.routes)))
    return frozenset(ref for outcome in outcomes for ref in outcome.rulebooks)


class Seen(NamedTuple):
    """A stored call for a dry run; its id is named only to those who see the call."""

    seq: int
    facts: RoutingFacts
    call_id: str


def page(
    connection: sa.Connection, since: datetime, sight: Sight, *, before: int | None, limit: int
) -> Sequence[Seen]:
    """Calls that came in since then, newest first, as routing sees them: of who is bound to teams, those alone."""
    row = call_rows.c
    seen = calls.visible(sight).label("seen")
    query = sa.select(call_rows, seen).where(row.created_at >= since, _counted(sight))
    if before is not None:
        query = query.where(row.seq < before)
    rows = connection.execute(query.order_by(row.seq.desc()).limit(limit))
    return [Seen(found.seq, facts_of(calls.stored(found)), found.id if found.seen else "") for found in rows]


def _counted(sight: Sight) -> sa.ColumnElement[bool]:
    """Calls that count for somebody: all, or those inside the border, where there is one."""
    return calls.visible(sight) if sight.teams or sight.agent_id else sa.true()


def count_since(connection: sa.Connection, since: datetime, sight: Sight) -> int:
    """How many calls came in since then, counted as `page` does."""
    query = sa.select(sa.func.count()).where(call_rows.c.created_at >= since, _counted(sight))
    return int(connection.execute(query).scalar_one())


def _version(row: Any) -> TableVersion:
    return TableVersion(
        version=row.version,
        source=row.source,
        authors=tuple(json.loads(row.authors)),
        published_by=row.published_by,
        published_at=row.published_at,
        note=row.note,
    )
