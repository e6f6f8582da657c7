"""A folder of this machine, with all folders in it. Links are not followed, hidden files left out."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from qa_service.core.items import Item
from qa_service.sources import errors
from qa_service.sources.names import named

_COPY = 1 << 20


@dataclass(frozen=True, slots=True)
class FolderReader:
    """Keeps the port `SourceReader`."""

    root: Path

    def items(self, since: datetime, until: datetime | None = None) -> Iterator[Item]:
        """Every plain file that changed in [since, until)."""
        if not self.root.is_dir():
            raise errors.away("no folder")
        with errors.listing(), errors.as_ours():
            for entry in _files(self.root):
                item = self._item(entry)
                if item and item.changed_at >= since and (until is None or item.changed_at < until):
                    yield item

    def fetch(self, item: Item, into: BinaryIO, most_bytes: int) -> int:
        """Copies the file, and makes sure that it was the same before and after."""
        if not self.root.is_dir():
            raise errors.away("no folder")
        with errors.as_ours(), self._opened(item.key) as opened:
            if _version(os.fstat(opened.fileno())) != item.version:
                raise errors.changed()
            done = 0
            while block := opened.read(_COPY):
                done += len(block)
                if done > most_bytes:
                    raise errors.too_large(most_bytes)
                if done > item.bytes:
                    raise errors.changed()
                into.write(block)
            if _version(os.fstat(opened.fileno())) != item.version:
                raise errors.changed()
        return done

    def _opened(self, key: str) -> BinaryIO:
        """Opened where it lies under the root, and nowhere else."""
        path = self.root / key
        if not path.parent.resolve().is_relative_to(self.root.resolve()):
            raise errors.gone()
        return os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb")

    def _item(self, entry: os.DirEntry[str]) -> Item | None:
        try:
            found = entry.stat(follow_symlinks=False)
        except FileNotFoundError:
            return None  # moved away while we looked
        key = Path(entry.path).relative_to(self.root).as_posix()
        changed_at = datetime.fromtimestamp(max(0, found.st_mtime), UTC)
        return named(Item(key, _version(found), found.st_size, changed_at))


def _files(folder: Path) -> Iterator[os.DirEntry[str]]:
    waiting = [folder]
    while waiting:
        with os.scandir(waiting.pop()) as entries:
            for entry in entries:
                if entry.name.startswith("."):
                    continue
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(Path(entry.path))
                elif entry.is_file(follow_symlinks=False):
                    yield entry


def _version(found: os.stat_result) -> str:
    return f"{found.st_size}-{found.st_mtime_ns}"
