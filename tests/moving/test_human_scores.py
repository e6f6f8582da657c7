"""Scores of people as spreadsheets write them; what cannot be used is told by row."""

from __future__ import annotations

import io
import zipfile

import openpyxl
import pytest

from qa_service.core.errors import UsageError
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
