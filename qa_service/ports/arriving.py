"""Recordings that do not come in one request: in pieces, from an address, many together."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Protocol

from qa_service.core.batches import BatchBrief, BatchRow, BatchState, SideFile
from qa_service.core.people import Asked
from qa_service.core.uploads import Cover, Fetch, PartUpload, TakenFetch


class Uploads(Protocol):
    """Uploads in pieces. They are their caller's own: nobody else sees them. Any node can go on with them."""

    def begin(self, asked: Asked, cover: Cover, length: int) -> PartUpload:
        """A new upload of `length` bytes, or the one that was begun with the same key.

        Raises:
            UsageError: `key_reused`, `too_many_uploads`.
        """

    def find(self, asked: Asked, upload_id: str) -> PartUpload | None:
        """How far an upload is; one that is whole becomes a call now, where that broke off before.

        Raises:
            UsageError, RecordingError: as `Intake.accept`.
        """

    def append(self, asked: Asked, upload_id: str, start: int, piece: BinaryIO) -> PartUpload | None:
        """Keeps the bytes from `start` on, durably; the last ones make a call of the upload.

        Raises:
            UsageError: `wrong_offset`, `more_than_announced`; and as `Intake.accept`.
        """

    def abort(self, asked: Asked, upload_id: str) -> bool:
        """Throws an upload away; a call that it became stays."""


class Fetches(Protocol):
    """Recordings to be fetched from addresses. They are their caller's own: nobody else sees them."""

    def ask(self, asked: Asked, url: str, cover: Cover, *, valid_until: datetime | None) -> Fetch:
        """Writes down, durably, what is to be fetched, or finds what was asked with the same key.

        Raises:
            UsageError: `key_reused`, `too_many_uploads`; AddressError: `address_refused`.
        """

    def find(self, asked: Asked, fetch_id: str) -> Fetch | None:
        """What became of it."""


class Batches(Protocol):
    """Many recordings that are announced together, and come one by one. Who sees the team sees them."""

    def add(self, asked: Asked, team: str, told: SideFile) -> str:
        """Writes down what is announced; answers the batch's id."""

    def row(self, asked: Asked, batch_id: str, file_name: str) -> tuple[str, BatchRow] | None:
        """The batch's team, and what was said about the recording with this name; None where there is no such batch.

        Raises:
            UsageError: `no_such_row`; EnvelopeError: its name does not say what it should.
        """

    def all(self, asked: Asked, *, limit: int, before: str) -> Sequence[BatchBrief]:
        """The newest first; behind the batch `before`, where it is not empty."""

    def state(self, asked: Asked, batch_id: str, *, limit: int, after: int) -> BatchState | None:
        """How many came and what became of them; the first of the missing behind row `after`."""


class FetchList(Protocol):
    """Fetches that wait, for whoever does them. What was taken and not answered for is there again soon."""

    def take(self, most: int, leave: Collection[str]) -> Sequence[TakenFetch]:
        """At most `most` whose time has come, none of the hosts in `leave`.

        Raises:
            DatabaseAway: as everywhere here.
        """

    def hold(self, taken: TakenFetch) -> None:
        """It still comes: nobody else is to begin with it."""

    def fetched(self, taken: TakenFetch, file: Path) -> None:
        """It lies complete on disk: it becomes a call.

        Raises:
            UsageError, RecordingError: as `Intake.accept`.
        """

    def failed(self, taken: TakenFetch, code: str, *, is_final: bool) -> None:
        """To be tried again while there is time; never again where that is of no use."""
