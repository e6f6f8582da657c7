"""Webhooks as an administrator keeps them: address and secrets sealed with the master key, a secret shown once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa

from qa_service.core.errors import UsageError
from qa_service.core.webhooks import EVENTS, NewWebhook, Webhook, WebhookKind
from qa_service.stores import audit, deliveries
from qa_service.stores.ids import new_id
from qa_service.stores.keys import MasterKey
from qa_service.stores.tables import webhooks
from qa_service.stores.webhook_secrets import Opened, make_secret, seal, unseal

#: For so long after a rotation messages carry the old signature beside the new one.
OVERLAP = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Office:
    """Changes webhooks in the caller's transaction, in the name of `who`, and writes down that it did."""

    connection: sa.Connection
    key: MasterKey
    who: str
    now: datetime

    def add(self, new: NewWebhook) -> tuple[str, str]:
        """Its id, and the secret, which is not shown again; empty where there is none.

        Raises:
            UsageError: `webhook_events`, `webhook_secret`.
        """
        _require_events(new.events)
        webhook_id, secret = new_id(self.now), make_secret(new.kind, new.secret)
        opened = Opened(new.url, ((secret, None),) if secret else ())
        self.connection.execute(
            webhooks.insert().values(
                id=webhook_id,
                kind=new.kind.value,
                url=_shown(new),
                secret=seal(self.key, webhook_id, opened),
                events=" ".join(new.events),
                team=new.team,
                alerts=new.alerts,
                created_by=self.who,
                created_at=self.now,
            )
        )
        self._note("add_webhook", webhook_id)
        return webhook_id, secret

    def rotate(self, webhook_id: str, secret: str = "") -> str | None:
        """A new secret, shown once; the old one goes on beside it for OVERLAP. None: there is no such webhook.

        Raises:
            UsageError: `webhook_secret`.
        """
        row = self.connection.execute(sa.select(webhooks).where(webhooks.c.id == webhook_id)).first()
        if row is None:
            return None
        fresh, before = make_secret(WebhookKind(row.kind), secret), unseal(self.key, webhook_id, row.secret)
        old = tuple((known, self.now + OVERLAP) for known in before.valid(self.now)[:1])
        opened = Opened(before.url, (((fresh, None),) if fresh else ()) + old)
        self._set(webhook_id, secret=seal(self.key, webhook_id, opened))
        self._note("rotate_webhook", webhook_id)
        return fresh

    def disable(self, webhook_id: str) -> bool:
        """Sends nothing more; what waits goes on waiting. Answers whether there is such a webhook."""
        is_there = self._set(webhook_id, disabled_at=self.now)
        if is_there:
            self._note("disable_webhook", webhook_id)
        return is_there

    def enable(self, webhook_id: str) -> bool:
        """Sends again, what waited first. Answers whether there is such a webhook."""
        is_there = self._set(webhook_id, disabled_at=None)
        if is_there:
            self._note("enable_webhook", webhook_id)
        return is_there

    def replay(self, delivery_id: str) -> bool:
        """Delivers once more, under the same id. Answers whether there is such a delivery."""
        is_there = deliveries.replay(self.connection, delivery_id, now=self.now)
        if is_there:
            audit.write(
                self.connection,
                audit.Entry(self.who, "replay_delivery", f"delivery:{delivery_id}"),
                now=self.now,
            )
        return is_there

    def _set(self, webhook_id: str, **values: object) -> bool:
        changed = self.connection.execute(
            webhooks.update().where(webhooks.c.id == webhook_id).values(**values)
        )
        return bool(changed.rowcount)

    def _note(self, action: str, webhook_id: str) -> None:
        audit.write(self.connection, audit.Entry(self.who, action, f"webhook:{webhook_id}"), now=self.now)


def every(connection: sa.Connection) -> tuple[Webhook, ...]:
    """All webhooks, oldest first, also those that are switched off."""
    return tuple(map(_webhook, connection.execute(sa.select(webhooks).order_by(webhooks.c.id))))


def _shown(new: NewWebhook) -> str:
    """Chats' addresses are keys in themselves: only their host is shown; of others not the query."""
    parts = urlsplit(new.url)
    place = parts.netloc.rpartition("@")[2]
    path = parts.path if new.kind is WebhookKind.GENERIC else "/…"
    return f"{parts.scheme}://{place}{path}"


def _require_events(events: tuple[str, ...]) -> None:
    if not events or not set(events) <= set(EVENTS):
        raise UsageError(
            "webhook_events",
            problem="these are not events of ours",
            fix=f"Choose from {', '.join(EVENTS)}",
            known=", ".join(EVENTS),
        )


def _webhook(row: sa.Row[Any]) -> Webhook:
    return Webhook(
        id=row.id,
        kind=WebhookKind(row.kind),
        shown_url=row.url,
        events=tuple(row.events.split()),
        team=row.team,
        alerts=row.alerts,
        created_by=row.created_by,
        created_at=row.created_at,
        disabled_at=row.disabled_at,
    )
