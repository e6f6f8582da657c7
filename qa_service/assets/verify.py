"""Hashes files once and remembers what was hashed, so that every later start is quick."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from qa_service.assets.disk import write_text

_BLOCK_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a file looked like when its sha256 was taken; any change makes it worthless."""

    size: int
    mtime_ns: int
    inode: int
    sha256: str

    def fits(self, path: Path) -> bool:
        """Whether `path` still looks as it did."""
        seen = path.stat()
        return (seen.st_size, seen.st_mtime_ns, seen.st_ino) == (self.size, self.mtime_ns, self.inode)


def sha256_of(path: Path, on_bytes: Callable[[int], None] = lambda _: None) -> str:
    """The sha256 of a file; `on_bytes` is told how many bytes were read so far."""
    taken, done = hashlib.sha256(), 0
    with path.open("rb") as file:
        while block := file.read(_BLOCK_BYTES):
            taken.update(block)
            done += len(block)
            on_bytes(done)
    return taken.hexdigest()


class Stamps:
    """The remembered hashes of one model's files, kept in a small JSON file.

    A stamp file that cannot be read is worth nothing and one that cannot be written (a read-only image) is
    no harm: the files are then hashed at each start.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stamps = _read(path)

    def known(self, file: Path) -> str:
        """The sha256 of `file` if it is unchanged since it was taken, else empty; nothing is hashed."""
        stamp = self._stamps.get(file.name)
        return stamp.sha256 if stamp and stamp.fits(file) else ""

    def take(self, file: Path, on_bytes: Callable[[int], None] = lambda _: None) -> str:
        """Hashes `file` now, whatever was remembered, and remembers the result."""
        before = file.stat()
        sha256 = sha256_of(file, on_bytes)
        # The look before hashing is what we vouch for: a change while reading makes the stamp not fit.
        self._stamps[file.name] = Stamp(before.st_size, before.st_mtime_ns, before.st_ino, sha256)
        return sha256

    def vouch(self, file: Path, sha256: str) -> None:
        """Remembers the sha256 of a file that was hashed while it came."""
        seen = file.stat()
        self._stamps[file.name] = Stamp(seen.st_size, seen.st_mtime_ns, seen.st_ino, sha256)

    def keep(self) -> None:
        """Writes the stamps down."""
        text = json.dumps({name: asdict(stamp) for name, stamp in sorted(self._stamps.items())}, indent=1)
        try:
            write_text(self._path, text + "\n", durable=False)
        except OSError:
            return


def _read(path: Path) -> dict[str, Stamp]:
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))
        return {name: Stamp(**row) for name, row in rows.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}
