"""The outbox of webhooks: an event is written down in the transaction that made it, and delivered at least once."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

import sqlalchemy as sa

from qa_service.stores.ids import new_id
from qa_service.stores.tables import call_routes, calls, deliveries, webhooks

#: Waiting times between tries (Standard Webhooks 1.0); after the last the delivery is dead, until replayed.
SCHEDULE = tuple(timedelta(seconds=s) for s in (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400))
#: While one process tries, others leave it alone for this long.
_TAKEN = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Due:
    """A delivery whose time has come."""

    id: str
    event: str
    body: str
    attempts: int
    created_at: datetime
    kind: str
    #: Address and secrets, sealed: see stores/webhooks.py.
    sealed: bytes
    webhook_id: str


class Tried(Protocol):
    """A delivery as it was taken."""

    @property
    def id(self) -> str:
        """Its id."""

    @property
    def attempts(self) -> int:
        """How often it had been tried before it was taken."""


def announce(connection: sa.Connection, event: str, body: Mapping[str, Any], *, now: datetime) -> None:
    """Writes a delivery for every webhook that wants this event, of all calls or of this one's team and route."""
    call = body.get("call_id")
    team = sa.select(calls.c.team).where(calls.c.id == call).scalar_subquery()
    route = sa.select(call_routes.c.alerts).where(call_routes.c.call_id == call).scalar_subquery()
    listening = sa.select(webhooks.c.id, webhooks.c.events).where(
        webhooks.c.disabled_at.is_(None),
        sa.or_(webhooks.c.team == "", webhooks.c.team == team),
        sa.or_(webhooks.c.alerts == "", webhooks.c.alerts == route),
    )
    text = json.dumps({"type": event, "timestamp": now.isoformat(), "data": dict(body)}, ensure_ascii=False)
    rows = [
        {
            "id": new_id(now),
            "webhook_id": webhook_id,
            "event": event,
            "body": text,
            "state": "waiting",
            "due_at": now,
            "created_at": now,
        }
        for webhook_id, events in connection.execute(listening)
        if event in events.split()
    ]
    if rows:
        connection.execute(deliveries.insert(), rows)


def take(
    connection: sa.Connection, *, now: datetime, most: int = 20, leave: Collection[str] = ()
) -> tuple[Due, ...]:
    """The first delivery of each webhook whose time has come; they are this process's for a minute.

    One of each, so that a webhook with many waiting does not stand in the way of others; `leave` names webhooks that
    get nothing now.
    """
    is_due = _is_due(now, leave)
    place = sa.func.row_number().over(
        partition_by=deliveries.c.webhook_id, order_by=(deliveries.c.due_at, deliveries.c.id)
    )
    ranked = sa.select(deliveries.c.id, place.label("place")).where(is_due).subquery()
    first = sa.select(ranked.c.id).where(ranked.c.place == 1)
    due = (
        sa.select(deliveries, webhooks.c.kind, webhooks.c.secret)
        .join(webhooks, webhooks.c.id == deliveries.c.webhook_id)
        # Said again outside: another process may have taken it between the two readings.
        .where(deliveries.c.id.in_(first), is_due, webhooks.c.disabled_at.is_(None))
        .order_by(deliveries.c.due_at, deliveries.c.id)
        .limit(most)
        .with_for_update(skip_locked=True, of=deliveries)
    )
    taken = tuple(map(_due, connection.execute(due).all()))
    mine = deliveries.c.id.in_([one.id for one in taken])
    if taken:
        connection.execute(deliveries.update().where(mine).values(due_at=now + _TAKEN))
    return taken


def is_any_due(connection: sa.Connection, *, now: datetime, leave: Collection[str] = ()) -> bool:
    """Whether there is anything to take; only reads."""
    return (
        connection.execute(sa.select(deliveries.c.id).where(_is_due(now, leave)).limit(1)).first() is not None
    )


def delivered(connection: sa.Connection, delivery_id: str, answer: str, *, now: datetime) -> None:
    """The other side has it."""
    connection.execute(
        deliveries.update()
        .where(deliveries.c.id == delivery_id)
        .values(state="delivered", delivered_at=now, answer=answer[:200], attempts=deliveries.c.attempts + 1)
    )


def failed(
    connection: sa.Connection, tried: Tried, answer: str, *, now: datetime, wait: timedelta = timedelta()
) -> None:
    """To be tried again by the schedule, not before `wait`; dead after the last try.

    Says nothing about a delivery that somebody else has answered for meanwhile.
    """
    is_last = tried.attempts >= len(SCHEDULE)
    again = {"due_at": now + max(_spread(tried), wait)} if not is_last else {"state": "dead"}
    connection.execute(
        deliveries.update()
        .where(_is_as_taken(tried))
        .values(answer=answer[:200], attempts=tried.attempts + 1, **again)
    )


def give_up(connection: sa.Connection, tried: Tried, answer: str) -> None:
    """Dead at once: the other side will never want it."""
    connection.execute(
        deliveries.update()
        .where(_is_as_taken(tried))
        .values(state="dead", answer=answer[:200], attempts=tried.attempts + 1)
    )


def replay(connection: sa.Connection, delivery_id: str, *, now: datetime) -> bool:
    """Delivers once more, under the same id: the other side can tell that it has it already."""
    again = connection.execute(
        deliveries.update()
        .where(deliveries.c.id == delivery_id)
        .values(state="waiting", due_at=now, attempts=0)
    )
    return bool(again.rowcount)


def _is_due(now: datetime, leave: Collection[str]) -> sa.ColumnElement[bool]:
    switched_off = sa.select(webhooks.c.id).where(webhooks.c.disabled_at.is_not(None))
    return sa.and_(
        deliveries.c.state == "waiting",
        deliveries.c.due_at <= now,
        deliveries.c.webhook_id.not_in(sorted(leave)),
        deliveries.c.webhook_id.not_in(switched_off),
    )


def _is_as_taken(tried: Tried) -> sa.ColumnElement[bool]:
    return sa.and_(
        deliveries.c.id == tried.id,
        deliveries.c.state == "waiting",
        deliveries.c.attempts == tried.attempts,
    )


def _spread(tried: Tried) -> timedelta:
    """The time to the next try, and up to a tenth more: what failed together does not come back together.

    The end of an id is random, and the same at every look.
    """
    wait = SCHEDULE[tried.attempts]
    return wait + wait * (int(tried.id[-4:], 16) / 0xFFFF / 10)


def _due(row: sa.Row[Any]) -> Due:
    return Due(
        id=row.id,
        event=row.event,
        body=row.body,
        attempts=row.attempts,
        created_at=row.created_at,
        kind=row.kind,
        sealed=row.secret,
        webhook_id=row.webhook_id,
    )
