"""The port `Outbox` on the database: one short transaction for every word, secrets opened on the way out."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from qa_service.core.errors import QaError, UsageError
from qa_service.core.webhooks import Delivery, WebhookKind
from qa_service.stores import audit, deliveries
from qa_service.stores.deliveries import Due
from qa_service.stores.engine import reading
from qa_service.stores.keys import MasterKey
from qa_service.stores.tables import webhooks
from qa_service.stores.webhook_secrets import unseal


@dataclass(frozen=True, slots=True)
class StoreOutbox:
    """Deliveries of this installation."""

    engine: sa.Engine
    key: MasterKey
    now: Callable[[], datetime]

    def take(self, most: int, leave: Collection[str]) -> Sequence[Delivery]:
        """The first that is due of each webhook, `leave` left out; they are ours for a minute."""
        now = self.now()
        with _present(), reading(self.engine) as connection:
            # Taking is writing, and on SQLite keeps others from writing: not every second for nothing.
            if not deliveries.is_any_due(connection, now=now, leave=leave):
                return ()
        with _present(), self.engine.begin() as connection:
            taken = deliveries.take(connection, now=now, most=most, leave=leave)
            opened = [self._opened(connection, due, now) for due in taken]
        return tuple(delivery for delivery in opened if delivery is not None)

    def delivered(self, delivery: Delivery, answer: str) -> None:
        """The other side has it."""
        with _present(), self.engine.begin() as connection:
            deliveries.delivered(connection, delivery.id, answer, now=self.now())

    def failed(self, delivery: Delivery, answer: str, wait: timedelta) -> None:
        """To be tried again, or dead."""
        with _present(), self.engine.begin() as connection:
            deliveries.failed(connection, delivery, answer, now=self.now(), wait=wait)

    def disable(self, delivery: Delivery, answer: str) -> None:
        """The other side wants nothing any more."""
        now = self.now()
        with _present(), self.engine.begin() as connection:
            deliveries.give_up(connection, delivery, answer)
            connection.execute(
                webhooks.update().where(webhooks.c.id == delivery.webhook_id).values(disabled_at=now)
            )
            entry = audit.Entry("machine", "disable_webhook", f"webhook:{delivery.webhook_id}")
            audit.write(connection, entry, now=now)

    def _opened(self, connection: sa.Connection, due: Due, now: datetime) -> Delivery | None:
        """With its secrets; one that another key sealed waits, and does not stand in the way of others."""
        try:
            opened = unseal(self.key, due.webhook_id, due.sealed)
        except UsageError as error:
            deliveries.failed(connection, due, error.code, now=now)
            return None
        return Delivery(
            id=due.id,
            webhook_id=due.webhook_id,
            kind=WebhookKind(due.kind),
            event=due.event,
            body=due.body,
            attempts=due.attempts,
            created_at=due.created_at,
            url=opened.url,
            secrets=opened.valid(now),
        )


@contextmanager
def _present() -> Iterator[None]:
    try:
        yield
    except (sa.exc.OperationalError, sa.exc.InterfaceError, sa.exc.TimeoutError) as error:
        raise QaError(
            "database_away",
            problem="the database does not answer",
            fix="Check that it runs and can be reached",
        ) from error
