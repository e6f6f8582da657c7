"""The port `Renditions`: other forms of a call's sound, each under a key of its own.

Two objects under one key would repeat their nonces. Their keys are sealed with the call's key: whoever destroys
that has destroyed them.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from qa_service.core.errors import RecordingError
from qa_service.core.people import Asked
from qa_service.core.stored import StoredCall
from qa_service.ports.playing import Form
from qa_service.stores import listening
from qa_service.stores.engine import reading
from qa_service.stores.keys import MasterKey
from qa_service.stores.sound import Sound, new_data_key
from qa_service.stores.tables import renditions
from qa_service.stores.workbench import Shelves, plain_file


@dataclass(frozen=True, slots=True)
class StoreRenditions:
    """Forms of the calls of this installation."""

    shelves: Shelves
    #: Where recordings lie open while they are decoded: this process's own folder.
    scratch: Path

    def size(self, call: StoredCall, form: Form) -> int | None:
        """How many bytes it has; None where it was not made yet."""
        with reading(self.shelves.engine) as connection:
            return connection.execute(
                sa.select(renditions.c.bytes).where(
                    renditions.c.call_id == call.id, renditions.c.form == form.value
                )
            ).scalar()

    def tag(self, call: StoredCall, form: Form) -> str:
        """A name for exactly the bytes that were kept: those that are made anew lie under another key."""
        which = (renditions.c.call_id == call.id, renditions.c.form == form.value)
        with reading(self.shelves.engine) as connection:
            key = connection.execute(sa.select(renditions.c.object_key).where(*which)).scalar()
        return self.shelves.key.alias(f"form:{key}")

    def keep(self, call: StoredCall, form: Form, file: Path) -> None:
        """Keeps it; where another process was first, theirs stands."""
        data_key, about = new_data_key(), _about(call, form)
        key = f"{folder_of(call.id)}{form.value}-{os.urandom(6).hex()}.sealed"
        sound = Sound(key, about, file.stat().st_size)
        with file.open("rb") as opened:
            self.shelves.sounds.put(sound, opened, data_key)
        try:
            with self.shelves.engine.begin() as connection:
                seal = MasterKey(self.shelves.own_key(connection, call))
                connection.execute(
                    renditions.insert().values(
                        call_id=call.id,
                        form=form.value,
                        bytes=sound.size,
                        object_key=key,
                        data_key=seal.wrap(data_key, about),
                        created_at=self.shelves.now(),
                    )
                )
        except sa.exc.IntegrityError:  # it was made beside us, or the call is gone
            self.shelves.sounds.delete(key)
        except RecordingError:
            self.shelves.sounds.delete(key)
            raise

    def read(self, call: StoredCall, form: Form, start: int, end: int) -> Iterator[bytes]:
        """The bytes [start, end)."""
        which = (renditions.c.call_id == call.id, renditions.c.form == form.value)
        with reading(self.shelves.engine) as connection:
            row = connection.execute(sa.select(renditions).where(*which)).first()
            seal = MasterKey(self.shelves.data_key(connection, call))
        if row is None:
            raise RecordingError(
                "sound_missing",
                where=call.id,
                problem="the recording is no longer in the store",
                fix="Restore it from a backup, or upload it again",
            )
        about = _about(call, form)
        data_key = seal.unwrap(row.data_key, about)
        return self.shelves.sounds.read(Sound(row.object_key, about, row.bytes), data_key, start, end)

    def original(self, call: StoredCall) -> AbstractContextManager[Path]:
        """The recording as it came."""
        return plain_file(self.shelves, call, self.scratch)

    def note(self, asked: Asked, call: StoredCall) -> None:
        """Writes down who listens."""
        listening.note(self.shelves, asked, call)


def folder_of(call_id: str) -> str:
    """Where all forms of a call lie: whoever removes a call's sound removes what is under it too."""
    return f"{call_id[:4]}/{call_id}/"


def forget(shelves: Shelves, call_id: str) -> None:
    """Removes all forms of a call; they are made again when somebody asks and the sound is still there."""
    with shelves.engine.begin() as connection:
        connection.execute(renditions.delete().where(renditions.c.call_id == call_id))
    shelves.sounds.delete_under(folder_of(call_id))


def _about(call: StoredCall, form: Form) -> str:
    return f"{call.id}:{form.value}"
