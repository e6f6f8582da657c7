"""A table that somebody exported as CSV: UTF-8 or GBK, headers in Chinese or English, numbered as spreadsheets do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice

from qa_service.core.errors import UsageError
from qa_service.text.table import BrokenTableError, decoded, plain_word, rows_of

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
    (_, heads), *lines = _lines(content)
    by_word = {plain_word(word): column for column, words in headers.items() for word in (column, *words)}
    columns = [by_word.get(plain_word(head)) for head in heads]
    named = [column for column in columns if column]
    if missing := needed - set(named):
        raise _columns(f"has no column {', '.join(sorted(missing))}")
    if len(named) != len(set(named)):
        raise _columns("has two columns that mean the same")
    rows = tuple((number, _by_column(columns, cells)) for number, cells in lines)
    ignored = tuple(head.strip() for head, column in zip(heads, columns, strict=True) if column is None)
    return Sheet(rows, tuple(filter(None, ignored)))


def _lines(content: bytes) -> list[tuple[int, list[str]]]:
    """The rows, the one with the headers first."""
    text = decoded(content)
    if text is None:
        raise _unreadable("is neither UTF-8, UTF-16 with its mark nor GBK")
    try:
        lines = list(islice(rows_of(text), MOST_ROWS + 2))
    except BrokenTableError as error:
        raise _unreadable("is no CSV") from error
    if not lines:
        raise _unreadable("is empty")
    if len(lines) > MOST_ROWS + 1:
        raise UsageError(
            "sheet_too_long",
            problem=f"has more than {MOST_ROWS} rows",
            fix="Send it in several files",
            limit=MOST_ROWS,
        )
    return lines


def _by_column(columns: list[str | None], cells: list[str]) -> Mapping[str, str]:
    return {column: cell.strip() for column, cell in zip(columns, cells, strict=False) if column}


def _unreadable(problem: str) -> UsageError:
    return UsageError("sheet_unreadable", problem=problem, fix="Save it as CSV in UTF-8 or GBK")


def _columns(problem: str) -> UsageError:
    return UsageError("sheet_columns", problem=problem, fix="See docs/outcomes.md for the columns")
