"""Text files that somebody names: no more is read than may be taken, and only from files."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

#: Read beyond the limit, so that what is too large is known to be so whatever its first and last characters are.
_BEYOND = 16


def read_bytes(path: Path, most: int) -> bytes:
    """The file's bytes; of a file larger than `most` the beginning, which is larger than `most` too.

    Raises:
        OSError: it cannot be read; `EINVAL` for a device, a pipe or a socket: they may never end.
    """
    # A pipe into which nobody writes would wait for ever.
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(handle, "rb") as opened:
        mode = os.fstat(handle).st_mode
        if stat.S_ISDIR(mode):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
        if not stat.S_ISREG(mode):
            raise OSError(errno.EINVAL, "is not a regular file", str(path))
        return opened.read(most + _BEYOND)


def read_text(path: Path, most: int) -> str:
    """The same as text; a mark of UTF-8 at its beginning is no part of it.

    Raises:
        OSError: as above; UnicodeDecodeError: it is not UTF-8.
    """
    content = read_bytes(path, most)
    if len(content) == most + _BEYOND:  # there may be more, and the last character may be cut in two
        return content.decode("utf-8-sig", "ignore")
    return content.decode("utf-8-sig")
