"""A copy of the database as it is at one moment, and what it says of calls and their sound."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from qa_service.core.errors import QaError
from qa_service.stores.settled import settle
from qa_service.stores.sound import Sound, sealed_size

_CALLS, _OURS_ALONE = "", "WHERE audio_key <> ''"


@dataclass(frozen=True, slots=True)
class KeptSound:
    """A recording that a copy of the database names."""

    sound: Sound
    data_key: bytes

    @property
    def sealed(self) -> int:
        """How many bytes its sealed file has."""
        return sealed_size(self.sound.size)


def copy_database(database: Path, copy: Path) -> None:
    """One moment of it, without stopping anybody, and without what was deleted."""
    part = copy.with_suffix(".part")
    part.unlink(missing_ok=True)
    try:
        os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        with closing(sqlite3.connect(database)) as opened:
            opened.execute("VACUUM INTO ?", (str(part),))
        with closing(sqlite3.connect(part)) as made:
            (verdict,) = made.execute("PRAGMA quick_check(1)").fetchone()
        if verdict != "ok":
            raise _broken(database)
    except sqlite3.DatabaseError as error:
        part.unlink(missing_ok=True)
        raise _broken(database) from error
    settle(part, copy)


def kept_sounds(copy: Path) -> Iterator[KeptSound]:
    """The recordings of its own that a copy names; those that are referenced are their source's to keep."""
    try:
        with _reading(copy) as opened:
            query = f"SELECT id, audio_key, bytes, data_key FROM calls {_OURS_ALONE} ORDER BY seq"  # noqa: S608
            for call, key, size, data in opened.execute(query):
                yield KeptSound(Sound(key, call, size), data or b"")
    except sqlite3.DatabaseError as error:
        raise _broken(copy) from error


def count_calls(copy: Path) -> int:
    """How many calls a copy has."""
    return _count(copy, _CALLS)


def count_sounds(copy: Path) -> int:
    """How many recordings of its own a copy names."""
    return _count(copy, _OURS_ALONE)


def _count(copy: Path, which: str) -> int:
    try:
        with _reading(copy) as opened:
            return int(opened.execute(f"SELECT count(*) FROM calls {which}").fetchone()[0])  # noqa: S608
    except sqlite3.DatabaseError as error:
        raise _broken(copy) from error


def _reading(copy: Path) -> closing[sqlite3.Connection]:
    return closing(sqlite3.connect(f"{copy.resolve().as_uri()}?mode=ro", uri=True))


def _broken(database: Path) -> QaError:
    return QaError(
        "backup_broken",
        where=str(database),
        problem="the database cannot be read, or is damaged",
        fix="Check the disk; restore the newest good copy (docs/operations.md)",
    )
