"""Tables as files: CSV, workbook, Parquet. Whole or not at all, empty or not, each by its own rules."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from openpyxl import load_workbook

from qa_service.exports import parquet, xlsx
from qa_service.exports.alibaba_sca import write_sca
from qa_service.exports.assessed import Assessed
from qa_service.exports.call_table import CALLS
from qa_service.exports.csv_table import csv_bytes, write_csv
from qa_service.exports.finding_table import FINDINGS
from qa_service.exports.parquet import write_parquet
from qa_service.exports.table import Table
from qa_service.exports.xlsx import write_xlsx
from tests.exports.assessed import KEYS, WORDS, assessed, rows, stored
from tests.exports.calls import BAD, MEASURED_CER, analyzed, transferred

_BAD, _MOVED = assessed(analyzed(BAD, MEASURED_CER)), assessed(transferred())
_SILENT = assessed(analyzed((), MEASURED_CER))
_CALLS = [_BAD, _MOVED, _SILENT, (stored(), None)]
_WRITERS: dict[str, Callable[[Iterator[Assessed], Path], None]] = {
    "csv": lambda calls, file: write_csv(calls, file, FINDINGS, WORDS),
    "xlsx": lambda calls, file: write_xlsx(calls, file, WORDS),
    "parquet": lambda calls, file: write_parquet(calls, file, FINDINGS, KEYS),
    "sca": write_sca,
}
_TABLES = pytest.mark.parametrize("table", [CALLS, FINDINGS], ids=lambda table: table.name)


def test_csv_for_people_begins_with_a_mark_and_chinese_headers() -> None:
    raw = b"".join(csv_bytes(_CALLS, CALLS, WORDS))

    assert raw.startswith("\ufeff通话编号,外部编号,开始时间,线路,技能组,呼叫方向,坐席,".encode())
    assert raw.count(b"\r\n") == raw.count(b"\n") == 1 + 5


def test_csv_for_programs_has_keys_and_no_mark() -> None:
    raw = b"".join(csv_bytes(_CALLS, CALLS, KEYS))

    assert raw.startswith(b"call_id,external_id,started_at,line,skill_group,direction,agent,leg,")
    (first, *_) = csv.DictReader(io.StringIO(raw.decode("utf-8"), newline=""))
    row = rows(CALLS, _BAD)[0]
    assert (first["score"], first["passed"]) == (str(row["score"]), str(row["passed"]).lower())
    assert (first["status_reason"], first["leg"]) == ("", "1")


@_TABLES
@pytest.mark.parametrize("form", [WORDS, KEYS], ids=["for people", "for programs"])
def test_no_calls_are_a_header_alone_in_csv(table: Table, form: object) -> None:
    raw = b"".join(csv_bytes([], table, WORDS if form is WORDS else KEYS))

    assert raw.count(b"\r\n") == 1


def test_csv_is_handed_on_while_calls_are_read() -> None:
    read: list[int] = []

    def calls() -> Iterator[Assessed]:
        for number in range(2_000):
            read.append(number)
            yield _BAD

    pieces = csv_bytes(calls(), FINDINGS, WORDS)
    first = next(pieces)

    assert 0 < len(read) < 200
    assert first.endswith(b"\r\n")


def test_a_workbook_has_a_sheet_for_each_table(tmp_path: Path) -> None:
    write_xlsx(_CALLS, tmp_path / "a.xlsx", WORDS)

    book = load_workbook(tmp_path / "a.xlsx")

    assert book.sheetnames == ["通话", "命中"]
    for sheet, table in zip(book.worksheets, (CALLS, FINDINGS), strict=True):
        head, *body = sheet.iter_rows(values_only=True)
        assert list(head) == WORDS.headers(table)
        assert [list(row) for row in body] == [list(row.values()) for row in rows(table, *_CALLS, form=WORDS)]
        assert sheet.freeze_panes == "A2"


def test_a_workbook_for_programs_has_numbers_and_truth_values(tmp_path: Path) -> None:
    write_xlsx([_BAD], tmp_path / "a.xlsx", KEYS)

    (head, row) = load_workbook(tmp_path / "a.xlsx")["calls"].iter_rows(values_only=True)

    assert dict(zip(head, row, strict=True)) == rows(CALLS, _BAD)[0]


def test_an_empty_workbook_has_its_headers(tmp_path: Path) -> None:
    write_xlsx([], tmp_path / "a.xlsx", WORDS)

    assert [sheet.max_row for sheet in load_workbook(tmp_path / "a.xlsx").worksheets] == [1, 1]


def test_a_full_sheet_goes_on_in_another_with_the_header_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(xlsx, "MAX_ROWS", 3)
    write_xlsx([_BAD] * 5, tmp_path / "a.xlsx", WORDS)

    book = load_workbook(tmp_path / "a.xlsx")

    calls = [sheet for sheet in book.worksheets if sheet.title.startswith("通话")]
    assert [(sheet.title, sheet.max_row) for sheet in calls] == [("通话", 3), ("通话 2", 3), ("通话 3", 2)]
    assert {sheet["A1"].value for sheet in calls} == {"通话编号"}


@_TABLES
def test_parquet_gives_the_rows_back_with_types(table: Table, tmp_path: Path) -> None:
    write_parquet(_CALLS, tmp_path / "a.parquet", table, WORDS)

    read = pq.read_table(tmp_path / "a.parquet")

    assert read.to_pylist() == rows(table, *_CALLS)
    assert read.schema.field("leg").type == pa.int64()
    titles = [field.metadata[b"title"].decode() for field in read.schema]
    assert titles == WORDS.headers(table)


@_TABLES
def test_empty_parquet_keeps_its_columns(table: Table, tmp_path: Path) -> None:
    write_parquet([], tmp_path / "a.parquet", table, KEYS)

    read = pq.read_table(tmp_path / "a.parquet")

    assert (read.num_rows, read.column_names) == (0, [column.key for column in table.columns])


def test_parquet_is_written_batch_by_batch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet, "BATCH_ROWS", 4)
    write_parquet([_BAD] * 10, tmp_path / "a.parquet", CALLS, KEYS)

    file = pq.ParquetFile(tmp_path / "a.parquet")

    groups = range(file.num_row_groups)
    assert [file.metadata.row_group(group).num_rows for group in groups] == [4, 4, 2]


@pytest.mark.parametrize("write", _WRITERS.values(), ids=_WRITERS.keys())
def test_what_breaks_off_leaves_the_old_file_and_nothing_beside_it(
    write: Callable[[Iterator[Assessed], Path], None], tmp_path: Path
) -> None:
    file = tmp_path / "a"
    file.write_text("old")

    def calls() -> Iterator[Assessed]:
        yield _BAD
        raise ConnectionError("the store went away")

    with pytest.raises(ConnectionError, match="the store went away"):
        write(calls(), file)

    assert [path.name for path in tmp_path.iterdir()] == ["a"]
    assert file.read_text() == "old"
