"""A file is whole or not there: written beside its place under another name, then renamed."""

from __future__ import annotations

import errno
import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def whole_file(file: Path) -> Iterator[Path]:
    """Where to write what shall become `file`; whatever stops the writing leaves the old file as it was.

    Devices and pipes (`--out /dev/stdout`) are written to directly; a link stays one and its target changes.

    Raises:
        OSError: from the operating system; also where the old file may not be written.
    """
    target = file.resolve()
    if target.exists() and not target.is_file():
        yield target
        return
    if target.exists() and not os.access(target, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(file))
    beside = target.with_name(f".{uuid.uuid4().hex[:12]}.part")
    try:
        yield beside
        if target.exists():
            shutil.copymode(target, beside)
        beside.replace(target)
    finally:
        beside.unlink(missing_ok=True)
