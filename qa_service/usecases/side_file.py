"""A side file says what is known about many recordings: CSV as spreadsheets write it, or JSON; or their names do."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from qa_service.core.batches import SideFile
from qa_service.core.errors import EnvelopeError
from qa_service.text.table import BrokenTableError, decoded, is_too_wide, rows_of
from qa_service.usecases.batch_names import batch_pattern, row_by_name
from qa_service.usecases.columns import FILE, NAMES_BESIDE, Reading, column_of, said_in
from qa_service.usecases.envelope import envelope_of
from qa_service.usecases.headers import TwoOfOneError, columns_of
from qa_service.usecases.sheet import open_quote, too_wide
from qa_service.usecases.side_rows import MOST_ROWS, Rows

MOST_BYTES = 8 << 20
_LONGEST_HEADER = 100


def read_csv(content: bytes, reading: Reading) -> SideFile:
    """A table with a line of headers, in UTF-8, UTF-16 with its mark, or GB18030.

    Raises:
        EnvelopeError: `side_file_unreadable`, `side_file_no_names`, `side_file_columns`, `side_file_too_long`, or
            UsageError: `sheet_quote`: nothing of it will do.
    """
    lines = rows_of(_text(content))
    try:
        _, headers = next(lines, (1, []))
        columns = _columns(headers, "#1")
        rows = Rows(_unknown(headers, columns))
        for number, cells in lines:
            fields = {c: cell for c, cell in zip(columns, cells, strict=False) if c and cell.strip()}
            is_wide, name = is_too_wide(headers, cells), fields.pop(FILE, "")
            rows.take(number, name, lambda f=fields, n=number, w=is_wide: _of_cells(f, n, reading, is_wide=w))
    except BrokenTableError as error:
        raise (open_quote(error) if error.is_quote else _unreadable(f"#{error.row}")) from error
    return rows.whole()


def _columns(headers: Sequence[str], where: str) -> list[str | None]:
    if [column_of(header) for header in headers].count(FILE) != 1:
        raise _no_names()
    try:
        return columns_of(headers, column_of, NAMES_BESIDE)
    except TwoOfOneError as error:
        raise EnvelopeError(
            "side_file_columns",
            where=where,
            problem=f"{error.one} and {error.other} mean the same ({error.column})",
            fix="Leave one of them out, or head it with another word",
            one=error.one,
            other=error.other,
            column=error.column,
        ) from error


def _of_cells(
    fields: Mapping[str, str], number: int, reading: Reading, *, is_wide: bool
) -> tuple[Any, int | None]:
    if is_wide:
        raise too_wide(number)
    return said_in(fields, f"#{number}", reading)


def _unknown(headers: Sequence[str], columns: Sequence[str | None]) -> tuple[str, ...]:
    """Headers of columns that nobody reads."""
    named = (
        (header.strip()[:_LONGEST_HEADER], column) for header, column in zip(headers, columns, strict=True)
    )
    return tuple(header for header, column in named if header and not column)


def read_json(content: bytes, reading: Reading) -> SideFile:
    """A list of rows, or `{"rows": […]}`, or `{"pattern": "…", "files": […]}`.

    A row has the columns of a table, or `file_name`, `envelope` and `agent_channel`.

    Raises:
        EnvelopeError: `side_file_unreadable`, `side_file_too_long`; UsageError: `pattern_invalid`.
    """
    try:
        data = json.loads(_text(content))
    except (ValueError, RecursionError) as error:
        raise _unreadable("") from error
    if (
        isinstance(data, dict)
        and isinstance(data.get("pattern"), str)
        and data.keys() <= {"pattern", "files"}
    ):
        return _by_name(data["pattern"], data.get("files"), reading)
    listed = data.get("rows") if isinstance(data, dict) and data.keys() == {"rows"} else data
    if not isinstance(listed, list):
        raise _unreadable("")
    rows = Rows()
    for number, row in enumerate(listed, 1):
        name = row.get(FILE) if isinstance(row, dict) else None
        rows.take(number, name, lambda r=row, n=number: _of_row(r, f"#{n}", reading, rows))
    return rows.whole()


def _by_name(text: str, files: object, reading: Reading) -> SideFile:
    pattern = batch_pattern(text)
    if files is None:
        return SideFile((), pattern=text, is_open=True)
    if not isinstance(files, list):
        raise _unreadable("files")
    rows = Rows()
    for number, name in enumerate(files, 1):
        rows.take_named(number, name, lambda kept, n=number: row_by_name(pattern, kept, n, reading))
    told = rows.whole()
    return SideFile(told.rows, told.bad, pattern=text)


def _of_row(row: Mapping[str, Any], where: str, reading: Reading, rows: Rows) -> tuple[Any, int | None]:
    if "envelope" not in row:
        return said_in(_of_keys(row, where, rows), where, reading)
    channel = row.get("agent_channel")
    if (
        row.keys() - {FILE, "envelope", "agent_channel"}
        or channel not in (None, 0, 1)
        or isinstance(channel, bool)
    ):
        raise _unreadable(where)
    envelope = envelope_of(row["envelope"], source=where, timezone=reading.timezone, tokens=reading.tokens)
    return envelope, channel


def _of_keys(row: Mapping[str, Any], where: str, rows: Rows) -> Mapping[str, str]:
    """The columns of a row; only a name beside a number is passed over, and told."""
    fields = {name: value for name, value in row.items() if value is not None}
    if not all(isinstance(v, str | int) and not isinstance(v, bool) for v in fields.values()):
        raise _unreadable(where)
    named = dict(zip(fields, _columns(list(fields), where), strict=True))
    if any(column_of(name) is None for name in named):
        raise _unreadable(where)
    for name in (name for name, column in named.items() if column is None):
        rows.pass_over(name)
    return {column: str(fields[name]) for name, column in named.items() if column not in (None, FILE)}


def _text(content: bytes) -> str:
    if len(content) > MOST_BYTES:
        raise EnvelopeError(
            "side_file_too_long", problem="is too long", fix="Hand in several", most=MOST_ROWS
        )
    text = decoded(content)
    if text is None:
        raise _unreadable("")
    return text


def read_side_file(content: bytes, reading: Reading, *, is_json: bool) -> SideFile:
    """Either kind. See `read_csv`, `read_json`."""
    return read_json(content, reading) if is_json else read_csv(content, reading)


def _unreadable(where: str) -> EnvelopeError:
    return EnvelopeError(
        "side_file_unreadable",
        where=where,
        problem="is no side file as it is described",
        fix="Write CSV with a line of headers, or JSON as in docs/api.md",
    )


def _no_names() -> EnvelopeError:
    return EnvelopeError(
        "side_file_no_names",
        where="#1",
        problem="no column, or more than one, names the files",
        fix="Head one column file_name or 文件名",
    )
