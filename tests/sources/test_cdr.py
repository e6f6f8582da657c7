"""Call records by SQL, from SQLite and a real PostgreSQL: read as they are meant, never written to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from qa_service.core.errors import SourcingError, UsageError
from qa_service.core.items import CdrRecord
from qa_service.core.sources import Place, SinceAs
from qa_service.sources.cdr import CdrReader, check_query, read_only_url

WHENEVER = """SELECT id AS call_id, begin_at AS started_at, changed AS changed_at FROM cdr
 WHERE changed >= :since OR changed IS NULL ORDER BY id"""
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
QUERY = """SELECT id AS call_id, begin_at AS started_at, ext AS extension, agent AS agent_id, direction,
 phone AS customer_number, changed AS changed_at FROM cdr WHERE changed >= :since ORDER BY changed"""


_AT = "2026-11-25 16:30:00"


@dataclass
class Table:
    """Another system's table, in its own local time."""

    url: str

    def run(self, statement: str, **values: Any) -> None:
        engine = sa.create_engine(self.url.replace("postgresql://", "postgresql+psycopg://"))
        with engine.begin() as connection:
            connection.execute(sa.text(statement), values)
        engine.dispose()

    def add(self, call_id: str, at: str | None = "2026-11-25 16:30:00", **more: Any) -> None:
        row = {
            "ext": "8001",
            "agent": "3056",
            "direction": "INBOUND",
            "phone": "",
            "changed": at or _AT,
            **more,
        }
        self.run(
            "INSERT INTO cdr VALUES (:id, :at, :ext, :agent, :direction, :phone, :changed)",
            id=call_id,
            at=at,
            **row,
        )

    def reader(self, query: str = QUERY, **more: Any) -> CdrReader:
        return CdrReader(Place(query=query, **more), "Asia/Shanghai", _token, read_only_url(self.url))


def _token(number: str) -> str:
    if not number.isdigit():
        raise ValueError("no number")
    return f"token-of-{len(number)}"


@pytest.fixture
def table(database: str) -> Table:
    made = Table(database)
    made.run(
        "CREATE TABLE cdr (id TEXT, begin_at TIMESTAMP, ext TEXT, agent TEXT, direction TEXT, phone TEXT,"
        " changed TIMESTAMP)"
    )
    return made


def ids(reader: CdrReader, since: datetime = LONG_AGO) -> list[str]:
    return [record.call_id for record in reader.records(since)]


def test_a_record_is_read_as_it_is_meant(table: Table) -> None:
    table.add("c1", phone="13800138000")

    (record,) = table.reader().records(LONG_AGO)

    at = datetime(2026, 11, 25, 8, 30, tzinfo=UTC)
    assert record == CdrRecord(
        call_id="c1",
        started_at=at,
        extension="8001",
        agent_id="3056",
        customer="token-of-11",
        direction="inbound",
        changed_at=at,
    )


def test_only_what_changed_since_is_asked_for(table: Table) -> None:
    table.add("old", "2026-11-25 16:29:59")
    table.add("new", "2026-11-25 16:30:00")

    assert ids(table.reader(), datetime(2026, 11, 25, 8, 30, tzinfo=UTC)) == ["new"]


def test_a_range_ends_before_its_last_moment(table: Table) -> None:
    table.add("in", "2026-11-25 16:29:59")
    table.add("out", "2026-11-25 16:30:00")

    until = datetime(2026, 11, 25, 8, 30, tzinfo=UTC)

    assert [record.call_id for record in table.reader().records(LONG_AGO, until)] == ["in"]


def test_a_query_writes_nothing(table: Table) -> None:
    table.add("c1")
    if table.url.startswith("sqlite"):
        writes = "SELECT id AS call_id, begin_at AS started_at, changed AS changed_at FROM cdr WHERE :since; DELETE"
        with pytest.raises(UsageError):
            check_query(writes + " FROM cdr")
        statement = "DELETE FROM cdr WHERE changed >= :since RETURNING id AS call_id"
    else:
        table.run("CREATE SEQUENCE numbers")
        statement = "SELECT id AS call_id, begin_at AS started_at, changed AS changed_at, setval('numbers', 9) AS line"
        statement += " FROM cdr WHERE changed >= :since"

    with pytest.raises(SourcingError) as refused:
        ids(table.reader(statement))

    assert refused.value.code == "cdr_query"
    assert ids(table.reader()) == ["c1"]


def test_a_delete_inside_of_a_select_deletes_nothing(table: Table) -> None:
    table.add("c1")
    statement = "WITH gone AS (DELETE FROM cdr WHERE changed >= :since RETURNING *) "
    statement += "SELECT id AS call_id, begin_at AS started_at, changed AS changed_at FROM gone"

    with pytest.raises(SourcingError) as refused:
        ids(table.reader(statement))

    assert refused.value.code == "cdr_query"
    assert ids(table.reader()) == ["c1"]


def test_rows_that_nobody_can_read_are_told_with_their_reason_after_the_others(table: Table) -> None:
    table.add("c1")
    table.add("", "2026-11-25 16:31:00")
    table.add("x" * 101, "2026-11-25 16:32:00")
    table.add("c2", None)
    table.add("c3", "2026-11-25 16:33:00")
    found = []

    with pytest.raises(SourcingError) as told:
        found += [record.call_id for record in iter(table.reader(WHENEVER).records(LONG_AGO))]
    for record in _as_far_as_it_goes(table.reader(WHENEVER)):
        found.append(record.call_id)

    rows = told.value.values["rows"]
    assert (told.value.code, told.value.values["count"]) == ("cdr_row", 3)
    assert isinstance(rows, tuple)
    assert sorted((row.key[:12], row.unfit) for row in rows) == [
        ("row:2026-11-", "cdr_no_call_id"),
        ("row:c2", "cdr_no_start"),
        ("row:xxxxxxxx", "cdr_too_long"),
    ]
    assert found == ["c1", "c3"]


@pytest.mark.parametrize("phone", ["匿名", "未知", "anonymous", "+anonymous", "-", "x" * 50])
def test_a_caller_without_a_number_costs_only_the_customer(table: Table, phone: str) -> None:
    table.add("c1", phone=phone, direction="呼入")

    (record,) = table.reader().records(LONG_AGO)

    assert (record.call_id, record.customer, record.direction) == ("c1", "", "inbound")


@pytest.mark.parametrize(
    ("word", "direction"),
    [("来电", "inbound"), ("來電", "inbound"), ("呼出", "outbound"), ("外呼", "outbound"), ("Outbound", "outbound"),
     ("呼出（预测式外呼任务）", "")],
)  # fmt: skip
def test_directions_as_systems_write_them(table: Table, word: str, direction: str) -> None:
    table.add("c1", direction=word)

    assert [record.direction for record in table.reader().records(LONG_AGO)] == [direction]


def _as_far_as_it_goes(reader: CdrReader) -> Iterator[CdrRecord]:
    try:
        yield from reader.records(LONG_AGO)
    except SourcingError:
        return


@pytest.mark.parametrize(
    "query",
    [
        pytest.param("SELECT id AS call_id FROM cdr WHERE changed >= :since", id="columns missing"),
        pytest.param(QUERY.replace("ext AS extension", "ext AS phone"), id="a column of no use"),
        pytest.param(QUERY.replace("FROM cdr", "FROM nothing"), id="no such table"),
    ],
)
def test_what_is_wrong_with_a_query_is_told(table: Table, query: str) -> None:
    with pytest.raises(SourcingError) as refused:
        ids(table.reader(query))

    assert refused.value.code == "cdr_query"


@pytest.mark.parametrize(
    ("since_as", "at"),
    [(SinceAs.EPOCH, 1_795_595_400), (SinceAs.UTC, "2026-11-25 08:30:00")],
)
def test_times_in_other_forms(tmp_path: Any, since_as: SinceAs, at: object) -> None:
    table = Table(f"sqlite:///{tmp_path / 'other.db'}")
    table.run("CREATE TABLE cdr (id TEXT, begin_at, ext, agent, direction, phone, changed)")
    table.add("c1", at=at, changed=at)  # type: ignore[arg-type]
    moment = datetime(2026, 11, 25, 8, 30, tzinfo=UTC)

    reader = table.reader(since_as=since_as)

    assert [record.started_at for record in reader.records(moment)] == [moment]
    assert ids(reader, moment + timedelta(seconds=1)) == []


def test_a_database_that_is_away_is_away() -> None:
    url = read_only_url("postgresql://u:p@127.0.0.1:9/x")
    reader = CdrReader(Place(query=QUERY), "UTC", _token, url)

    with pytest.raises(SourcingError) as refused:
        ids(reader)
    assert refused.value.code == "source_away"
    assert ":p@" not in repr(reader)


def test_a_driver_that_is_not_installed_is_told() -> None:
    reader = CdrReader(Place(query=QUERY), "UTC", _token, read_only_url("mssql+pymssql://u:p@h/x"))

    with pytest.raises(SourcingError) as refused:
        ids(reader)
    assert (refused.value.code, refused.value.values["why"]) == ("source_away", "no driver")


@pytest.mark.parametrize(
    ("query", "fits"),
    [
        pytest.param(QUERY, True, id="a select"),
        pytest.param("with x as (select 1) select * from x where a > :since", True, id="a select with parts"),
        pytest.param(QUERY + ";", True, id="one that ends with a semicolon"),
        pytest.param("SELECT 1", False, id="without since"),
        pytest.param("DELETE FROM cdr WHERE changed >= :since", False, id="no select"),
        pytest.param(QUERY + "; DROP TABLE cdr", False, id="two statements"),
        pytest.param("", False, id="nothing"),
    ],
)
def test_a_query_is_one_select_with_since(query: str, fits: bool) -> None:
    if fits:
        check_query(query)
        return
    with pytest.raises(UsageError) as refused:
        check_query(query)
    assert refused.value.code == "source_invalid"


def test_only_the_kind_of_error_is_told(table: Table) -> None:
    """Databases quote rows in their messages."""
    reader = replace(table.reader(), place=Place(query="SELECT '13800138000' FROM nowhere WHERE 1 > :since"))

    with pytest.raises(SourcingError) as refused:
        ids(reader)
    assert "13800138000" not in str(refused.value)
