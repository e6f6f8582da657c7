"""The port `Uploads`: pieces are sealed in the object store before they count, so that any node can go on."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO

import sqlalchemy as sa

from qa_service.core.errors import DatabaseAway, QaError, RecordingError, StoreAway, UsageError
from qa_service.core.people import Asked
from qa_service.core.uploads import Arrival, Cover, PartUpload
from qa_service.ports.serving import Intake, Receipt, as_upload
from qa_service.stores import covers, owners, uploads
from qa_service.stores.engine import reading
from qa_service.stores.finishing import Finishing
from qa_service.stores.ids import new_id
from qa_service.stores.sound import Sound, new_data_key
from qa_service.stores.uploads import Kept, Piece
from qa_service.stores.workbench import Shelves

#: Somebody who sends byte by byte is stopped before the table of pieces is.
_MOST_PIECES = 20_000
#: Whoever finishes an upload needs less than this; after it, they are dead.
_FINISHING = timedelta(minutes=15)
#: So many are tidied up at once.
_AT_ONCE = 20


@dataclass(frozen=True, slots=True)
class StoreUploads:
    """Uploads in pieces; the last piece makes a call of them through `intake`."""

    shelves: Shelves
    intake: Intake
    #: Where a whole upload lies open while it is taken in: this process's own folder.
    scratch: Path
    #: Refuses, with RecordingError, what plainly is no recording: the file, and its name.
    first_look: Callable[[Path, str], None] = lambda *_: None
    #: Uploads that one caller may have under way.
    most_open: int = 100

    def begin(self, asked: Asked, cover: Cover, length: int) -> PartUpload:
        """A new upload, or the one that was begun with the same key."""
        digest = covers.digest(cover, str(length))
        if known := self._known(asked, cover, digest):
            return known
        now = self.shelves.now()
        self.expire(most=_AT_ONCE)
        told = PartUpload(new_id(now), length, 0, Arrival.OPEN, now + uploads.UNFINISHED)
        text = covers.to_text(cover)
        kept = Kept(told, asked.caller.id, digest, text, asked.request_id, 0, asked.trace)
        try:
            with self.shelves.engine.begin() as connection:
                if uploads.count_open(connection, asked.caller.id) >= self.most_open:
                    raise _too_many(self.most_open)
                uploads.add(connection, kept, cover.idempotency_key, now=now)
        except sa.exc.IntegrityError:
            if known := self._known(asked, cover, digest):
                return known
            raise
        return told

    def find(self, asked: Asked, upload_id: str) -> PartUpload | None:
        """How far an upload is; one that is whole is ended now, where that broke off before and nobody is at it."""
        kept = self._kept(asked, upload_id)
        if kept is None or not _is_left(kept.told):
            return None if kept is None else kept.told
        return self._finished(kept) if self._finishing.claim(upload_id) else self._told(asked, upload_id)

    def append(self, asked: Asked, upload_id: str, start: int, piece: BinaryIO) -> PartUpload | None:
        """Keeps the next bytes, durably; the last ones make a call of the upload."""
        kept = self._kept(asked, upload_id)
        if kept is None:
            return None
        told, size = kept.told, _size_of(piece)
        if told.state is not Arrival.OPEN or told.received != start:
            raise _wrong_offset(told)
        if kept.pieces >= _MOST_PIECES or start + size > told.length:
            raise UsageError(
                "more_than_announced",
                problem="more pieces or bytes than were announced",
                fix="Send larger pieces, and no more than Upload-Length",
            )
        if size:
            self._keep(asked, upload_id, start, piece)
        # Whoever adds the last bytes has the upload, and finishes it.
        return self._finished(kept) if size and start + size == told.length else self.find(asked, upload_id)

    def abort(self, asked: Asked, upload_id: str) -> bool:
        """Throws an upload away; a call that it became stays."""
        kept = self._kept(asked, upload_id)
        if kept is None:
            return False
        self._remove(kept.told.id)
        return True

    def expire(self, *, most: int = 1_000) -> int:
        """Throws away what nobody went on with, and forgets what is long over; answers how many that was."""
        with reading(self.shelves.engine) as connection:
            over = uploads.expired(connection, most, now=self.shelves.now())
        for upload_id in over:
            self._remove(upload_id)
        return len(over)

    def tidy(self) -> None:
        """Ends uploads that are whole and whose process died over it, and throws away what is too old."""
        before = self.shelves.now() - _FINISHING
        with reading(self.shelves.engine) as connection:
            left = uploads.left_whole(connection, _AT_ONCE, before=before)
        for kept in left:
            try:
                if self._finishing.claim(kept.told.id):
                    self._finished(kept)
            except DatabaseAway:
                raise
            except QaError:  # its sender is told when they ask
                continue
        self.expire()

    def _keep(self, asked: Asked, upload_id: str, start: int, piece: BinaryIO) -> None:
        data_key, about, size = new_data_key(), f"{upload_id}:{start}", _size_of(piece)
        # Two who send the same bytes at once do not write over each other's.
        sound = Sound(f"{_folder(upload_id)}{start}-{os.urandom(6).hex()}.sealed", about, size)
        piece.seek(0)
        self.shelves.sounds.put(sound, piece, data_key)
        row = Piece(start, size, sound.key, self.shelves.key.wrap(data_key, about))
        with self.shelves.engine.begin() as connection:
            grown = uploads.grow(connection, upload_id, row, now=self.shelves.now())
        if not grown:
            self.shelves.sounds.delete(sound.key)
            raise _wrong_offset(self._told(asked, upload_id))

    @property
    def _finishing(self) -> Finishing:
        return Finishing(self.shelves.engine, self.shelves.now)

    def _finished(self, kept: Kept) -> PartUpload:
        """Makes a call of an upload that is whole and held by us; nobody else reads its pieces meanwhile."""
        try:
            with self._finishing.held(kept.told.id):
                return self._made(kept)
        except (UsageError, RecordingError):
            with reading(self.shelves.engine) as connection:
                after = uploads.find(connection, kept.told.id, kept.owner)
            if after is not None and after.told.state is Arrival.DONE:  # by another, who took us for dead
                return after.told
            raise

    def _made(self, kept: Kept) -> PartUpload:
        asked = self._owner(kept)
        cover = covers.from_text(kept.cover)
        key = cover.idempotency_key or f"upload:{kept.told.id}"
        with self._whole(kept.told.id) as file:
            try:
                self.first_look(file, cover.file_name)
                receipt = self.intake.accept(asked, as_upload(replace(cover, idempotency_key=key), file))
            except (UsageError, RecordingError) as error:
                self._end(kept, None, error.code)
                raise
        return self._end(kept, receipt, "")

    def _end(self, kept: Kept, receipt: Receipt | None, error: str) -> PartUpload:
        with self.shelves.engine.begin() as connection:
            uploads.end(connection, kept.told.id, receipt, error, now=self.shelves.now())
            after = uploads.find(connection, kept.told.id, kept.owner)
        with suppress(StoreAway):  # what is left goes when the upload is forgotten
            self.shelves.sounds.delete_under(_folder(kept.told.id))
        return after.told if after else kept.told

    @contextmanager
    def _whole(self, upload_id: str) -> Iterator[Path]:
        """The pieces as one plain file, which is gone afterwards."""
        with reading(self.shelves.engine) as connection:
            pieces = uploads.pieces(connection, upload_id)
        with tempfile.TemporaryDirectory(dir=self.scratch) as folder:
            file = Path(folder) / "upload"
            with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as opened:
                for piece in pieces:
                    about = f"{upload_id}:{piece.start}"
                    data_key = self.shelves.key.unwrap(piece.data_key, about)
                    sound = Sound(piece.object_key, about, piece.size)
                    opened.writelines(self.shelves.sounds.read(sound, data_key))
            yield file

    def _known(self, asked: Asked, cover: Cover, digest: str) -> PartUpload | None:
        if not cover.idempotency_key:
            return None
        with reading(self.shelves.engine) as connection:
            kept = uploads.by_key(connection, asked, cover.idempotency_key)
        if kept is None:
            return None
        if kept.told.state is Arrival.FAILED:  # what came to nothing does not stand in the way of another try
            self._remove(kept.told.id)
            return None
        if kept.digest != digest:
            raise UsageError(
                "key_reused",
                where="Idempotency-Key",
                problem="this key was used for another upload",
                fix="Use a new key for new content",
            )
        return kept.told

    def _told(self, asked: Asked, upload_id: str) -> PartUpload | None:
        kept = self._kept(asked, upload_id)
        return kept.told if kept else None

    def _kept(self, asked: Asked, upload_id: str) -> Kept | None:
        with reading(self.shelves.engine) as connection:
            return uploads.find(connection, upload_id, asked.caller.id)

    def _owner(self, kept: Kept) -> Asked:
        """Who began it: what they may was settled then."""
        with reading(self.shelves.engine) as connection:
            told = (kept.request_id, kept.trace)
            return owners.asked_by(connection, kept.owner, told, now=self.shelves.now())

    def _remove(self, upload_id: str) -> None:
        # First: where the store is away, the upload is still known, and goes the next time.
        self.shelves.sounds.delete_under(_folder(upload_id))
        with self.shelves.engine.begin() as connection:
            uploads.remove(connection, upload_id)
        # A piece that is being kept right now finds no upload, and puts itself away.
        self.shelves.sounds.delete_under(_folder(upload_id))


def _folder(upload_id: str) -> str:
    return f"uploads/{upload_id}/"


def _is_left(told: PartUpload) -> bool:
    """Whether every byte is there, and nobody made a call of it."""
    return told.state is Arrival.OPEN and told.is_whole


def _size_of(piece: BinaryIO) -> int:
    return piece.seek(0, os.SEEK_END)


def _too_many(most: int) -> UsageError:
    return UsageError(
        "too_many_uploads",
        problem=f"{most} uploads are under way already",
        fix="Finish or abort one of them first",
        most=most,
        retry_after=60,
    )


def _wrong_offset(told: PartUpload | None) -> UsageError:
    received = told.received if told else 0
    return UsageError(
        "wrong_offset",
        where="Upload-Offset",
        problem=f"{received} bytes are there",
        fix="Ask with HEAD, and go on from there",
        received=received,
    )
