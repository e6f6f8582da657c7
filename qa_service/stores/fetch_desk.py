"""The ports `Fetches` and `FetchList`: addresses are sealed, for whoever has the link has the recording."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import sqlalchemy as sa

from qa_service.core.errors import AddressError, UsageError
from qa_service.core.people import Asked
from qa_service.core.uploads import Arrival, Cover, Fetch, TakenFetch
from qa_service.ports.serving import Intake, as_upload
from qa_service.stores import audit, covers, fetches, owners
from qa_service.stores.engine import answering, reading
from qa_service.stores.fetches import Asking, Row
from qa_service.stores.ids import new_id
from qa_service.stores.workbench import Shelves

#: Without a word about how long the link is good for.
PATIENCE = timedelta(hours=1)
#: No link is waited for longer.
MOST_PATIENCE = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class StoreFetches:
    """What is to be fetched, for those who ask for it."""

    shelves: Shelves
    #: Refuses an address that may not be called: AddressError.
    check: Callable[[str], object]
    #: Fetches of one caller that may wait.
    most_open: int = 10_000

    def ask(self, asked: Asked, url: str, cover: Cover, *, valid_until: datetime | None) -> Fetch:
        """Writes down what is to be fetched; it is fetched within a second or two where a worker lives."""
        digest = covers.digest(cover, f"{url} {valid_until}")
        if known := self._known(asked, cover, digest):
            return known
        if valid_until is not None and valid_until <= self.shelves.now():
            raise UsageError(
                "link_expired", where="valid_until", problem="is over already", fix="Ask for a new link"
            )
        self._check(url)
        asking = self._asking(asked, url, cover, valid_until, digest)
        try:
            self._write(asked, asking)
        except sa.exc.IntegrityError:
            if known := self._known(asked, cover, digest):
                return known
            raise
        return asking.told

    def find(self, asked: Asked, fetch_id: str) -> Fetch | None:
        """What became of it."""
        with reading(self.shelves.engine) as connection:
            row = fetches.find(connection, fetch_id, asked.caller.id)
        return row.told if row else None

    def _write(self, asked: Asked, asking: Asking) -> None:
        with self.shelves.engine.begin() as connection:
            if fetches.count_open(connection, asked.caller.id) >= self.most_open:
                raise UsageError(
                    "too_many_uploads",
                    problem=f"{self.most_open} recordings wait to be fetched already",
                    fix="Wait until some are there",
                    most=self.most_open,
                    retry_after=60,
                )
            fetches.add(connection, asking)
            told = asking.told
            entry = audit.Entry(
                asked.caller.id, "fetch", f"fetch:{told.id}", {"host": told.host}, asked.request_id
            )
            audit.write(connection, entry, now=told.created_at)

    def _check(self, url: str) -> None:
        """A name that cannot be looked up just now may be a moment later; it is checked again then."""
        try:
            self.check(url)
        except AddressError as error:
            if error.code == "address_refused":
                raise

    def _asking(
        self, asked: Asked, url: str, cover: Cover, valid_until: datetime | None, digest: str
    ) -> Asking:
        now = self.shelves.now()
        give_up_at = min(valid_until or now + PATIENCE, now + MOST_PATIENCE)
        told = Fetch(new_id(now), _host(url), Arrival.OPEN, 0, now, due_at=now, give_up_at=give_up_at)
        return Asking(
            told=told,
            owner=asked.caller.id,
            digest=digest,
            url=self.shelves.key.wrap(url.encode(), f"fetch:{told.id}"),
            cover=covers.to_text(cover),
            request_id=asked.request_id,
            trace=asked.trace,
            idempotency_key=cover.idempotency_key,
        )

    def _known(self, asked: Asked, cover: Cover, digest: str) -> Fetch | None:
        if not cover.idempotency_key:
            return None
        with reading(self.shelves.engine) as connection:
            row = fetches.by_key(connection, asked.caller.id, cover.idempotency_key)
        if row is None:
            return None
        if row.told.state is Arrival.FAILED:  # a new link for the same call
            with self.shelves.engine.begin() as connection:
                fetches.remove(connection, row.told.id)
            return None
        if row.digest != digest:
            raise UsageError(
                "key_reused",
                where="Idempotency-Key",
                problem="this key was used for another upload",
                fix="Use a new key for new content",
            )
        return row.told


@dataclass(frozen=True, slots=True)
class StoreFetchList:
    """What is to be fetched, for whoever fetches."""

    shelves: Shelves
    intake: Intake

    def take(self, most: int, leave: Collection[str]) -> Sequence[TakenFetch]:
        """Those whose time has come; taking is writing, so that is first looked for without."""
        now = self.shelves.now()
        with answering(), reading(self.shelves.engine) as connection:
            if not fetches.is_any_due(connection, leave, now=now):
                return ()
        with self._writing() as connection:
            rows = fetches.take(connection, most, leave, now=now)
        return tuple(self._opened(row) for row in rows)

    def hold(self, taken: TakenFetch) -> None:
        """It still comes."""
        with self._writing() as connection:
            fetches.hold(connection, taken, now=self.shelves.now())

    def fetched(self, taken: TakenFetch, file: Path) -> None:
        """It becomes a call, once, whoever fetched it."""
        key = taken.cover.idempotency_key or f"fetch:{taken.id}"
        with answering():
            asked = self._owner(taken)
            receipt = self.intake.accept(
                asked, as_upload(replace(taken.cover, idempotency_key=key), file, "url")
            )
        with self._writing() as connection:
            fetches.done(connection, taken, receipt)

    def failed(self, taken: TakenFetch, code: str, *, is_final: bool) -> None:
        """To be tried again, or never."""
        with self._writing() as connection:
            fetches.failed(connection, taken, code, is_final=is_final, now=self.shelves.now())

    def forget(self) -> None:
        """Forgets what has been over for long."""
        with self._writing() as connection:
            fetches.forget(connection, now=self.shelves.now())

    def _owner(self, taken: TakenFetch) -> Asked:
        with reading(self.shelves.engine) as connection:
            told = (taken.request_id, taken.trace)
            return owners.asked_by(connection, taken.owner, told, now=self.shelves.now())

    def _opened(self, row: Row) -> TakenFetch:
        told = row.told
        return TakenFetch(
            id=told.id,
            url=self._url(row),
            host=told.host,
            cover=covers.from_text(row.cover),
            owner=row.owner,
            request_id=row.request_id,
            trace=row.trace,
            attempts=told.attempts + 1,
            give_up_at=told.give_up_at,
        )

    def _url(self, row: Row) -> str:
        """Empty where another master key sealed it: nothing can be fetched then, and that is said."""
        try:
            return self.shelves.key.unwrap(row.url, f"fetch:{row.told.id}").decode()
        except UsageError:
            return ""

    @contextmanager
    def _writing(self) -> Iterator[sa.Connection]:
        with answering(), self.shelves.engine.begin() as connection:
            yield connection


def _host(url: str) -> str:
    return (urlsplit(url).hostname or "")[:300]
