"""Scores of people as spreadsheets write them; what cannot be used is told by row."""

from __future__ import annotations

import io
import zipfile

import openpyxl
import pytest

from qa_service.core.errors import UsageError
from qa_service.i18n.catalogue import catalogue
from qa_service.moving.human_scores import read_scores

ROWS: list[list[object]] = [
    ["通话编号", "得分", "备注"],
    ["call-1", 85, "好"],
    ["call-2", 92.5, None],
    ["call-3", "优", None],
    [None, 7, None],
]


def workbook(rows: list[list[object]]) -> bytes:
    book, held = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(held)
    return held.getvalue()


def table(rows: list[list[object]], encoding: str = "utf-8") -> bytes:
    return "\n".join(",".join("" if cell is None else str(cell) for cell in row) for row in rows).encode(
        encoding
    )


@pytest.mark.parametrize(
    "content", [workbook(ROWS), table(ROWS), table(ROWS, "gbk")], ids=["xlsx", "csv", "gbk"]
)
def test_scores_are_read_and_slips_are_told(content: bytes) -> None:
    found = read_scores(content)

    assert [(row, call, made.score) for row, call, made in found.made] == [
        (2, "call-1", 85),
        (3, "call-2", 92.5),
    ]
    assert [(bad.row, bad.why.code) for bad in found.bad] == [(4, "row_score"), (5, "row_nobody")]
    assert found.ignored == ("备注",)


def test_the_later_of_two_rows_stands() -> None:
    found = read_scores("通话编号,得分\ncall-1,80\ncall-1,90\n".encode())

    assert [made.score for _, _, made in found.made] == [90]
    assert [(bad.row, bad.why.code) for bad in found.bad] == [(2, "row_replaced")]


@pytest.mark.parametrize("score", ["-1", "101", "nan", "inf", ""])
def test_what_is_no_score_is_refused(score: str) -> None:
    found = read_scores(f"通话编号,得分\ncall-1,{score}\n".encode())

    assert (found.made, [bad.why.code for bad in found.bad]) == ((), ["row_score"])


def packed(**members: bytes) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as file:
        for name, content in members.items():
            file.writestr(f"xl/worksheets/{name}.xml" if name == "sheet1" else name, content)
    return held.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"PK\x03\x04 nothing", id="a broken archive"),
        pytest.param(packed(sheet1=b"<row"), id="broken XML"),
        pytest.param(
            packed(sheet1=b'<!DOCTYPE a [<!ENTITY b "c">]><worksheet><row r="1"/></worksheet>'), id="entities"
        ),
        pytest.param(packed(other=b"x"), id="no sheet"),
        pytest.param("编号,分\n1,2\n".encode(), id="other columns"),
    ],
)
def test_what_is_no_table_is_refused(content: bytes) -> None:
    with pytest.raises(UsageError):
        read_scores(content)


def merged(rows: list[list[object]], *ranges: str) -> bytes:
    book, held = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    for cells in ranges:
        book.active.merge_cells(cells)
    book.save(held)
    return held.getvalue()


TITLED: list[list[object]] = [
    ["2026年3月人工评分表", None, None],
    [None, None, None],
    ["通话编号", "得分", "质检员"],
    ["call-1", 81, "陈"],
    ["call-2", "优", None],
]


@pytest.mark.parametrize(
    "content", [merged(TITLED, "A1:C1"), table(TITLED)], ids=["merged, in xlsx", "in csv"]
)
def test_a_title_may_stand_above_the_headers_and_rows_keep_their_numbers(content: bytes) -> None:
    found = read_scores(content)

    assert [(row, call, made.score) for row, call, made in found.made] == [(4, "call-1", 81)]
    assert [(bad.row, bad.why.code) for bad in found.bad] == [(5, "row_score")]


def test_of_merged_cells_only_the_first_row_says_which_call() -> None:
    rows: list[list[object]] = [["通话编号", "得分", "项"], ["call-1", 82, "开场"], [None, None, "结束"]]

    found = read_scores(merged(rows, "A2:A3", "B2:B3"))

    assert [(call, made.score) for _, call, made in found.made] == [("call-1", 82)]
    assert [(bad.row, bad.why.code) for bad in found.bad] == [(3, "row_nobody")]


@pytest.mark.parametrize(
    ("written", "score"),
    [("85分", 85), ("８５", 85), (" 85.5 ", 85.5), ("85%", None), ("2026-03-01", None), ("3月1日", None)],
)
def test_what_is_a_score_and_what_is_a_day(written: str, score: float | None) -> None:
    found = read_scores(f"通话编号,得分\ncall-1,{written}\n".encode())

    assert [made.score for _, _, made in found.made] == ([] if score is None else [score])
    assert [bad.why.code for bad in found.bad] == ([] if score is not None else ["row_score"])


def test_a_long_number_that_a_spreadsheet_cut_is_told_as_one() -> None:
    found = read_scores(workbook([["通话编号", "得分"], [20260314000001234567, 82]]))

    assert [(bad.row, bad.why.code) for bad in found.bad] == [(2, "row_digits")]


@pytest.mark.parametrize(
    ("head", "there"),
    [
        (["通话编号", "质检员"], "通话编号、质检员"),
        (["通话编号", "得分", "评分"], "通话编号、得分、评分"),
        (["说明"], "说明"),
    ],
    ids=["missing", "twice", "another sheet"],
)
def test_what_the_table_has_instead_of_its_columns_is_told(head: list[object], there: str) -> None:
    with pytest.raises(UsageError) as refused:
        read_scores(workbook([head, ["call-1", 80, 90][: len(head)]]))

    assert (refused.value.code, refused.value.values["found"]) == ("moving_columns", there)
    assert there in catalogue("zh_CN").error(refused.value)
