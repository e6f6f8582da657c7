"""Merges SQLite's search index: what was deleted goes out of it, and words are found in one piece instead of a dozen.

FTS5 writes every call as a piece of its own and merges some of them as it goes. With a million calls a page
of a common word among one agent's calls took 8 ms along twelve pieces and 2.6 ms along one. PostgreSQL's own VACUUM
does the same for its index.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import closing

import sqlalchemy as sa

from qa_service.stores.engine import is_sqlite

#: Written at a time: a writer that waits does so for milliseconds.
_PAGES = 500
_PAUSE_S = 0.05
#: The log is cut off when nobody reads from it: so often that is tried, with a pause between.
_CUTS = 100


def rest() -> None:
    """Lets others write in between."""
    time.sleep(_PAUSE_S)


def squeeze(engine: sa.Engine, go_on: Callable[[], bool], pause: Callable[[], None] = rest) -> int:
    """Merges the whole index, as long as `go_on` says so, and answers in how many steps; any step may be the last."""
    steps, more = 0, is_sqlite(engine)
    while more and go_on():
        with engine.begin() as connection:
            more = _merge(connection, begins=not steps)
        steps += 1
        pause()
    return steps


def cut_log(engine: sa.Engine, go_on: Callable[[], bool], pause: Callable[[], None] = rest) -> bool:
    """Empties SQLite's write-ahead log, in which what was deleted is still readable; answers whether it is empty.

    A reader that lasts holds it up: then the next run does it.
    """
    if not is_sqlite(engine):
        return True
    for _ in range(_CUTS):
        with closing(engine.raw_connection()) as raw:  # outside of any transaction
            busy, _log, _moved = raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if not busy:
            return True
        if not go_on():
            return False
        pause()
    return False


def _merge(connection: sa.Connection, *, begins: bool) -> bool:
    """Merges some of it; answers whether there may be more."""
    before: int = connection.exec_driver_sql("SELECT total_changes()").scalar_one()
    pages = -_PAGES if begins else _PAGES
    connection.exec_driver_sql(f"INSERT INTO call_words (call_words, rank) VALUES ('merge', {pages})")  # noqa: S608
    # The command counts as one change of its own.
    after: int = connection.exec_driver_sql("SELECT total_changes()").scalar_one()
    return after > before + 1
