"""A table that somebody exported as CSV: UTF-8 or GBK, headers in Chinese or English, numbered as spreadsheets do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from types import MappingProxyType

from qa_service.core.errors import UsageError
from qa_service.text.table import BrokenTableError, decoded, is_too_wide, plain_word, rows_of
from qa_service.usecases.headers import TwoOfOneError, columns_of

#: More rows are several files.
MOST_ROWS = 20_000


@dataclass(frozen=True, slots=True)
class Sheet:
    """The rows with their numbers (the header is 1), by the names of our columns; what nobody reads is `ignored`.

    `wide` are the numbers of rows with more cells than headers: what stands in which column is not sure there.
    """

    rows: tuple[tuple[int, Mapping[str, str]], ...]
    ignored: tuple[str, ...]
    wide: frozenset[int] = frozenset()


def read_sheet(
    content: bytes,
    headers: Mapping[str, tuple[str, ...]],
    needed: frozenset[str],
    beside: Mapping[str, str | None] = MappingProxyType({}),
) -> Sheet:
    """The table; `headers` are the words that may stand over each of our columns, `beside` see `columns_of`.

    Raises:
        UsageError: `sheet_unreadable`, `sheet_quote`, `sheet_columns`, `sheet_too_long`.
    """
    (_, heads), *lines = _lines(content)
    by_word = {plain_word(word): column for column, words in headers.items() for word in (column, *words)}
    try:
        columns = columns_of(heads, lambda head: by_word.get(plain_word(head)), beside)
    except TwoOfOneError as error:
        raise _columns(f"{error.one} and {error.other} mean the same") from error
    if missing := needed - set(columns):
        raise _columns(f"has no column {', '.join(sorted(missing))}")
    rows = tuple((number, _by_column(columns, cells)) for number, cells in lines)
    ignored = tuple(head.strip() for head, column in zip(heads, columns, strict=True) if column is None)
    wide = frozenset(number for number, cells in lines if is_too_wide(heads, cells))
    return Sheet(rows, tuple(filter(None, ignored)), wide)


def _lines(content: bytes) -> list[tuple[int, list[str]]]:
    """The rows, the one with the headers first."""
    text = decoded(content)
    if text is None:
        raise _unreadable("is neither UTF-8, UTF-16 with its mark nor GBK")
    try:
        lines = list(islice(rows_of(text), MOST_ROWS + 2))
    except BrokenTableError as error:
        raise (open_quote(error) if error.is_quote else _unreadable("is no CSV")) from error
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


def open_quote(error: BrokenTableError) -> UsageError:
    """A quote that opens or closes in the wrong place: which rows there are behind it, nobody can tell."""
    return UsageError(
        "sheet_quote",
        where=f"#{error.row}",
        problem="a quote is left open, or closes in the middle of a cell",
        fix='Close it, or take it out; a quote within a cell is written twice: ""',
    )


def too_wide(number: int) -> UsageError:
    """A row with more cells than there are headers."""
    return UsageError(
        "row_too_wide",
        where=f"#{number}",
        problem="has more cells than the first row has headers",
        fix="Put cells with commas in quotes",
    )


def _unreadable(problem: str) -> UsageError:
    return UsageError("sheet_unreadable", problem=problem, fix="Save it as CSV in UTF-8 or GBK")


def _columns(problem: str) -> UsageError:
    return UsageError("sheet_columns", problem=problem, fix="See docs/outcomes.md for the columns")
