"""A table of people's: CSV or XLSX, with a title above its headers as spreadsheets often have."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import islice

from qa_service.core.errors import UsageError
from qa_service.text.table import BrokenTableError, decoded, plain_word, rows_of
from qa_service.text.workbook import BrokenWorkbookError, is_workbook, workbook_rows
from qa_service.usecases.sheet import MOST_ROWS, Sheet, read_sheet

#: Titles and dates above the headers are no more than this.
_HEADERS_WITHIN = 10
#: Columns that an error names.
_NAMED = 12


def table_of(content: bytes, headers: Mapping[str, tuple[str, ...]], needed: frozenset[str]) -> Sheet:
    """A CSV or the first sheet of an XLSX; rows are numbered as the spreadsheet does.

    Raises:
        UsageError: `moving_columns`, `moving_workbook`, `sheet_unreadable`, `sheet_quote`, `sheet_too_long`.
    """
    rows = _rows(content)
    above = _above(rows, headers, needed)
    try:
        sheet = read_sheet(_csv(rows[above:]) if rows else content, headers, needed)
    except UsageError as error:
        if error.code != "sheet_columns":
            raise
        raise _columns(rows, headers, needed) from error
    numbered = tuple((number + above, cells) for number, cells in sheet.rows)
    return replace(sheet, rows=numbered, wide=frozenset(number + above for number in sheet.wide))


def _rows(content: bytes) -> list[list[str]]:
    """All rows, those that are blank too; none of a CSV that cannot be read: what is wrong with it, its reader says."""
    if is_workbook(content):
        try:
            return workbook_rows(content)[: MOST_ROWS + 2 + _HEADERS_WITHIN]
        except BrokenWorkbookError as error:
            problem, fix = "is no Excel file that can be read", "Save it as XLSX or CSV once more"
            raise UsageError("moving_workbook", problem=problem, fix=fix) from error
    rows: list[list[str]] = []
    try:
        for number, cells in islice(rows_of(decoded(content) or ""), MOST_ROWS + 2 + _HEADERS_WITHIN):
            rows += [[] for _ in range(number - 1 - len(rows))] + [cells]
    except BrokenTableError:
        return []
    return rows


def _above(
    rows: Sequence[Sequence[str]], headers: Mapping[str, tuple[str, ...]], needed: frozenset[str]
) -> int:
    """How many rows stand above the headers; 0 where no row holds all that is needed."""
    words = {name: {plain_word(word) for word in (name, *headers[name])} for name in needed}
    for at, row in enumerate(rows[:_HEADERS_WITHIN]):
        cells = {plain_word(cell) for cell in row}
        if all(cells & meant for meant in words.values()):
            return at
    return 0


def _csv(rows: Sequence[Sequence[str]]) -> bytes:
    written = io.StringIO()
    csv.writer(written).writerows(rows)
    return written.getvalue().encode()


def _columns(
    rows: Sequence[Sequence[str]], headers: Mapping[str, tuple[str, ...]], needed: frozenset[str]
) -> UsageError:
    columns = "、".join(headers[name][0] for name in headers if name in needed)
    head = next((row for row in rows if any(cell.strip() for cell in row)), [])
    found = "、".join(cell.strip()[:30] for cell in head[:_NAMED] if cell.strip()) or "–"
    return UsageError(
        "moving_columns",
        problem=f"a column is missing, or there twice; it has {found}",
        fix=f"It needs {columns}, within the first {_HEADERS_WITHIN} rows",
        columns=columns,
        found=found,
        rows=_HEADERS_WITHIN,
    )
