"""The few things we do to disks: locks between processes, atomic files, room to spare."""

from __future__ import annotations

import fcntl
import os
import shutil
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from qa_service.core.errors import ModelError

#: Left free beside what is fetched, so that the machine can still write its logs and database.
HEADROOM_BYTES = 64 << 20
_POLL_S = 0.2


@contextmanager
def lock(path: Path, waiting: Callable[[], None]) -> Iterator[None]:
    """Holds the lock file `path` against other processes; calls `waiting` while somebody else has it.

    The kernel lets go when the holder dies, however it dies; the file itself may stay.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+b") as file:
        while not _taken(file.fileno()):
            waiting()
            time.sleep(_POLL_S)
        yield


def _taken(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def put_in_place(part: Path, final: Path) -> None:
    """Moves a finished file to its name: after a power cut there is the whole file or none."""
    with part.open("rb") as file:
        os.fsync(file.fileno())
    final.parent.mkdir(parents=True, exist_ok=True)
    part.replace(final)
    _sync_folder(final.parent)


def write_text(path: Path, text: str, *, durable: bool) -> None:
    """Writes a small file so that readers see the old text or the new one, never half of it.

    Only with `durable` does that hold through a power cut as well.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.{uuid.uuid4().hex}.tmp")
    part.write_text(text, encoding="utf-8")
    if durable:
        put_in_place(part, path)
    else:
        part.replace(path)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def need_room(folder: Path, needed_bytes: int) -> None:
    """Says so before the fetching starts, not after gigabytes, when the disk is too small.

    Raises:
        ModelError: `disk_full`.
    """
    free_bytes = shutil.disk_usage(folder).free
    if free_bytes < needed_bytes + HEADROOM_BYTES:
        raise ModelError(
            "disk_full",
            where=str(folder),
            problem=f"{needed_bytes:,} bytes are needed and {free_bytes:,} are free",
            fix="Make room, or set QA_MODELS_DIR to a larger disk",
            needed=needed_bytes,
            free=free_bytes,
        )
