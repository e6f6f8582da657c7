"""Recordings that stay in their source: where they lie, and what they must be when they are fetched."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from datetime import datetime
from io import FileIO

import sqlalchemy as sa

from qa_service.core.errors import RecordingError, SourcingError
from qa_service.core.items import Item, Reference
from qa_service.stores.tables import lent_sound

#: The recording that a reference names, in a file that nobody else sees and that is gone when it is closed.
Outside = Callable[[Reference], FileIO]
_PIECE = 64 << 10


def add(connection: sa.Connection, call_id: str, reference: Reference) -> None:
    """Writes down where a call's recording lies."""
    item = reference.item
    connection.execute(
        lent_sound.insert().values(
            call_id=call_id,
            source_id=reference.source_id,
            key=item.key,
            version=item.version,
            bytes=item.bytes,
            changed_at=item.changed_at,
            sha256=reference.sha256,
        )
    )


def find(connection: sa.Connection, call_id: str) -> Reference | None:
    """Where it lies; None: it was copied, or there is none."""
    row = connection.execute(sa.select(lent_sound).where(lent_sound.c.call_id == call_id)).first()
    if row is None:
        return None
    changed_at: datetime = row.changed_at
    return Reference(row.source_id, Item(row.key, row.version, row.bytes, changed_at), row.sha256)


def nothing_outside(reference: Reference) -> FileIO:
    """For installations without sources.

    Raises:
        SourcingError: `item_gone`.
    """
    raise SourcingError("item_gone", where=reference.source_id, problem="there is no such source")


def read(reference: Reference, outside: Outside, start: int, end: int) -> Iterator[bytes]:
    """The bytes [start, end) of exactly the recording that was referenced.

    Raises:
        RecordingError: `sound_missing`, or `sound_changed` where other bytes lie there now.
        SourcingError: `source_away`, `source_refused`.
    """
    try:
        fetched = outside(reference)
    except SourcingError as error:
        if error.code in {"item_changed", "item_too_large"}:
            raise _changed() from error
        if error.code in {"item_gone", "item_locked"}:
            raise _missing() from error
        raise
    with fetched:
        fetched.seek(0)
        if hashlib.file_digest(fetched, "sha256").hexdigest() != reference.sha256:
            raise _changed()
        fetched.seek(start)
        while start < end and (piece := fetched.read(min(_PIECE, end - start))):
            start += len(piece)
            yield piece


def _missing() -> RecordingError:
    return RecordingError(
        "sound_missing",
        problem="the recording is no longer in its source",
        fix="Put it back where it lay, or upload it again",
    )


def _changed() -> RecordingError:
    return RecordingError(
        "sound_changed",
        problem="other bytes lie in the recording's place now",
        fix="Put the recording back as it was, or upload it again",
    )
