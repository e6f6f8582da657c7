"""The outbox of webhooks: an event is written down in the transaction that made it, and delivered at least once."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from qa_service.stores.ids import new_id
from qa_service.stores.tables import deliveries, webhooks

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
    url: str
    secret: bytes
    webhook_id: str


def announce(connection: sa.Connection, event: str, body: Mapping[str, Any], *, now: datetime) -> None:
    """Writes a delivery for every webhook that wants this event."""
    listening = sa.select(webhooks.c.id, webhooks.c.events).where(webhooks.c.disabled_at.is_(None))
    text = json.dumps({"type": event, "timestamp": now.isoformat(), "data": dict(body)}, ensure_ascii=False)
    rows = [
        {
            "id": new_id(now),
            "webhook_id": webhook_id,
            "event": event,
            "body": text,
            "state": "waiting",
            "attempts": 0,
            "due_at": now,
            "created_at": now,
            "answer": "",
        }
        for webhook_id, events in connection.execute(listening)
        if event in events.split()
    ]
    if rows:
        connection.execute(deliveries.insert(), rows)


def take(connection: sa.Connection, *, now: datetime, most: int = 20) -> tuple[Due, ...]:
    """Deliveries whose time has come; they are this process's for a minute."""
    due = (
        sa.select(deliveries, webhooks.c.kind, webhooks.c.url, webhooks.c.secret)
        .join(webhooks, webhooks.c.id == deliveries.c.webhook_id)
        .where(deliveries.c.state == "waiting", deliveries.c.due_at <= now, webhooks.c.disabled_at.is_(None))
        .order_by(deliveries.c.due_at)
        .limit(most)
        .with_for_update(skip_locked=True, of=deliveries)
    )
    taken = []
    for row in connection.execute(due).all():
        connection.execute(deliveries.update().where(deliveries.c.id == row.id).values(due_at=now + _TAKEN))
        taken.append(
            Due(
                row.id,
                row.event,
                row.body,
                row.attempts,
                row.created_at,
                row.kind,
                row.url,
                row.secret,
                row.webhook_id,
            )
        )
    return tuple(taken)


def delivered(connection: sa.Connection, delivery_id: str, answer: str, *, now: datetime) -> None:
    """The other side has it."""
    connection.execute(
        deliveries.update()
        .where(deliveries.c.id == delivery_id)
        .values(state="delivered", delivered_at=now, answer=answer[:200], attempts=deliveries.c.attempts + 1)
    )


def failed(connection: sa.Connection, due: Due, answer: str, *, now: datetime) -> None:
    """To be tried again later; dead after the last try."""
    is_last = due.attempts >= len(SCHEDULE)
    values = {"state": "dead"} if is_last else {"state": "waiting", "due_at": now + SCHEDULE[due.attempts]}
    connection.execute(
        deliveries.update()
        .where(deliveries.c.id == due.id)
        .values(answer=answer[:200], attempts=due.attempts + 1, **values)
    )


def replay(connection: sa.Connection, delivery_id: str, *, now: datetime) -> bool:
    """Delivers once more, under the same id: the other side can tell that it has it already."""
    again = connection.execute(
        deliveries.update()
        .where(deliveries.c.id == delivery_id)
        .values(state="waiting", due_at=now, attempts=0)
    )
    return bool(again.rowcount)
