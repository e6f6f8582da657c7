"""Requests that may come twice: the same idempotency key and content bring the same answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from qa_service.core.errors import UsageError
from qa_service.core.ids import digest
from qa_service.stores.tables import idempotency

#: As long as a key is remembered (Stripe: at least a day).
REMEMBERED = timedelta(hours=48)


@dataclass(frozen=True, slots=True)
class Repeat:
    """One caller's key, and what was asked with it. An empty key is remembered by nobody."""

    owner: str
    key: str
    asked: Sequence[object]

    def known(self, connection: sa.Connection, *, now: datetime) -> str | None:
        """The id that the first request was answered with.

        Raises:
            UsageError: `key_reused`: the key stands for something else.
        """
        same = (idempotency.c.owner == self.owner, idempotency.c.key == self.key)
        young = idempotency.c.created_at >= now - REMEMBERED
        row = connection.execute(sa.select(idempotency).where(*same, young)).first() if self.key else None
        if row is not None and row.body_digest != self._digest():
            raise UsageError(
                "key_reused",
                where="Idempotency-Key",
                problem="stands for another content",
                fix="Use a new key for new content",
            )
        return None if row is None else str(row.object_id)

    def remember(self, connection: sa.Connection, object_id: str, *, now: datetime) -> None:
        """The same request is answered with this id from now on."""
        if not self.key:
            return
        same = (idempotency.c.owner == self.owner, idempotency.c.key == self.key)
        connection.execute(idempotency.delete().where(*same, idempotency.c.created_at < now - REMEMBERED))
        row = {"owner": self.owner, "key": self.key, "body_digest": self._digest(), "created_at": now}
        connection.execute(idempotency.insert().values(object_id=object_id, **row))

    def _digest(self) -> str:
        return digest(*map(str, self.asked), length=64)
