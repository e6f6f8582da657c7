"""Disks that are full: real ones, of a few megabytes."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest


@dataclass(frozen=True)
class SmallDisk:
    """A file system of its own, which can be filled to the last byte and emptied again."""

    folder: Path

    @property
    def _fill(self) -> Path:
        return self.folder / "fill"

    def fill(self, leave_bytes: int = 0) -> None:
        """Leaves no more free than this."""
        free = os.statvfs(self.folder)
        wanted = free.f_bavail * free.f_frsize - leave_bytes
        with self._fill.open("ab", buffering=0) as opened:
            try:
                while wanted > 0:
                    wanted -= opened.write(bytes(min(wanted, 1 << 16)))
            except OSError:
                return

    def free(self) -> None:
        """There is room again."""
        self._fill.unlink()


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[SmallDisk]:
    """A disk of so many megabytes; skipped with a line where the tests may mount none."""
    folder.mkdir(parents=True)
    size = f"size={megabytes}m,mode=0700"
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", size, "none", str(folder)], capture_output=True)
    if mounted.returncode:
        pytest.skip(f"no small disk here: {mounted.stderr.decode(errors='replace').strip()}")
    try:
        yield SmallDisk(folder)
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)
