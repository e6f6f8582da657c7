"""The port `Sources`: each request is one transaction, and stands in the audit log."""

from __future__ import annotations

import base64
import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from functools import partial
from itertools import islice
from typing import Protocol

import sqlalchemy as sa

from qa_service.core.errors import SourcingError
from qa_service.core.items import Handed, Item, Letter, Login
from qa_service.core.people import Asked
from qa_service.core.signatures import PREFIX, is_signed
from qa_service.core.sources import Handling, NewSource, Place, Secrets, Source, SourceKind
from qa_service.ports.sources import DayCount, DayRow, RecordReader, SourceReader, Tried
from qa_service.stores import audit, cdr, reconciliation, source_items, sources
from qa_service.stores.engine import reading
from qa_service.stores.source_ledger import asked_by
from qa_service.stores.source_secrets import handling_text, seal, seal_handed, unseal
from qa_service.stores.workbench import Shelves
from qa_service.usecases.collect import is_wanted
from qa_service.usecases.name_numbers import covers
from qa_service.usecases.source_names import check_pattern, read_name, shown_name

_SECRET_BYTES = 32


class Doors(Protocol):
    """Opens what lies outside, within what was allowed (sources/opening.py)."""

    def check(self, new: NewSource) -> None:
        """Refuses what could not, or may not, be opened."""

    def reader(
        self, kind: SourceKind, place: Place, secrets: Secrets, legs: tuple[str, ...] = ()
    ) -> SourceReader:
        """Of a source whose things are listed."""

    def records(self, place: Place, secrets: Secrets, timezone: str) -> RecordReader:
        """Of call detail records."""


@dataclass(frozen=True, slots=True)
class StoreSources:
    """Sources as an administrator keeps them; `check_url` refuses links that may not be called."""

    shelves: Shelves
    doors: Doors
    check_url: Callable[[str], object]

    def all(self, asked: Asked) -> Sequence[Source]:  # noqa: ARG002
        """All sources, without what opens them."""
        with reading(self.shelves.engine) as connection:
            return sources.every(connection)

    def add(self, asked: Asked, new: NewSource) -> tuple[str, str]:
        """A new source, switched off: its id, and a dialler's secret."""
        check_pattern(new.handling.pattern)
        self.doors.check(new)
        signing = _made() if new.kind is SourceKind.DIALLER else ""
        kept = replace(new, secrets=replace(new.secrets, signing=signing))
        with self.shelves.engine.begin() as connection:
            source_id = sources.add(
                connection, self.shelves.key, kept, who=asked.caller.id, now=self.shelves.now()
            )
            self._note(connection, asked, "add_source", source_id, kind=new.kind.value)
        return source_id, signing

    def change(
        self, asked: Asked, source_id: str, handling: Handling | None, secrets: Secrets | None
    ) -> bool:
        """Other handling or secrets, checked as new ones are."""
        with reading(self.shelves.engine) as connection:
            row = sources.find(connection, source_id)
        if row is None:
            return False
        kept, known = sources.source_of(row), unseal(self.shelves.key, source_id, row.secret)
        opens = known if secrets is None else replace(secrets, signing=known.signing)
        new = NewSource(kept.name, kept.kind, kept.place, handling or kept.handling, opens)
        check_pattern(new.handling.pattern)
        self.doors.check(new)
        with self.shelves.engine.begin() as connection:
            is_there = sources.change(
                connection,
                source_id,
                team=new.handling.team,
                handling=handling_text(new.handling),
                secret=seal(self.shelves.key, source_id, opens),
                due_at=self.shelves.now(),
                trouble="",
            )
            told = {"handling": str(handling is not None), "secrets": str(secrets is not None)}
            self._note(connection, asked, "change_source", source_id, **told)
        return is_there

    def switch(self, asked: Asked, source_id: str, *, on: bool) -> bool:
        """Stops or goes on collecting."""
        with self.shelves.engine.begin() as connection:
            is_there = sources.change(connection, source_id, is_on=on, due_at=self.shelves.now(), trouble="")
            if is_there:
                self._note(connection, asked, "enable_source" if on else "disable_source", source_id)
        return is_there

    def fill(self, asked: Asked, source_id: str, since: datetime, until: datetime) -> bool:
        """Fills in what changed in this time."""
        with self.shelves.engine.begin() as connection:
            values = {"fill_since": since, "fill_until": until, "due_at": self.shelves.now()}
            is_there = sources.change(connection, source_id, **values)
            if is_there:
                told = {"since": since.isoformat(), "until": until.isoformat()}
                self._note(connection, asked, "fill_source", source_id, **told)
        return is_there

    def try_out(self, asked: Asked, source_id: str, most: int) -> Sequence[Tried] | None:  # noqa: ARG002
        """The first things that lie there, and what their names say."""
        with reading(self.shelves.engine) as connection:
            row = sources.find(connection, source_id)
        if row is None:
            return None
        source, secrets = sources.source_of(row), unseal(self.shelves.key, source_id, row.secret)
        if source.kind is SourceKind.DIALLER:
            return ()
        if source.kind is SourceKind.CDR:
            return _tried_records(
                self.doors.records(source.place, secrets, source.handling.timezone), source, most
            )
        reader = self.doors.reader(source.kind, source.place, secrets, source.handling.legs)
        listed = reader.items(source.begin_at)
        wanted = (item for item in listed if is_wanted(item, source.handling))
        return tuple(_tried(item, source) for item in islice(wanted, most))

    def letters(self, asked: Asked, source_id: str, *, limit: int, before: str) -> Sequence[Letter]:  # noqa: ARG002
        """Dead letters, newest first, without the numbers of customers in their names."""
        with reading(self.shelves.engine) as connection:
            row = sources.find(connection, source_id)
            pattern = sources.source_of(row).handling.pattern if row else ""
            found = source_items.letters(connection, source_id, limit=limit, before=before)
        return tuple(replace(letter, key=shown_name(pattern, letter.key)) for letter in found)

    def retry(self, asked: Asked, letter_id: str) -> bool:
        """Tries a dead letter again."""
        with self.shelves.engine.begin() as connection:
            is_there = source_items.retry(connection, letter_id, now=self.shelves.now())
            if is_there:
                entry = audit.Entry(
                    asked.caller.id, "retry_letter", f"letter:{letter_id}", None, asked.request_id
                )
                audit.write(connection, entry, now=self.shelves.now())
        return is_there

    def set_logins(self, asked: Asked, logins: Sequence[Login]) -> int:
        """A new login table in place of the old one."""
        with self.shelves.engine.begin() as connection:
            cdr.set_logins(connection, logins)
            entry = audit.Entry(
                asked.caller.id, "set_logins", "logins", {"count": len(logins)}, asked.request_id
            )
            audit.write(connection, entry, now=self.shelves.now())
        return len(logins)

    def logins(self, asked: Asked) -> Iterable[Login]:  # noqa: ARG002
        """The login table."""
        with reading(self.shelves.engine) as connection:
            return cdr.all_logins(connection)

    def signed(self, source_id: str, headers: dict[str, str], body: bytes) -> Asked | None:
        """Whoever signed with the secret of this dialler."""
        with reading(self.shelves.engine) as connection:
            row = sources.find(connection, source_id)
        if row is None or row.kind != SourceKind.DIALLER.value:
            return None
        secret = unseal(self.shelves.key, source_id, row.secret).signing
        if not is_signed(secret, headers, body, now=self.shelves.now()):
            return None
        return asked_by(sources.source_of(row))

    def hand_over(self, asked: Asked, source_id: str, key: str, handed: Handed) -> bool | None:
        """Writes down a recording to be fetched."""
        now, caller = self.shelves.now(), asked.caller
        mine = sa.true() if caller.id == f"source:{source_id}" else sources.visible(caller.sight)
        with reading(self.shelves.engine) as connection:
            row = sources.find(connection, source_id, mine)
        if row is None or row.kind != SourceKind.DIALLER.value or not row.is_on:
            return None
        self.check_url(handed.url)
        sealed, item = partial(_sealed, self.shelves, handed), Item(key, "1", 0, now)
        try:
            with self.shelves.engine.begin() as connection:
                sources.change(connection, source_id, due_at=now)
                return source_items.hand_over(connection, sealed, source_id, item, now=now, revives=True)
        except sa.exc.IntegrityError:
            return False  # the same was told twice at the same time

    def day(self, asked: Asked, day: date, timezone: str) -> tuple[Sequence[DayCount], Sequence[DayRow]]:  # noqa: ARG002
        """What was expected on a day, what came, and what is missing."""
        with reading(self.shelves.engine) as connection:
            return reconciliation.of_day(connection, day, timezone)

    def _note(
        self, connection: sa.Connection, asked: Asked, action: str, source_id: str, **detail: str
    ) -> None:
        entry = audit.Entry(asked.caller.id, action, f"source:{source_id}", detail or None, asked.request_id)
        audit.write(connection, entry, now=self.shelves.now())


def _made() -> str:
    return PREFIX + base64.b64encode(os.urandom(_SECRET_BYTES)).decode("ascii")


def _sealed(shelves: Shelves, handed: Handed, item_id: str) -> bytes:
    return seal_handed(shelves.key, item_id, handed)


def _tried(item: Item, source: Source) -> Tried:
    """A customer's number is nobody's to look at here."""
    pattern = source.handling.pattern
    if item.unfit:
        return Tried(item, None)
    hidden = replace(item, key=shown_name(pattern, item.key))
    said = read_name(pattern, item.key) if pattern else None
    if said is None:
        return Tried(hidden, None if pattern else {})
    read = {name: str(value) for name, value in asdict(said).items() if value}
    if number := read.get("customer_number", ""):
        read["customer_number"] = covers(number)
    return Tried(hidden, read)


def _tried_records(reader: RecordReader, source: Source, most: int) -> Sequence[Tried]:
    found: list[Tried] = []
    try:
        for record in islice(reader.records(source.begin_at), most):
            told = {**asdict(record), "recording_url": "●" if record.recording_url else ""}
            read = {name: str(value) for name, value in told.items() if value}
            at = record.changed_at or source.created_at
            found.append(Tried(Item(record.call_id, "1", 0, at), read))
    except SourcingError as error:
        if error.code != "cdr_row":
            raise
        unread: tuple[Item, ...] = error.values["rows"]  # type: ignore[assignment]
        found += [Tried(item, None) for item in unread[:most]]
    return tuple(found)
