"""Calls that somebody chose to do something with: by a filter, or by naming them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from qa_service.core.errors import NotAllThere, UsageError
from qa_service.core.keeping import Chosen
from qa_service.core.people import Sight
from qa_service.stores.calls import visible
from qa_service.stores.lists import selected
from qa_service.stores.tables import calls

#: Ids that one query names.
_AT_ONCE = 500


def chosen_ids(connection: sa.Connection, sight: Sight, chosen: Chosen) -> Sequence[sa.Select[Any]]:
    """The calls that somebody chose among those that they see, as queries of their ids."""
    if chosen.filter is not None:
        return (selected(connection, sight, chosen.filter),)
    seen = sa.select(calls.c.id).where(visible(sight))
    ids = chosen.call_ids
    return tuple(seen.where(calls.c.id.in_(ids[at : at + _AT_ONCE])) for at in range(0, len(ids), _AT_ONCE))


def refuse_missing(connection: sa.Connection, sight: Sight, chosen: Chosen) -> None:
    """Of calls that were named one by one, all are there and seen: a slip in a list is told before anything is done.

    Raises:
        NotAllThere: `calls_missing`.
    """
    if chosen.filter is not None:
        return
    found = {
        one for ids in chosen_ids(connection, sight, chosen) for one in connection.execute(ids).scalars()
    }
    missing = tuple(_missing(n, one) for n, one in enumerate(chosen.call_ids) if one not in found)
    if missing:
        raise NotAllThere(
            "calls_missing",
            problem=f"calls that are not there, or not for you: {len(missing)}",
            fix="Nothing was done; leave them out",
            more=missing,
            count=len(missing),
        )


def _missing(place: int, call_id: str) -> UsageError:
    where, problem = f"call_ids[{place}]", f"the call {call_id} is not there, or not for you"
    return UsageError("call_missing", where=where, problem=problem, call=call_id)
