"""Call detail records of another system: one query in its database, in a session that cannot write.

The query names its columns as we do: `SELECT id AS call_id, begin AS started_at, … WHERE changed >= :since`.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.engine import URL, make_url

from qa_service.core.calendar import EARLIEST, is_within, within
from qa_service.core.customers import in_clear
from qa_service.core.errors import SourcingError, UsageError
from qa_service.core.items import ROW, CdrRecord, Item
from qa_service.core.sources import Place, SinceAs
from qa_service.core.staff import plain_id
from qa_service.sources import errors
from qa_service.usecases.columns import direction_in

_COLUMNS = frozenset(
    {
        *("call_id", "started_at", "ended_at", "extension", "agent_id", "customer_number", "customer"),
        *("direction", "line", "skill_group", "recording_url", "changed_at"),
    }
)
_NEEDED = frozenset({"call_id", "started_at", "changed_at"})
_LIMITS: Mapping[str, int] = {
    **dict.fromkeys(("extension", "agent_id", "line", "skill_group", "call_id"), 100),
    "customer": 200,
    "recording_url": 2_000,
}
_DIRECTIONS = frozenset({"inbound", "outbound", ""})
#: What a record cannot be without, and why the row is none then.
_WITHOUT: Mapping[str, str] = {
    "call_id": "cdr_no_call_id",
    "started_at": "cdr_no_start",
    "changed_at": "cdr_no_change",
}
#: So many rows that cannot be read are told one by one.
MOST_TOLD = 10_000
_BREAKS = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]+")
_SEVERAL = re.compile(r";\s*\S")
_READS = re.compile(r"\s*(SELECT|WITH)\b", re.IGNORECASE)
#: A query may take so long.
_STATEMENT_S = 60
_AT_ONCE = 500
#: What a session is told first, by dialect: it can only read.
_READ_ONLY: Mapping[str, tuple[str, ...]] = {
    "sqlite": ("PRAGMA query_only=ON",),
    "postgresql": ("SET TRANSACTION READ ONLY", f"SET LOCAL statement_timeout = {_STATEMENT_S * 1_000}"),
    "mysql": ("SET SESSION TRANSACTION READ ONLY", "START TRANSACTION READ ONLY"),
    "mariadb": ("SET SESSION TRANSACTION READ ONLY", "START TRANSACTION READ ONLY"),
}


@dataclass(frozen=True, slots=True)
class CdrReader:
    """Keeps the port `RecordReader`; `token` turns a customer's number into a token, or refuses it."""

    place: Place
    timezone: str
    token: Callable[[str], str]
    url: URL = field(repr=False)
    #: For the driver: the address that was checked.
    connect_args: Mapping[str, Any] = field(default_factory=dict)

    def records(self, since: datetime, until: datetime | None = None) -> Iterator[CdrRecord]:
        """What changed in [since, until). Rows that cannot be read are left out, and told about at the end.

        Raises:
            SourcingError: `source_away`, `cdr_query`, `cdr_row`.
        """
        count, unread = 0, list[Item]()
        for row in self._rows(since):
            record = self._record(row)
            if isinstance(record, Item):
                count += 1
                unread += [record] if count <= MOST_TOLD else []
            elif until is None or record.changed_at is None or record.changed_at < until:
                yield record
        if count:
            raise SourcingError(
                "cdr_row",
                problem=f"{count} rows cannot be read",
                fix="Each needs call_id, started_at and changed_at",
                count=count,
                rows=tuple(unread),
            )

    def _rows(self, since: datetime) -> Iterator[Mapping[str, Any]]:
        with _as_ours():
            engine = sa.create_engine(
                self.url, poolclass=sa.pool.NullPool, connect_args=dict(self.connect_args)
            )
            with engine.connect() as connection, connection.begin():
                for statement in _READ_ONLY.get(connection.dialect.name, ()):
                    connection.exec_driver_sql(statement)
                asked = sa.text(self.place.query), {"since": self._since(since, connection.dialect.name)}
                with connection.execution_options(yield_per=_AT_ONCE).execute(*asked) as found:
                    _require_columns(set(found.keys()))
                    for row in found.mappings():
                        yield dict(row)

    def _since(self, since: datetime, dialect: str) -> object:
        if self.place.since_as is SinceAs.EPOCH:
            return since.timestamp()
        utc = self.place.since_as is SinceAs.UTC
        moment = since.astimezone(UTC if utc else ZoneInfo(self.timezone))
        if dialect == "sqlite":
            return moment.replace(tzinfo=None).isoformat(sep=" ", timespec="seconds")
        return moment if utc else moment.replace(tzinfo=None)

    def _record(self, row: Mapping[str, Any]) -> CdrRecord | Item:
        """The record; where it is none, what the books say of it."""
        try:
            texts = {name: _text(row.get(name), most) for name, most in _LIMITS.items()}
            needed = {name: self._needed(row, name) for name in _WITHOUT}
        except _Unread as error:
            return _told(row, error.why)
        said: dict[str, Any] = {**texts, **needed}
        said |= {name: plain_id(texts[name]) for name in ("agent_id", "extension")}
        said["customer"] = self._customer(row.get("customer_number"), texts["customer"])
        direction = direction_in(str(row.get("direction") or "").strip())
        said["direction"] = direction if direction in _DIRECTIONS else ""
        with suppress(_Unread):  # nothing hangs on it
            said["ended_at"] = self._moment(row.get("ended_at"))
        return CdrRecord(**said)

    def _needed(self, row: Mapping[str, Any], name: str) -> object:
        value = row.get(name)
        found = _text(value, _LIMITS[name]) if name in _LIMITS else self._moment(value)
        if not found:
            raise _Unread(_WITHOUT[name])
        return found

    def _customer(self, number: object, token: str) -> str:
        """Who called; nobody where no number was shown (匿名, anonymous) or what stands there is none."""
        written = "" if number is None else str(number).strip()
        if written:
            with suppress(ValueError):
                return self.token(written)
        return "" if in_clear(token) else token

    def _moment(self, value: object) -> datetime | None:
        """Times without a zone are the source's own; numbers are seconds since 1970."""
        if value is None or value == "":
            return None
        try:
            if isinstance(value, int | float):
                return within(datetime.fromtimestamp(value, UTC))
            moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
        except (ValueError, OverflowError, OSError):
            raise _Unread("cdr_time") from None
        zone = UTC if self.place.since_as is SinceAs.UTC else ZoneInfo(self.timezone)
        zoned = moment if moment.tzinfo else moment.replace(tzinfo=zone)
        if not is_within(zoned):
            raise _Unread("cdr_time")
        return zoned.astimezone(UTC)


def check_query(query: str) -> None:
    """One SELECT that asks for what is new. What it can do beyond reading is the account's to forbid.

    Raises:
        UsageError: `source_invalid`.
    """
    if not _READS.match(query):
        raise _no_question("does not read: it has to begin with SELECT or WITH", "query_writes")
    if _SEVERAL.search(query):
        raise _no_question("is more than one statement", "query_several")
    if ":since" not in query:
        raise _no_question("does not ask for what is new: there is no :since in it", "query_since")


def _no_question(problem: str, unfit: str) -> UsageError:
    fix = "Write SELECT … AS call_id, … AS started_at, … AS changed_at FROM … WHERE … >= :since"
    return UsageError("source_invalid", where="place.query", problem=problem, fix=fix, unfit=unfit)


def read_only_url(text: str) -> URL:
    """The address of the database; SQLite's file is opened for reading alone.

    Raises:
        UsageError: `source_invalid`.
    """
    try:
        url = make_url(text)
    except sa.exc.ArgumentError as error:
        raise UsageError(
            "source_invalid",
            where="secrets.database_url",
            problem="is not the address of a database",
            fix="Write postgresql://user:password@host/database or sqlite:///file",
            unfit="no_database",
        ) from error
    if url.get_backend_name() == "postgresql":
        return url.set(drivername="postgresql+psycopg")
    if url.get_backend_name() == "sqlite":
        return url.set(
            drivername="sqlite", database=f"file:{url.database}", query={"mode": "ro", "uri": "true"}
        )
    return url


class _Unread(Exception):  # noqa: N818 - why a row is no record
    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def _text(value: object, most: int) -> str:
    """On one line."""
    said = _BREAKS.sub(" ", "" if value is None else str(value)).strip()
    if len(said) > most:
        raise _Unread("cdr_too_long")
    return said


def _told(row: Mapping[str, Any], why: str) -> Item:
    """A row that is no record, by its call or its time: whose call it was is told nowhere."""
    named = ("call_id",) if row.get("call_id") else ("started_at", "changed_at", "extension")
    shown = " ".join(_BREAKS.sub(" ", str(row.get(name) or "?"))[:100] for name in named)
    return Item(ROW + shown, f"row {why}", 0, EARLIEST, why)


def _require_columns(there: set[str]) -> None:
    if there - _COLUMNS or _NEEDED - there:
        raise _query_unfit("columns")


def _query_unfit(why: str) -> SourcingError:
    return SourcingError(
        "cdr_query",
        problem=f"the query does not give call records ({why})",
        fix=f"It needs {', '.join(sorted(_NEEDED))}, and may have {', '.join(sorted(_COLUMNS - _NEEDED))}",
        why=why,
    )


@contextmanager
def _as_ours() -> Iterator[None]:
    """Messages of databases quote rows: only their kind is told."""
    try:
        yield
    except ModuleNotFoundError as error:
        raise errors.away("no driver") from error
    except (sa.exc.OperationalError, sa.exc.TimeoutError, sa.exc.InterfaceError) as error:
        if _is_of_sqlite(error):
            raise _query_unfit(type(error).__name__) from error
        raise errors.away(type(error).__name__) from error
    except sa.exc.SQLAlchemyError as error:
        raise _query_unfit(type(error).__name__) from error


def _is_of_sqlite(error: sa.exc.SQLAlchemyError) -> bool:
    """SQLite calls mistakes in a query operational errors too; it says which number it means."""
    code = getattr(getattr(error, "orig", None), "sqlite_errorcode", None)
    return code in {sqlite3.SQLITE_ERROR, sqlite3.SQLITE_READONLY}
