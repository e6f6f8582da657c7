"""The books of a source: what was noticed in it, what waits, what became of everything."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from qa_service.core.items import UNFIT, Item, ItemState, Letter, Noticed, Tied
from qa_service.stores.ids import new_id
from qa_service.stores.keys import MasterKey
from qa_service.stores.source_secrets import unseal_handed
from qa_service.stores.tables import source_items, sources

#: What a program told us, sealed as what belongs to the item with this id.
Seal = Callable[[str], bytes]
#: After so many failures it is a dead letter.
MOST_TRIES = 5
#: How long after each failure it is tried again.
_WAITS = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2))
_OPEN = (ItemState.SEEN.value, ItemState.WAITING.value)
#: A bound on the values in one statement.
_AT_ONCE = 500


def item_digest(key: str) -> str:
    """What stands for a key in indexes."""
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()


def notice(
    connection: sa.Connection,
    source_id: str,
    items: Sequence[Item],
    *,
    now: datetime,
    quiet: timedelta | None,
) -> None:
    """Writes down what is new and what changed; `quiet` is how long it must stay so, None: it is whole already."""
    by_digest = {item_digest(item.key): item for item in items}
    known = _versions(connection, source_id, list(by_digest))
    fresh: list[dict[str, Any]] = []
    for digest, item in by_digest.items():
        values = _begun(item, now=now, quiet=quiet)
        if digest not in known:
            fresh.append(
                {"id": new_id(now), "source_id": source_id, "item": digest, "key": item.key, **values}
            )
        elif known[digest] != item.version:
            _set(connection, source_items.c.source_id == source_id, source_items.c.item == digest, **values)
    if fresh:
        connection.execute(source_items.insert(), fresh)


def bury(connection: sa.Connection, source_id: str, items: Sequence[Item], *, now: datetime) -> None:
    """Makes dead letters of what is new or changed and can never be taken in as it is."""
    by_digest = {item_digest(item.key): item for item in items}
    known = _versions(connection, source_id, list(by_digest))
    fresh = [digest for digest, item in by_digest.items() if known.get(digest) != item.version]
    _drop(connection, source_id, fresh)
    rows = [
        {
            **_begun(by_digest[digest], now=now, quiet=None),
            "id": new_id(now),
            "source_id": source_id,
            "item": digest,
            "key": by_digest[digest].key,
            "state": ItemState.DEAD.value,
            "ended_at": now,
            "reason": by_digest[digest].unfit,
        }
        for digest in fresh
    ]
    if rows:
        connection.execute(source_items.insert(), rows)


def unbury(connection: sa.Connection, source_id: str, keys: Sequence[str]) -> None:
    """What is in order by now is no dead letter any more."""
    _drop(connection, source_id, [item_digest(key) for key in keys])


def _drop(connection: sa.Connection, source_id: str, digests: list[str]) -> None:
    for start in range(0, len(digests), _AT_ONCE):
        these = source_items.c.item.in_(digests[start : start + _AT_ONCE])
        connection.execute(source_items.delete().where(source_items.c.source_id == source_id, these))


def hand_over(
    connection: sa.Connection, seal: Seal, source_id: str, item: Item, *, now: datetime, revives: bool
) -> bool:
    """Writes down what a program told us; answers whether that was new.

    Where it `revives`, a dead one is tried anew with the new link.
    """
    digest = item_digest(item.key)
    query = sa.select(source_items).where(
        source_items.c.source_id == source_id, source_items.c.item == digest
    )
    row = connection.execute(query.with_for_update()).first()
    if row is not None and not (revives and row.state == ItemState.DEAD.value):
        return False
    item_id = new_id(now) if row is None else row.id
    values = {**_begun(item, now=now, quiet=None), "handed": seal(item_id)}
    if row is not None:
        _set(connection, source_items.c.id == item_id, **values)
        return True
    connection.execute(
        source_items.insert().values(id=item_id, source_id=source_id, item=digest, key=item.key, **values)
    )
    return True


def ready(
    connection: sa.Connection, key: MasterKey, source_id: str, *, now: datetime, most: int
) -> tuple[Noticed, ...]:
    """The oldest whose time has come."""
    query = (
        sa.select(source_items)
        .where(
            source_items.c.source_id == source_id,
            source_items.c.state.in_(_OPEN),
            source_items.c.due_at <= now,
        )
        .order_by(source_items.c.changed_at, source_items.c.id)
        .limit(most)
    )
    return tuple(_noticed(row, key) for row in connection.execute(query))


def end(connection: sa.Connection, source_id: str, item: Item, became: Tied, *, now: datetime) -> None:
    """What became of it; a link is of no more use."""
    told = {"external_id": became.external_id, "began_at": became.began_at}
    _of(
        connection, source_id, item,
        state=became.state.value, call_id=became.call_id, ended_at=now, reason="", handed=None, **told,
    )  # fmt: skip


def put_off(connection: sa.Connection, source_id: str, item: Item, reason: str, until: datetime) -> None:
    """To be looked at again later; that was no try."""
    _of(connection, source_id, item, state=ItemState.WAITING.value, reason=reason, due_at=until)


def begin_anew(
    connection: sa.Connection, source_id: str, noticed: Noticed, *, now: datetime, quiet: timedelta
) -> None:
    """It was not whole: whoever lists it next finds its new version. One that nobody lists again ends here."""
    if noticed.tries + 1 >= MOST_TRIES:
        fail(connection, source_id, noticed, "item_changed", for_good=True, now=now)
        return
    values = {
        "state": ItemState.SEEN.value,
        "seen_at": now,
        "due_at": now + quiet,
        "tries": noticed.tries + 1,
    }
    _of(connection, source_id, noticed.item, **values)


def fail(
    connection: sa.Connection, source_id: str, noticed: Noticed, reason: str, *, for_good: bool, now: datetime
) -> None:
    """One try more has failed: again later, or a dead letter."""
    tries = noticed.tries + 1
    if for_good or tries >= MOST_TRIES:
        values: Mapping[str, Any] = {"state": ItemState.DEAD.value, "ended_at": now}
    else:
        values = {"state": ItemState.WAITING.value, "due_at": now + _WAITS[min(tries, len(_WAITS)) - 1]}
    _of(connection, source_id, noticed.item, tries=tries, reason=reason, **values)


def retry(connection: sa.Connection, letter_id: str, *, now: datetime) -> bool:
    """Lets a person try a dead letter again; answers whether there is such a one.

    What could not be taken in as it was is forgotten: where it is still so, the next look finds it again.
    """
    unfit = source_items.delete().where(
        source_items.c.id == letter_id,
        source_items.c.state == ItemState.DEAD.value,
        source_items.c.reason.in_(sorted(UNFIT)),
    )
    if connection.execute(unfit).rowcount:
        return True
    return _set(
        connection, source_items.c.id == letter_id, source_items.c.state == ItemState.DEAD.value,
        state=ItemState.WAITING.value, due_at=now, tries=0, reason="", ended_at=None,
    )  # fmt: skip


def letters(connection: sa.Connection, source_id: str, *, limit: int, before: str) -> tuple[Letter, ...]:
    """Dead letters, newest first; `before` is the id of the last one of the page before."""
    query = (
        sa.select(source_items, sources.c.name)
        .join(sources, sources.c.id == source_items.c.source_id)
        .where(source_items.c.state == ItemState.DEAD.value, source_items.c.source_id == source_id)
        .order_by(source_items.c.id.desc())
        .limit(limit)
    )
    if before:
        query = query.where(source_items.c.id < before)
    return tuple(
        Letter(row.id, row.name, row.key, row.bytes, row.reason, row.tries, row.seen_at, row.ended_at)
        for row in connection.execute(query)
    )


def _versions(connection: sa.Connection, source_id: str, digests: list[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for start in range(0, len(digests), _AT_ONCE):
        query = sa.select(source_items.c.item, source_items.c.version).where(
            source_items.c.source_id == source_id, source_items.c.item.in_(digests[start : start + _AT_ONCE])
        )
        found.update({row.item: row.version for row in connection.execute(query)})
    return found


def _begun(item: Item, *, now: datetime, quiet: timedelta | None) -> dict[str, Any]:
    return {
        "version": item.version,
        "bytes": item.bytes,
        "changed_at": item.changed_at,
        "state": (ItemState.WAITING if quiet is None else ItemState.SEEN).value,
        "seen_at": now,
        "due_at": now + (quiet or timedelta()),
        "ended_at": None,
        "tries": 0,
        "reason": "",
    }


def _of(connection: sa.Connection, source_id: str, item: Item, **values: Any) -> None:
    """Changes the row of this version; of another one it is no business of ours."""
    _set(
        connection,
        source_items.c.source_id == source_id,
        source_items.c.item == item_digest(item.key),
        source_items.c.version == item.version,
        **values,
    )


def _set(connection: sa.Connection, *conditions: sa.ColumnElement[bool], **values: Any) -> bool:
    changed = connection.execute(source_items.update().where(*conditions).values(**values))
    return bool(changed.rowcount)


def _noticed(row: Any, key: MasterKey) -> Noticed:
    item = Item(row.key, row.version, row.bytes, row.changed_at)
    handed = unseal_handed(key, row.id, row.handed) if row.handed else None
    return Noticed(item, ItemState(row.state), row.seen_at, row.tries, row.reason, handed)
