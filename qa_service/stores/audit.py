"""Who did what: an append-only chain of hashes, so that what was changed or left out later shows.

A chain alone does not show that its end was cut off or that all of it was written anew; `head` is what an
administrator keeps elsewhere to see that too.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Generator, Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from qa_service.core.lists import EVERY_ENTRY, AuditSought
from qa_service.stores.engine import is_sqlite
from qa_service.stores.tables import audit

#: Before the first entry.
FIRST = "0" * 64
#: Any number: names our lock among PostgreSQL's.
_LOCK = 7_146_233


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that somebody did; `object` names what it was done to (`call:<id>`)."""

    who: str
    action: str
    object: str = ""
    detail: Mapping[str, Any] | None = None
    request_id: str = ""


@dataclass(frozen=True, slots=True)
class Head:
    """How long the chain is, and its last hash."""

    seq: int
    digest: str


def write(connection: sa.Connection, entry: Entry, *, now: datetime) -> None:
    """Adds an entry in this transaction: what is rolled back was not done."""
    if not is_sqlite(connection):
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
    before = head(connection)
    row = {
        "seq": before.seq + 1,
        "at": now,
        "who": entry.who,
        "action": entry.action,
        "object": entry.object,
        "detail": json.dumps(dict(entry.detail or {}), ensure_ascii=False, sort_keys=True),
        "request_id": entry.request_id,
        "previous": before.digest,
    }
    connection.execute(audit.insert().values(**row, digest=_digest(row)))


def stands_since(connection: sa.Connection, entry: Entry, since: datetime) -> bool:
    """Whether the same one did the same thing to the same object since then."""
    query = sa.select(audit.c.seq).where(
        audit.c.object == entry.object,
        audit.c.who == entry.who,
        audit.c.action == entry.action,
        audit.c.at >= since,
    )
    return connection.execute(query.limit(1)).first() is not None


def head(connection: sa.Connection) -> Head:
    """The end of the chain."""
    row = connection.execute(
        sa.select(audit.c.seq, audit.c.digest).order_by(audit.c.seq.desc()).limit(1)
    ).first()
    return Head(0, FIRST) if row is None else Head(row.seq, row.digest)


def broken(connection: sa.Connection, kept: Head | None = None) -> int | None:
    """The first entry that is not what was written, or None; `kept` is a head that somebody noted earlier."""
    with closing(_rows(connection)) as rows:
        return _first_broken(rows, kept)


def broken_between(connection: sa.Connection, after: int, until: int) -> int | None:
    """The first entry after `after` and up to `until` that is not what was written; what comes before is not read."""
    own = connection.execute(sa.select(audit.c.digest).where(audit.c.seq == after)).scalar()
    if after and own is None:
        return after
    with closing(_rows(connection, after, until)) as rows:
        return _first_broken(rows, Head(until, ""), Head(after, own or FIRST))


def _first_broken(
    rows: Iterable[dict[str, Any]], kept: Head | None, before: Head = Head(0, FIRST)
) -> int | None:
    """`kept` must be met on the way; one without a digest need only be there."""
    met = kept is None or kept.seq == 0
    for row in rows:
        if row["seq"] != before.seq + 1 or row["previous"] != before.digest or row["digest"] != _digest(row):
            return before.seq + 1
        before = Head(row["seq"], row["digest"])
        if kept is not None and kept.seq == before.seq:
            if kept.digest not in ("", before.digest):
                return before.seq
            met = True
    return None if met else before.seq + 1


def page(
    connection: sa.Connection,
    *,
    limit: int = 100,
    before: int | None = None,
    sought: AuditSought = EVERY_ENTRY,
) -> tuple[dict[str, Any], ...]:
    """The newest entries of those that are sought, or those before a sequence number."""
    query = sa.select(audit).order_by(audit.c.seq.desc()).limit(min(limit, 500))
    for name in ("who", "action", "object", "request_id"):
        if value := getattr(sought, name):
            query = query.where(audit.c[name] == value)
    if sought.since is not None:
        query = query.where(audit.c.at >= sought.since)
    if sought.until is not None:
        query = query.where(audit.c.at < sought.until)
    if before is not None:
        query = query.where(audit.c.seq < before)
    return tuple(dict(row._mapping) for row in connection.execute(query))


def _rows(connection: sa.Connection, after: int = 0, until: int | None = None) -> Generator[dict[str, Any]]:
    in_order = sa.select(audit).where(audit.c.seq > after).order_by(audit.c.seq)
    if until is not None:
        in_order = in_order.where(audit.c.seq <= until)
    with connection.execute(in_order, execution_options={"yield_per": 1_000}) as rows:
        for row in rows:
            yield dict(row._mapping)


def _digest(row: Mapping[str, Any]) -> str:
    at: datetime = row["at"]
    parts = [
        str(row["seq"]),
        at.astimezone(UTC).isoformat(timespec="microseconds"),
        *(str(row[name]) for name in ("who", "action", "object", "detail", "request_id", "previous")),
    ]
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).hexdigest()
