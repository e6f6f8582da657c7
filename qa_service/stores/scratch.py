"""Where plain sound lies while it is worked on: a folder for each process, removed also when the process was killed.

A process holds a lock on its folder as long as it lives, which the system lets go whatever it dies of. Whoever
can take the lock of a folder knows that nobody needs it any more.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_PREFIX = "process-"
LOCK = "lock"


class Scratch:
    """This process's folder under `root`, which only its user may read."""

    def __init__(self, root: Path) -> None:
        """Makes the folder, and removes those of the dead."""
        root.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._root = root
        with _alone(root):
            self.folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=root))
            self._held = _open(self.folder / LOCK)
            fcntl.flock(self._held, fcntl.LOCK_EX)
        self.sweep()

    def sweep(self) -> None:
        """Removes the folders of processes that are dead."""
        with _alone(self._root):
            for folder in self._root.glob(f"{_PREFIX}*"):
                if folder != self.folder and _is_free(folder):
                    shutil.rmtree(folder, ignore_errors=True)

    def clear(self) -> None:
        """Removes this process's own folder: it ends."""
        shutil.rmtree(self.folder, ignore_errors=True)


def _is_free(folder: Path) -> bool:
    lock = _open(folder / LOCK)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(lock)
    return True


@contextmanager
def _alone(root: Path) -> Iterator[None]:
    """Nobody else makes or removes folders meanwhile."""
    lock = _open(root / LOCK)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def _open(file: Path) -> int:
    return os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
