"""Who is told outside, as the API sees it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from qa_service.core.people import Asked
from qa_service.core.webhooks import NewWebhook, Sent, Webhook


class Webhooks(Protocol):
    """Who is told outside."""

    def all(self, asked: Asked) -> Sequence[Webhook]:
        """All webhooks, as they may be shown."""

    def add(self, asked: Asked, new: NewWebhook) -> tuple[str, str]:
        """A new webhook: its id, and its secret, shown this once.

        Raises:
            UsageError: `webhook_events`, `webhook_secret`; AddressError: `address_refused`.
        """

    def rotate(self, asked: Asked, webhook_id: str) -> str | None:
        """A new secret, shown this once; None where there is no such webhook."""

    def switch(self, asked: Asked, webhook_id: str, *, on: bool) -> bool:
        """Stops or goes on sending; answers whether there is such a webhook."""

    def sent(self, asked: Asked, *, webhook_id: str, state: str, limit: int, before: str) -> Sequence[Sent]:
        """The newest deliveries."""

    def replay(self, asked: Asked, delivery_id: str) -> bool:
        """Delivers once more, under the same id; answers whether there is such a delivery."""
