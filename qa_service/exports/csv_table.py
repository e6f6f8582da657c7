"""A table as CSV (RFC 4180): commas, CRLF, quotes doubled, UTF-8.

For people (`Form.keys` off) it begins with a byte order mark, without which Excel reads Chinese as noise,
and holds no cell longer than Excel's, which it would break into lines. For programs it has neither limit.
In both, text that could become a formula has a ' in front (cells.guarded).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path

from qa_service.exports.assessed import Assessed
from qa_service.exports.cells import MAX_CELL_UNITS, cut, guarded
from qa_service.exports.files import whole_file
from qa_service.exports.table import Cell, Form, Table, rows_of

_MARK = "\ufeff"
#: How much is gathered before it is handed on.
_CHUNK_CHARS = 65_536


def csv_bytes(assessed: Iterable[Assessed], table: Table, form: Form) -> Iterator[bytes]:
    """The file in pieces, for a response that streams; whoever takes them decides how fast calls are read."""
    held = io.StringIO(newline="")
    held.write("" if form.keys else _MARK)
    lines = csv.writer(held, lineterminator="\r\n")
    headers: list[Cell] = list(form.headers(table))
    for row in chain([headers], rows_of(table, assessed, form)):
        lines.writerow([_written(cell, form) for cell in row])
        if held.tell() >= _CHUNK_CHARS:
            yield held.getvalue().encode("utf-8")
            held.seek(0)
            held.truncate()
    yield held.getvalue().encode("utf-8")


def write_csv(assessed: Iterable[Assessed], file: Path, table: Table, form: Form) -> None:
    """The file, whole or not at all.

    Raises:
        OSError: from the operating system.
    """
    with whole_file(file) as beside, beside.open("wb") as opened:
        opened.writelines(csv_bytes(assessed, table, form))


def _written(cell: Cell, form: Form) -> str:
    if isinstance(cell, bool):
        return str(cell).lower()
    if not isinstance(cell, str):
        return "" if cell is None else str(cell)
    # The ' of the guard takes a place of its own.
    fitting = cell if form.keys else cut(cell, form.texts.say("export.cut"), MAX_CELL_UNITS - 1)
    return guarded(fitting)
