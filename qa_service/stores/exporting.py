"""Calls that leave the house in a file: chosen first, written into the audit log, and only then read."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa

from qa_service.core.lists import Export
from qa_service.core.people import Asked, Sight
from qa_service.stores import audit, lists
from qa_service.stores.calls import visible
from qa_service.stores.engine import reading
from qa_service.stores.tables import calls
from qa_service.stores.workbench import Shelves
from qa_service.usecases.told_filter import told_filter

#: Places that are looked up in one short read.
_AT_ONCE = 1_000
#: Up to so many calls are named in the audit log; of more, the first, the last, and a digest of all.
NAMED = 100


def choose(shelves: Shelves, sight: Sight, wanted: Export) -> tuple[tuple[lists.Place, ...], bool]:
    """The newest calls of an export, and whether there are more than it takes."""
    found: list[lists.Place] = []
    before: int | None = None
    while len(found) <= wanted.most:
        limit = min(_AT_ONCE, wanted.most + 1 - len(found))
        with reading(shelves.engine) as connection:
            more = lists.places(connection, sight, wanted.calls, limit=limit, before=before)
        found += more
        if len(more) < limit:
            break
        before = more[-1].seq
    return tuple(found[: wanted.most]), len(found) > wanted.most


def write_down(
    shelves: Shelves, asked: Asked, wanted: Export, chosen: Sequence[lists.Place], *, is_cut: bool
) -> None:
    """Who takes which calls away, before any of them is read."""
    detail = {
        "form": wanted.form,
        "filter": told_filter(wanted.calls),
        "most": wanted.most,
        "calls": len(chosen),
        "is_cut": is_cut,
        **_which([place.id for place in chosen]),
    }
    with shelves.engine.begin() as connection:
        entry = audit.Entry(asked.caller.id, "export", "calls", detail, asked.request_id)
        audit.write(connection, entry, now=shelves.now())


def rows(connection: sa.Connection, sight: Sight, chosen: Sequence[lists.Place]) -> Sequence[sa.Row[Any]]:
    """These calls, newest first, without those that were deleted or moved out of sight meanwhile."""
    is_one = calls.c.seq.in_([place.seq for place in chosen])
    query = sa.select(calls).where(is_one, visible(sight)).order_by(calls.c.seq.desc())
    return connection.execute(query).all()


def in_pieces(chosen: Sequence[lists.Place], size: int) -> Iterator[Sequence[lists.Place]]:
    """So many at a time."""
    yield from (chosen[at : at + size] for at in range(0, len(chosen), size))


def _which(ids: Sequence[str]) -> dict[str, object]:
    """The calls, newest first; who has the ids of a file can tell whether it is this one."""
    if len(ids) <= NAMED:
        return {"ids": list(ids)}
    digest = hashlib.sha256("\n".join(ids).encode()).hexdigest()
    return {"first": ids[0], "last": ids[-1], "ids_sha256": digest}
