"""One finisher of an upload: whoever makes a call of it holds it meanwhile, and lets it go when they die."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from qa_service.stores.tables import uploads

#: Nobody who is alive is silent for so long: after it another may finish the upload.
LEASE = timedelta(seconds=20)
_RENEWED_S = 5.0


@dataclass(frozen=True, slots=True)
class Finishing:
    """Who finishes uploads."""

    engine: sa.Engine
    now: Callable[[], datetime]

    def claim(self, upload_id: str) -> bool:
        """Takes an upload that is whole, where nobody who is alive has it."""
        now, row = self.now(), uploads.c
        free = sa.or_(row.held_until.is_(None), row.held_until <= now)
        wanted = uploads.update().where(
            row.id == upload_id, row.state == "open", row.received == row.length, free
        )
        with self.engine.begin() as connection:
            return bool(connection.execute(wanted.values(held_until=now + LEASE)).rowcount)

    @contextmanager
    def held(self, upload_id: str) -> Iterator[None]:
        """Keeps what was claimed, however long the work on it takes, and lets it go afterwards."""
        over = threading.Event()
        thread = threading.Thread(target=self._renew, args=(upload_id, over), daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()
            with suppress(sa.exc.SQLAlchemyError):  # where the database is away, the time runs out by itself
                self._set(upload_id, None)

    def _renew(self, upload_id: str, over: threading.Event) -> None:
        while not over.wait(_RENEWED_S):
            with suppress(sa.exc.SQLAlchemyError):  # the next time will do
                self._set(upload_id, self.now() + LEASE)

    def _set(self, upload_id: str, until: datetime | None) -> None:
        row = uploads.c
        with self.engine.begin() as connection:
            kept = uploads.update().where(
                row.id == upload_id, row.state == "open", row.held_until.is_not(None)
            )
            connection.execute(kept.values(held_until=until))
