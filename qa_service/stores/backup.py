"""Backups of an installation on one machine: the database as it is at one moment, and the sealed sound beside it.

The database is copied while everybody goes on working. Recordings never change, so that only new ones are copied, and
those that were deleted go from the backup too. The master key stays out: beside the sealed sound it would open it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from qa_service.core.errors import UsageError
from qa_service.stores.database_copy import KeptSound, copy_database, count_calls, count_sounds, kept_sounds
from qa_service.stores.keys import MasterKey
from qa_service.stores.settled import copy_file
from qa_service.stores.sound import sound_in

_SOUND = "sound"
_COPY = re.compile(r"database-[0-9]{8}T[0-9]{6}Z\.db")
#: Of a recording itself; what is made from it, and pieces on their way in, are made or sent again.
_OURS = re.compile(r"[0-9a-f]{4}/[0-9a-f-]{36}\.sealed")


@dataclass(frozen=True, slots=True)
class BackedUp:
    """What a backup did."""

    database: Path
    calls: int
    copied: int
    removed: int
    #: Recordings that the database names and the store no longer has; their older copies are kept.
    missing: int


@dataclass(frozen=True, slots=True)
class Proof:
    """What the newest copy of a backup holds, and whether it could be opened."""

    database: Path
    calls: int
    sounds: int
    #: Recordings that are not there, or not whole.
    missing: int
    #: Calls whose key this master key did not seal.
    unopened: int

    @property
    def is_good(self) -> bool:
        """Everything could be restored from it."""
        return not self.missing and not self.unopened


@dataclass(frozen=True, slots=True)
class Backup:
    """A folder that holds copies of the database and one copy of the sound."""

    folder: Path

    def make(
        self, database: Path, sounds: Path, *, now: datetime, keep: int, tell: Callable[[int, int], None]
    ) -> BackedUp:
        """Adds a copy, and removes all but the newest `keep`; broken off, it leaves the older ones whole.

        Raises:
            UsageError: `backup_inside`: the folder lies within what it is to hold.
            QaError: `backup_broken`: the database is damaged.
        """
        self._refuse_inside(database, sounds)
        for folder in (self.folder, self.folder / _SOUND):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        copy = self.folder / f"database-{now:%Y%m%dT%H%M%SZ}.db"
        copy_database(database, copy)
        copied, missing = self._copy_sounds(sounds, copy, tell)
        # Only now: whatever broke off above left every older copy its sound.
        for old in self._copies()[keep:]:
            old.unlink()
        return BackedUp(copy, count_calls(copy), copied, self._remove_gone(), missing)

    def prove(self, key: MasterKey) -> Proof:
        """Opens the newest copy as a restored installation would: every key, and the newest recording.

        Raises:
            UsageError: `backup_empty`: there is none.
            QaError: `backup_broken`, `sound_damaged`.
        """
        copies = self._copies()
        if not copies:
            raise UsageError(
                "backup_empty",
                where=str(self.folder),
                problem="there is no backup here",
                fix="Make one: qa-service backup FOLDER",
            )
        sounds = missing = unopened = 0
        newest: KeptSound | None = None
        for one in kept_sounds(copies[0]):
            is_whole = _size(self.folder / _SOUND / one.sound.key) == one.sealed
            is_open = _opens(key, one)
            sounds, missing, unopened = sounds + 1, missing + (not is_whole), unopened + (not is_open)
            newest = one if is_whole and is_open else newest
        if newest:
            self._listen(key, newest)
        return Proof(copies[0], count_calls(copies[0]), sounds, missing, unopened)

    def _listen(self, key: MasterKey, one: KeptSound) -> None:
        """Opens every seal of a recording."""
        data_key = key.unwrap(one.data_key, one.sound.call_id)
        for _ in sound_in(self.folder / _SOUND).read(one.sound, data_key):
            pass

    def _copies(self) -> list[Path]:
        """Newest first."""
        found = self.folder.iterdir() if self.folder.is_dir() else iter(())
        return sorted((path for path in found if _COPY.fullmatch(path.name)), reverse=True)

    def _refuse_inside(self, database: Path, sounds: Path) -> None:
        inside = self.folder.resolve()
        if sounds.resolve() in (inside, *inside.parents) or inside == database.resolve().parent:
            raise UsageError(
                "backup_inside",
                where=str(self.folder),
                problem="is a part of what is to be backed up",
                fix="Name a folder on another disk",
            )

    def _copy_sounds(self, sounds: Path, copy: Path, tell: Callable[[int, int], None]) -> tuple[int, int]:
        copied = missing = 0
        total = count_sounds(copy)
        for done, one in enumerate(kept_sounds(copy), start=1):
            source, target = sounds / one.sound.key, self.folder / _SOUND / one.sound.key
            if _size(source) != one.sealed:
                missing += 1
            elif _size(target) != one.sealed:
                copy_file(source, target)
                copied += 1
            tell(done, total)
        return copied, missing

    def _remove_gone(self) -> int:
        """Removes recordings that no copy of the database names any more."""
        named = {one.sound.key for copy in self._copies() for one in kept_sounds(copy)}
        root, removed = self.folder / _SOUND, 0
        for path in _files(root):
            key = path.relative_to(root).as_posix()
            if _OURS.fullmatch(key) and key not in named:
                path.unlink()
                removed += 1
        return removed


def _opens(key: MasterKey, one: KeptSound) -> bool:
    try:
        key.unwrap(one.data_key, one.sound.call_id)
    except UsageError:
        return False
    return True


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file())


def _size(path: Path) -> int:
    """−1 where there is no file."""
    try:
        return path.stat().st_size
    except OSError:
        return -1
