"""Waiting for a database that is away: what a worker has heard for minutes is not thrown away for a restart."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

import sqlalchemy as sa
import structlog

from qa_service.stores.engine import is_away, reading

log = structlog.get_logger()
T = TypeVar("T")

#: Tries follow each other after this long, and slower and slower.
_FIRST_S, _SLOWEST_S = 0.2, 3.0
#: What is still in the way after this long is no restart.
_LONGEST_S = 900.0


def writing(engine: sa.Engine, work: Callable[[sa.Connection], T]) -> T:
    """Does the work in a transaction, again and again while the database is away.

    Nobody knows whether a transaction whose connection broke was kept: `work` must bear to be done twice.
    """

    def once() -> T:
        with engine.begin() as connection:
            return work(connection)

    return _until_it_answers(once)


def looking(engine: sa.Engine, work: Callable[[sa.Connection], T]) -> T:
    """As `writing`, for what only reads."""

    def once() -> T:
        with reading(engine) as connection:
            return work(connection)

    return _until_it_answers(once)


def _until_it_answers(once: Callable[[], T]) -> T:
    end, pause_s = time.monotonic() + _LONGEST_S, _FIRST_S
    while True:
        try:
            return once()
        except sa.exc.SQLAlchemyError as error:
            if not is_away(error) or time.monotonic() >= end:
                raise
            log.warning("database_waited_for", code=type(error).__name__)
        time.sleep(pause_s)
        pause_s = min(2 * pause_s, _SLOWEST_S)
