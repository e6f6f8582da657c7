"""Routing tables, and where they send calls."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

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
from qa_service.core.stored import Job
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
    decision = decide(table, facts_of(found)) if found else Decision()
    row = {
        "call_id": job.call_id,
        "version": version,
        "route": decision.route,
        "jurisdiction": decision.jurisdiction,
        "retention": decision.retention,
        "alerts": decision.alerts,
        "routed_at": now,
    }
    put(connection, call_routes, row)
    return Routed(version, decision, books(connection, decision))


def books(connection: sa.Connection, decision: Decision) -> tuple[BookRef, ...]:
    """The rulebooks of a decision: the centre's own by their digest."""
    return tuple(BookRef(ref, library.in_force(connection, ref)) for ref in decision.rulebooks)


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
    return Standing(_version(row), counts)


def unmatched(connection: sa.Connection) -> int:
    """Calls that no route of the table in force took."""
    newest = connection.execute(sa.select(sa.func.max(routing_tables.c.version))).scalar()
    if newest is None:
        return 0
    taken = call_routes.c
    query = sa.select(sa.func.count()).where(taken.version == newest, taken.route == "")
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
    """Calls that came in since then, newest first, as routing sees them."""
    row = call_rows.c
    seen = calls.visible(sight).label("seen")
    query = sa.select(call_rows, seen).where(row.created_at >= since)
    if before is not None:
        query = query.where(row.seq < before)
    rows = connection.execute(query.order_by(row.seq.desc()).limit(limit))
    return [Seen(found.seq, facts_of(calls.stored(found)), found.id if found.seen else "") for found in rows]


def count_since(connection: sa.Connection, since: datetime) -> int:
    """How many calls came in since then."""
    query = sa.select(sa.func.count()).where(call_rows.c.created_at >= since)
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
