"""The port `Webhooks`: each request is one transaction in the office."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from qa_service.core.people import Asked
from qa_service.core.webhooks import NewWebhook, Sent, Webhook
from qa_service.stores import delivery_log, webhooks
from qa_service.stores.engine import reading
from qa_service.stores.webhooks import Office
from qa_service.stores.workbench import Shelves


@dataclass(frozen=True, slots=True)
class StoreWebhooks:
    """Webhooks as an administrator keeps them; `check` refuses addresses that may not be called."""

    shelves: Shelves
    check: Callable[[str], object]

    def all(self, asked: Asked) -> Sequence[Webhook]:  # noqa: ARG002
        """All webhooks, as they may be shown."""
        with reading(self.shelves.engine) as connection:
            return webhooks.every(connection)

    def add(self, asked: Asked, new: NewWebhook) -> tuple[str, str]:
        """A new webhook: its id, and its secret, shown this once."""
        self.check(new.url)
        with self._office(asked) as office:
            return office.add(new)

    def rotate(self, asked: Asked, webhook_id: str) -> str | None:
        """A new secret, shown this once."""
        with self._office(asked) as office:
            return office.rotate(webhook_id)

    def switch(self, asked: Asked, webhook_id: str, *, on: bool) -> bool:
        """Stops or goes on sending."""
        with self._office(asked) as office:
            return office.enable(webhook_id) if on else office.disable(webhook_id)

    def sent(self, asked: Asked, *, webhook_id: str, state: str, limit: int, before: str) -> Sequence[Sent]:  # noqa: ARG002
        """The newest deliveries."""
        with reading(self.shelves.engine) as connection:
            return delivery_log.page(
                connection, webhook_id=webhook_id, state=state, limit=limit, before=before
            )

    def replay(self, asked: Asked, delivery_id: str) -> bool:
        """Delivers once more, under the same id."""
        with self._office(asked) as office:
            return office.replay(delivery_id)

    @contextmanager
    def _office(self, asked: Asked) -> Iterator[Office]:
        with self.shelves.engine.begin() as connection:
            yield Office(connection, self.shelves.key, asked.caller.id, self.shelves.now())
