"""Drafts of rulebooks and of the routing table: one of each, replaced as a whole, taken when it is approved."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

import sqlalchemy as sa

from qa_service.core.approval import Draft, DraftKind
from qa_service.core.errors import UsageError
from qa_service.stores.merge import put
from qa_service.stores.tables import drafts


def find(connection: sa.Connection, kind: DraftKind, name: str = "") -> Draft | None:
    """The draft, where there is one."""
    row = connection.execute(sa.select(drafts).where(_is(kind, name))).first()
    if row is None:
        return None
    return Draft(
        kind=kind,
        name=name,
        source=row.source,
        digest=row.digest,
        authors=tuple(json.loads(row.authors)),
        written_at=row.written_at,
        tried=row.tried,
        tables=json.loads(row.tables),
    )


def names(connection: sa.Connection, kind: DraftKind) -> Collection[str]:
    """Of what there are drafts."""
    return frozenset(
        connection.execute(sa.select(drafts.c.name).where(drafts.c.kind == kind.value)).scalars()
    )


def write(connection: sa.Connection, new: Draft, who: str, *, now: datetime) -> Draft:
    """Keeps a draft in place of the one before; whoever wrote on that one remains an author."""
    old = find(connection, new.kind, new.name)
    authors = tuple(dict.fromkeys((*(old.authors if old else ()), who)))
    kept = replace(new, authors=authors, written_at=now)
    row = {
        "kind": kept.kind.value,
        "name": kept.name,
        "source": kept.source,
        "digest": kept.digest,
        "authors": json.dumps(kept.authors),
        "written_at": now,
        "tried": "",
        "tables": json.dumps(dict(kept.tables), ensure_ascii=False),
    }
    put(connection, drafts, row)
    return kept


def note_trial(connection: sa.Connection, draft: Draft, tried: str) -> None:
    """Writes down what a draft was tried on, unless it has changed meanwhile."""
    same = _is(draft.kind, draft.name) & (drafts.c.digest == draft.digest)
    connection.execute(drafts.update().where(same).values(tried=tried))


def drop(connection: sa.Connection, kind: DraftKind, name: str = "") -> bool:
    """Throws a draft away; answers whether there was one."""
    return bool(connection.execute(drafts.delete().where(_is(kind, name))).rowcount)


def take(connection: sa.Connection, draft: Draft) -> None:
    """Takes a draft out, to be published in this transaction: of two who approve at once, one does.

    Raises:
        UsageError: `draft_changed`.
    """
    same = _is(draft.kind, draft.name) & (drafts.c.digest == draft.digest)
    if not connection.execute(drafts.delete().where(same)).rowcount:
        raise UsageError("draft_changed", problem="the draft is no longer what was read", fix="Read it again")


def _is(kind: DraftKind, name: str) -> sa.ColumnElement[bool]:
    return (drafts.c.kind == kind.value) & (drafts.c.name == name)
