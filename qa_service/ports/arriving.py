"""Recordings that do not come in one request: in pieces, from an address, many together."""

from __future__ import annotations

from typing import BinaryIO, Protocol

from qa_service.core.people import Asked
from qa_service.core.uploads import Cover, PartUpload


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
            UsageError: `wrong_offset`, `upload_too_large`; and as `Intake.accept`.
        """

    def abort(self, asked: Asked, upload_id: str) -> bool:
        """Throws an upload away; a call that it became stays."""
