"""Whether an error says that there is no room: as the system, SQLite, PostgreSQL and the object store say it."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator

import sqlalchemy as sa
from obstore.exceptions import BaseError

_FULL = (errno.ENOSPC, errno.EDQUOT)
#: The object store in a folder hands on the system's own words.
_IN_WORDS = tuple(f"(os error {number})" for number in _FULL)
#: PostgreSQL: disk_full.
_SQLSTATE = "53100"
#: A write that SQLite could not do, and the memory that its processes share: on a full disk it says that too.
_SQLITE = frozenset({"SQLITE_FULL", "SQLITE_IOERR_WRITE", "SQLITE_IOERR_SHMSIZE", "SQLITE_IOERR_SHMOPEN"})


def is_full(error: BaseException) -> bool:
    """Whether this error, or what it came from, is a disk, a quota or a database without room."""
    return any(map(_says_full, _with_causes(error)))


def _says_full(error: BaseException) -> bool:
    if isinstance(error, sa.exc.DBAPIError):
        return error.orig is not None and _says_full(error.orig)
    if isinstance(error, sqlite3.Error):
        return getattr(error, "sqlite_errorname", "") in _SQLITE
    if isinstance(error, OSError):
        return error.errno in _FULL
    if isinstance(error, BaseError):
        return any(word in str(error) for word in _IN_WORDS)
    return getattr(error, "sqlstate", "") == _SQLSTATE


def _with_causes(error: BaseException) -> Iterator[BaseException]:
    """The error, what it was raised from, and so on."""
    seen: set[int] = set()
    now: BaseException | None = error
    while now is not None and id(now) not in seen:
        seen.add(id(now))
        yield now
        now = now.__cause__ or (None if now.__suppress_context__ else now.__context__)
