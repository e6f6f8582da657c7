"""One engine for SQLite and PostgreSQL: the same statements, the same promises about transactions."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import make_url

from qa_service.core.errors import DatabaseAway, QaError, StorageFull, UsageError
from qa_service.stores.impatient import connect_by
from qa_service.stores.shortage import is_full

#: What the owner of a database file may do; nobody else may do anything.
_OWNERS = 0o600
#: A writer waits this long for another before it gives up.
_BUSY_MS = 10_000
#: For PostgreSQL. A process that stops in the middle of a transaction would keep its locks: after 10 s the server
#: ends its session. A server that went away without a word is noticed as soon.
_LIMITS = {
    "options": "-c idle_in_transaction_session_timeout=10000",
    "connect_timeout": 4,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}
#: Whoever wants a connection waits this long for one that others hold.
_ROOM_S = 5
#: The last: somebody goes on after the connection broke.
_AWAY = (sa.exc.OperationalError, sa.exc.TimeoutError, sa.exc.PendingRollbackError)
#: What PostgreSQL says of a session that it ended for that.
_IDLE_TOO_LONG = "25P03"


class UtcTime(sa.types.TypeDecorator[datetime]):
    """A moment, as microseconds since 1970 UTC: SQLite would drop its zone, and whole numbers sort."""

    impl = sa.BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> int | None:  # noqa: ARG002
        """Refuses a moment without a zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone")
        since = value.astimezone(UTC) - _EPOCH
        return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds

    def process_result_value(self, value: int | None, dialect: Any) -> datetime | None:  # noqa: ARG002
        """In UTC."""
        return None if value is None else datetime.fromtimestamp(0, UTC) + _micro(value)


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _micro(value: int) -> Any:
    from datetime import timedelta

    return timedelta(microseconds=value)


def make_engine(url: str) -> sa.Engine:
    """An engine with what both databases need to keep their promises.

    Raises:
        UsageError: `database_url`, when this is no URL of SQLite or PostgreSQL.
    """
    try:
        parsed = make_url(url)
    except sa.exc.ArgumentError as error:
        raise _unusable() from error
    if parsed.get_backend_name() == "postgresql":
        limits = {name: value for name, value in _LIMITS.items() if name not in parsed.query}
        engine = sa.create_engine(
            parsed.set(drivername="postgresql+psycopg"),
            pool_pre_ping=True,
            pool_size=8,
            max_overflow=8,
            pool_timeout=_ROOM_S,
            connect_args=limits,
        )
        connect_by(engine)
        return engine
    if parsed.get_backend_name() != "sqlite":
        raise _unusable()
    if parsed.database and parsed.database != ":memory:":
        _keep_private(Path(parsed.database))
    engine = sa.create_engine(parsed, connect_args={"timeout": _BUSY_MS / 1_000})
    sa.event.listen(engine, "connect", _set_up_sqlite)
    sa.event.listen(engine, "begin", _begin_sqlite)
    return engine


def _keep_private(file: Path) -> None:
    """Only its owner may read what people said, whatever the umask; SQLite gives its other files the same rights.

    A file that is there is never opened: closing it would drop every lock that this process has on it (fcntl), and
    the next process to leave would take SQLite's log away from under our connections.
    """
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with suppress(OSError):  # it says itself what is the matter with the file, in the words that are known
        with suppress(FileExistsError):
            os.close(os.open(file, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, _OWNERS))
        if stat.S_IMODE(file.stat().st_mode) & ~_OWNERS:
            file.chmod(_OWNERS)


def _set_up_sqlite(connection: Any, _: Any) -> None:
    # Python's driver would begin transactions late, and lose the race of two writers by an error.
    connection.isolation_level = None
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",  # what was acknowledged survives the loss of power
        "foreign_keys=ON",
        "secure_delete=ON",  # what was deleted is overwritten
        f"busy_timeout={_BUSY_MS}",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: sa.Connection) -> None:
    # A reader that becomes a writer cannot wait for another writer; whoever means to write says so at once.
    reads = connection.get_execution_options().get("reads_only", False)
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


@contextmanager
def reading(engine: sa.Engine) -> Iterator[sa.Connection]:
    """A connection that only reads: on SQLite it waits for no writer."""
    with engine.connect().execution_options(reads_only=True) as connection, connection.begin():
        yield connection


@contextmanager
def answering() -> Iterator[None]:
    """For what cannot wait for a database that is away.

    Raises:
        DatabaseAway: it does not answer.
        StorageFull: it has no room.
    """
    try:
        yield
    except sa.exc.SQLAlchemyError as error:
        ours = away(error)
        if ours is not None:
            raise ours from error
        raise


def away(error: Exception) -> DatabaseAway | None:
    """What an error of anybody says about where we keep things: away, or full; None where it says nothing of that."""
    if isinstance(error, DatabaseAway):
        return error
    if is_full(error):
        return StorageFull()
    return DatabaseAway() if isinstance(error, sa.exc.SQLAlchemyError) and is_away(error) else None


def known(error: Exception) -> QaError | None:
    """What `away` knows, and that somebody else wrote the same at the same moment; None for what nobody expected."""
    if isinstance(error, sa.exc.IntegrityError):
        return UsageError(
            "changed_at_once",
            problem="somebody else changed the same at the same moment",
            fix="Ask again",
            retry_after=1,
        )
    return away(error)


def is_away(error: sa.exc.SQLAlchemyError) -> bool:
    """Whether the database could not be asked, broke off or is full: the same may be tried again later."""
    if is_full(error) or isinstance(error, _AWAY):
        return True
    if not isinstance(error, sa.exc.DBAPIError):
        return False
    return error.connection_invalidated or getattr(error.orig, "sqlstate", "") == _IDLE_TOO_LONG


def time_of(connection: sa.Connection, here: Callable[[], datetime]) -> datetime:
    """The time that all processes agree on: the server's, whose clock is one; on SQLite this machine's."""
    if is_sqlite(connection):
        return here()
    found: datetime = connection.execute(sa.select(sa.func.clock_timestamp())).scalar_one()
    return found.astimezone(UTC)


def is_sqlite(connection: sa.Connection | sa.Engine) -> bool:
    """For the few statements that both databases spell differently."""
    return connection.dialect.name == "sqlite"


def _unusable() -> UsageError:
    return UsageError(
        "database_url",
        where="QA_DATABASE_URL",
        problem="is not the address of a SQLite file or a PostgreSQL database",
        fix="Write sqlite:///path/to/qa.db or postgresql://user:password@host/database",
    )
