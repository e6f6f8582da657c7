"""A side file says what is known about many recordings: CSV as spreadsheets write it, or JSON; or their names do."""

from __future__ import annotations

import csv
import io
import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from qa_service.core.batches import BadRow, BatchRow, SideFile
from qa_service.core.errors import EnvelopeError, QaError
from qa_service.usecases.batch_names import batch_pattern, row_by_name
from qa_service.usecases.columns import FILE, Reading, column_of, said_in
from qa_service.usecases.envelope import envelope_of

MOST_BYTES = 8 << 20
MOST_ROWS = 50_000
MOST_NAME = 255
_DELIMITERS = ",\t;，"
_LONGEST_HEADER = 100


def read_csv(content: bytes, reading: Reading) -> SideFile:
    """A table with a line of headers, in UTF-8, UTF-16 with its mark, or GB18030.

    Raises:
        EnvelopeError: `side_file_unreadable`, `side_file_no_names`, `side_file_too_long`: nothing of it will do.
    """
    text = _text(content)
    first = text.partition("\n")[0]
    delimiter = max(_DELIMITERS, key=first.count)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        headers = next(lines, [])
        columns = [column_of(header) for header in headers]
        if columns.count(FILE) != 1:
            raise EnvelopeError(
                "side_file_no_names",
                where="#1",
                problem="no column, or more than one, names the files",
                fix="Head one column file_name or 文件名",
            )
        unknown = [
            h.strip()[:_LONGEST_HEADER] for h, c in zip(headers, columns, strict=True) if not c and h.strip()
        ]
        rows = _Rows(tuple(unknown))
        for number, cells in enumerate(lines, 2):
            if any(cell.strip() for cell in cells):
                fields = {c: cell for c, cell in zip(columns, cells, strict=False) if c and cell.strip()}
                rows.take(
                    number, fields.pop(FILE, ""), lambda f=fields, n=number: said_in(f, f"#{n}", reading)
                )
    except csv.Error as error:
        raise _unreadable(f"#{lines.line_num}") from error
    return rows.whole()


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
    rows = _Rows(())
    for number, row in enumerate(listed, 1):
        name = row.get(FILE) if isinstance(row, dict) else None
        rows.take(number, name, lambda r=row, n=number: _of_row(r, f"#{n}", reading))
    return rows.whole()


def _by_name(text: str, files: object, reading: Reading) -> SideFile:
    pattern = batch_pattern(text)
    if files is None:
        return SideFile((), pattern=text, is_open=True)
    if not isinstance(files, list):
        raise _unreadable("files")
    rows = _Rows(())
    for number, name in enumerate(files, 1):
        rows.take_named(number, name, lambda kept, n=number: row_by_name(pattern, kept, n, reading))
    told = rows.whole()
    return SideFile(told.rows, told.bad, pattern=text)


def _of_row(row: Mapping[str, Any], where: str, reading: Reading) -> tuple[Any, int | None]:
    if "envelope" not in row:
        fields = {name: value for name, value in row.items() if name != FILE and value is not None}
        named = {column_of(str(name)): value for name, value in fields.items()}
        if None in named or not all(
            isinstance(v, str | int) and not isinstance(v, bool) for v in named.values()
        ):
            raise _unreadable(where)
        return said_in({str(c): str(v) for c, v in named.items()}, where, reading)
    channel = row.get("agent_channel")
    if (
        row.keys() - {FILE, "envelope", "agent_channel"}
        or channel not in (None, 0, 1)
        or isinstance(channel, bool)
    ):
        raise _unreadable(where)
    envelope = envelope_of(row["envelope"], source=where, timezone=reading.timezone, tokens=reading.tokens)
    return envelope, channel


@dataclass(slots=True)
class _Rows:
    """Rows as they come: the good, and what is wrong with the others."""

    unknown: tuple[str, ...]
    good: dict[str, BatchRow] = field(default_factory=dict)
    bad: list[BadRow] = field(default_factory=list)

    def take(self, number: int, name: object, read: Any) -> None:
        """A row whose columns say everything."""

        def row(kept: str) -> BatchRow:
            envelope, channel = read()
            return BatchRow(number, kept, envelope, channel)

        self.take_named(number, name, row)

    def take_named(self, number: int, name: object, read: Any) -> None:
        """A row whose name says everything."""
        if len(self.good) + len(self.bad) >= MOST_ROWS:
            raise EnvelopeError(
                "side_file_too_long",
                where=f"#{number}",
                problem=f"more than {MOST_ROWS} rows",
                fix="Hand in several batches",
                most=MOST_ROWS,
            )
        plain = bare_name(name) if isinstance(name, str) else ""
        try:
            if not plain:
                raise _nameless(f"#{number}")
            row = read(plain)
            if row.file_name in self.good:
                raise _twice(f"#{number}", self.good[row.file_name].number)
        except QaError as error:
            self.bad.append(BadRow(number, plain, error))
            return
        self.good[row.file_name] = row

    def whole(self) -> SideFile:
        """Everything that came."""
        return SideFile(tuple(self.good.values()), tuple(self.bad), self.unknown)


def bare_name(written: str) -> str:
    """The last part of a path, composed; empty where it will not do as the name of a file."""
    last = unicodedata.normalize("NFC", re.split(r"[/\\]", written.strip())[-1])
    return last if last.isprintable() and len(last) <= MOST_NAME else ""


def _text(content: bytes) -> str:
    if len(content) > MOST_BYTES:
        raise EnvelopeError(
            "side_file_too_long", problem="is too long", fix="Hand in several", most=MOST_ROWS
        )
    for encoding in _encodings(content):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise _unreadable("")


def _encodings(content: bytes) -> Iterator[str]:
    """What a spreadsheet may have written; a mark settles it."""
    if content.startswith(b"\xef\xbb\xbf"):
        yield "utf-8-sig"
    elif content.startswith((b"\xff\xfe", b"\xfe\xff")):
        yield "utf-16"
    else:
        yield from ("utf-8", "gb18030")


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


def _nameless(where: str) -> EnvelopeError:
    return EnvelopeError(
        "row_without_name",
        where=where,
        problem="names no file",
        fix="Write the file's name, at most 255 characters",
    )


def _twice(where: str, first: int) -> EnvelopeError:
    return EnvelopeError(
        "row_twice",
        where=where,
        problem=f"names the same file as row {first}",
        fix="Leave one of them out",
        first=first,
    )
