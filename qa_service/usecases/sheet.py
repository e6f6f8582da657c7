"""A table that somebody exported as CSV: UTF-8 or GBK, headers in Chinese or English, numbered as spreadsheets do."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from qa_service.core.errors import UsageError

#: More rows are several files.
MOST_ROWS = 20_000


@dataclass(frozen=True, slots=True)
class Sheet:
    """The rows with their numbers (the header is 1), by the names of our columns; what nobody reads is `ignored`."""

    rows: tuple[tuple[int, Mapping[str, str]], ...]
    ignored: tuple[str, ...]


def read_sheet(content: bytes, headers: Mapping[str, tuple[str, ...]], needed: frozenset[str]) -> Sheet:
    """The table; `headers` are the words that may stand over each of our columns.

    Raises:
        UsageError: `sheet_unreadable`, `sheet_columns`, `sheet_too_long`.
    """
    lines = _lines(_decoded(content))
    first = next(lines, None)
    if first is None:
        raise _unreadable("is empty")
    by_word = {word: column for column, words in headers.items() for word in (column, *words)}
    columns = [by_word.get(cell.strip().lower()) for cell in first[1]]
    named = [column for column in columns if column]
    if missing := needed - set(named):
        raise _columns(f"has no column {', '.join(sorted(missing))}")
    if len(named) != len(set(named)):
        raise _columns("has two columns that mean the same")
    rows = tuple((number, _by_column(columns, cells)) for number, cells in lines)
    if len(rows) > MOST_ROWS:
        raise UsageError(
            "sheet_too_long",
            problem=f"has more than {MOST_ROWS} rows",
            fix="Send it in several files",
            limit=MOST_ROWS,
        )
    ignored = tuple(c.strip() for c, column in zip(first[1], columns, strict=True) if column is None)
    return Sheet(rows, tuple(filter(None, ignored)))


def _by_column(columns: list[str | None], cells: list[str]) -> Mapping[str, str]:
    return {column: cell.strip() for column, cell in zip(columns, cells, strict=False) if column}


def _decoded(content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise _unreadable("is neither UTF-8 nor GBK")


def _lines(text: str) -> Iterator[tuple[int, list[str]]]:
    head = text.split("\n", 1)[0]
    delimiter = max(",\t;", key=head.count)
    try:
        for number, cells in enumerate(
            csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), start=1
        ):
            if any(cell.strip() for cell in cells):
                yield number, cells
    except csv.Error as error:
        raise _unreadable("is no CSV") from error


def _unreadable(problem: str) -> UsageError:
    return UsageError("sheet_unreadable", problem=problem, fix="Save it as CSV in UTF-8 or GBK")


def _columns(problem: str) -> UsageError:
    return UsageError("sheet_columns", problem=problem, fix="See docs/outcomes.md for the columns")
