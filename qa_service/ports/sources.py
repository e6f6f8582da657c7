"""What collecting stands on: readers of sources, and the books of what lies in them and what became of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import BinaryIO, Protocol

from qa_service.core.items import CdrRecord, Handed, Item, Lease, Letter, Login, Noticed, Tied
from qa_service.core.people import Asked
from qa_service.core.sources import Handling, NewSource, Secrets, Source
from qa_service.ports.serving import Receipt, Upload


class SourceReader(Protocol):
    """Lists what lies in a source and hands it out. One contract suite for all: tests/ports/source_contract.py."""

    def items(self, since: datetime, until: datetime | None = None) -> Iterator[Item]:
        """Everything that changed in [since, until), in any order, each once. What nobody can name is left out.

        Raises:
            SourcingError: `source_away`, `source_refused`.
        """

    def fetch(self, item: Item, into: BinaryIO, most_bytes: int) -> int:
        """Writes the bytes of this version; answers how many. What was written before an error is of no use.

        Raises:
            SourcingError: `item_gone`, `item_changed` (there is another version), `item_too_large`, `item_locked`,
                `source_away`, `source_refused`.
        """


class RecordReader(Protocol):
    """Call detail records of another system, only ever read."""

    def records(self, since: datetime, until: datetime | None = None) -> Iterator[CdrRecord]:
        """What changed since then, in any order.

        Raises:
            SourcingError: `source_away`, `source_refused`, `cdr_query`, `cdr_row`.
        """


class Ledger(Protocol):
    """The books, as one process keeps them. Every word is fenced: see core.sources.Lease.

    Raises:
        Fenced: somebody else collects from this source now; DatabaseAway.
    """

    def due(self) -> Sequence[str]:
        """The ids of sources that are on, whose time has come, and that no living process has."""

    def lease(self, source_id: str) -> Lease | None:
        """Takes the source for this process; None where it is not to be had."""

    def notice(self, lease: Lease, items: Sequence[Item], *, are_whole: bool) -> None:
        """Writes down what lies there; what changed since it was noticed begins anew."""

    def bury(self, lease: Lease, items: Sequence[Item]) -> None:
        """Makes dead letters of what can never be taken in as it is (`unfit`)."""

    def note_records(self, lease: Lease, records: Sequence[CdrRecord]) -> None:
        """Keeps records in place of older ones of the same calls; one with a recording's address becomes an item."""

    def ready(self, lease: Lease, most: int) -> Sequence[Noticed]:
        """The oldest that wait, or have been quiet for long enough, and whose time has come."""

    def accept(self, lease: Lease, noticed: Noticed, upload: Upload) -> Receipt:
        """Takes the recording in and says so in the books, in one transaction: nothing comes twice."""

    def tie(self, lease: Lease, noticed: Noticed, tied: Tied) -> None:
        """The item is no call of its own."""

    def put_off(self, lease: Lease, noticed: Noticed, reason: str, until: datetime) -> None:
        """To be looked at again later; that was no try."""

    def begin_anew(self, lease: Lease, noticed: Noticed) -> None:
        """It changed while it was read: it was not whole."""

    def fail(self, lease: Lease, noticed: Noticed, reason: str, *, for_good: bool) -> None:
        """One try more has failed: again later, or a dead letter after the last."""

    def end(self, lease: Lease, *, watermark: datetime | None, trouble: str) -> None:
        """The round is over; an empty `trouble` says that everything was looked at."""


class Registers(Protocol):
    """What is known about calls beside their sound."""

    def same_sound(self, team: str, sha256: str) -> str | None:
        """The id of the team's call with the very same recording."""

    def same_call(self, source: Source, call_id: str, at: datetime) -> str | None:
        """The id of the call of this source that has this external id and lies near in time."""

    def by_call_id(self, cdr: str, call_id: str) -> CdrRecord | None:
        """The record of a call."""

    def by_extension(self, cdr: str, extension: str, since: datetime, until: datetime) -> Sequence[CdrRecord]:
        """The records of an extension whose calls began in [since, until]."""

    def logins(self, extension: str, at: datetime) -> Sequence[Login]:
        """Who sat at an extension at that moment."""


@dataclass(frozen=True, slots=True)
class Tried:
    """One item as a source shows it, and what its name says; None: the pattern does not fit."""

    item: Item
    read: dict[str, str] | None


@dataclass(frozen=True, slots=True)
class DayCount:
    """What became of the calls of a day by the records of one source."""

    source: str
    expected: int
    received: int
    scored: int
    processing: int
    #: Code of the reason → how many.
    not_scorable: dict[str, int]
    failed: dict[str, int]
    #: Their recording came, with the very same bytes as another call's: it is that call, and judged once.
    known: int
    missing: int
    #: Calls of sources that are joined with these records, and have none.
    unexpected: int


@dataclass(frozen=True, slots=True)
class DayRow:
    """One expected call, or one that nobody expected."""

    source: str
    call_id: str
    started_at: datetime | None
    agent_id: str
    extension: str
    #: `scored`, `processing`, `not_scorable`, `failed`, `known`, `missing` or `unexpected`.
    state: str
    reason: str = ""
    id: str = ""


class Sources(Protocol):
    """Sources as an administrator keeps them. What one may not see is not there."""

    def all(self, asked: Asked) -> Sequence[Source]:
        """All sources, oldest first, without what opens them."""

    def add(self, asked: Asked, new: NewSource) -> tuple[str, str]:
        """A new source, switched off: its id, and a dialler's secret, shown this once.

        Raises:
            UsageError: `name_taken`, `pattern_invalid`, `source_invalid`; AddressError: `address_refused`.
        """

    def change(
        self, asked: Asked, source_id: str, handling: Handling | None, secrets: Secrets | None
    ) -> bool:
        """What is done with what comes, or what opens it, from the next round on; None stays as it is.

        Raises:
            UsageError: `pattern_invalid`, `source_invalid`; AddressError: `address_refused`.
        """

    def switch(self, asked: Asked, source_id: str, *, on: bool) -> bool:
        """Stops or goes on collecting; answers whether there is such a source."""

    def fill(self, asked: Asked, source_id: str, since: datetime, until: datetime) -> bool:
        """Fills in what changed in this time; answers whether there is such a source."""

    def try_out(self, asked: Asked, source_id: str, most: int) -> Sequence[Tried] | None:
        """The first things that lie there, looked at now and not taken in; None: there is no such source.

        Raises:
            SourcingError: as its reader does.
        """

    def letters(self, asked: Asked, source_id: str, *, limit: int, before: str) -> Sequence[Letter]:
        """Dead letters, newest first."""

    def retry(self, asked: Asked, letter_id: str) -> bool:
        """Tries a dead letter again; answers whether there is such a one."""

    def set_logins(self, asked: Asked, logins: Sequence[Login]) -> int:
        """Puts a new login table in place of the old one.

        Raises:
            UsageError: `logins_overlap`.
        """

    def logins(self, asked: Asked) -> Iterable[Login]:
        """The login table, by extension and time."""

    def signed(self, source_id: str, headers: dict[str, str], body: bytes) -> Asked | None:
        """Whoever signed with the secret of this dialler, as one who may hand calls over to it."""

    def hand_over(self, asked: Asked, source_id: str, key: str, handed: Handed) -> bool | None:
        """Writes down a recording to be fetched; False: it was there already, None: there is no such source.

        Raises:
            AddressError: `address_refused`.
        """

    def day(self, asked: Asked, day: date, timezone: str) -> tuple[Sequence[DayCount], Sequence[DayRow]]:
        """What was expected on a day, what came, and what is missing."""
