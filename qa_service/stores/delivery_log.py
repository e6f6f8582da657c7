"""What became of deliveries, for administrators."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from qa_service.core.webhooks import Sent
from qa_service.stores.tables import deliveries


def page(
    connection: sa.Connection, *, webhook_id: str = "", state: str = "", limit: int = 50, before: str = ""
) -> tuple[Sent, ...]:
    """The newest deliveries, or those before an id; of one webhook or state where it is named."""
    query = sa.select(deliveries).order_by(deliveries.c.id.desc()).limit(min(limit, 200))
    for column, wanted in ((deliveries.c.webhook_id, webhook_id), (deliveries.c.state, state)):
        query = query.where(column == wanted) if wanted else query
    if before:
        query = query.where(deliveries.c.id < before)
    return tuple(_shown(row) for row in connection.execute(query))


def _shown(row: sa.Row[Any]) -> Sent:
    return Sent(
        id=row.id,
        webhook_id=row.webhook_id,
        event=row.event,
        state=row.state,
        attempts=row.attempts,
        due_at=row.due_at,
        created_at=row.created_at,
        delivered_at=row.delivered_at,
        answer=row.answer,
    )
