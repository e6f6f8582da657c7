"""Both tables in one Excel workbook, row after row: no row is kept once it is written.

Every text is written as text, whatever it begins with: there are no formulas and no links in the file.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from qa_service.exports.assessed import Assessed
from qa_service.exports.call_table import CALLS
from qa_service.exports.cells import cut
from qa_service.exports.files import whole_file
from qa_service.exports.finding_table import FINDINGS
from qa_service.exports.table import Cell, Form, Table, shown

#: Rows of a sheet, with its header; the table goes on in another sheet.
MAX_ROWS = 1_048_576
_WIDTH = 18
_CONTROLS = "\x00-\x08\x0b-\x1f\ufffe\uffff"
_CONTROL = re.compile(f"[{_CONTROLS}]")
#: An underscore that would be read as the begin of _xHHHH_, also where the end comes from a control after it.
_LIKE_A_MARK = re.compile(f"_(?=x[0-9A-Fa-f]{{4}}[_{_CONTROLS}])")
#: What cells hold decides their type, never what they look like.
AS_WRITTEN = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def write_xlsx(assessed: Iterable[Assessed], file: Path, form: Form) -> None:
    """The workbook, whole or not at all. Rows wait in a private folder beside it, not in memory.

    Raises:
        OSError: from the operating system.
    """
    with (
        whole_file(file) as beside,
        tempfile.TemporaryDirectory(dir=beside.parent, prefix=".rows-") as waiting,
        Workbook(str(beside), {"constant_memory": True, "tmpdir": waiting, **AS_WRITTEN}) as book,
    ):
        sheets = [Sheets(book, table, form) for table in (CALLS, FINDINGS)]
        for call, document in assessed:
            for sheet in sheets:
                for row in shown(sheet.table, call, document, form):
                    sheet.add(row)


class _PlainSheet(Worksheet):  # type: ignore[misc]  # the library has no types
    """A sheet whose texts read as they were written, also where they look like the file's own marks.

    XlsxWriter puts in-line strings that begin with <r> and end with </r> into the file unescaped: such a
    text, said or typed by a stranger, could otherwise write cells of its own, formulas too.
    """

    def _xml_rich_inline_string(self, string: str, attributes: Sequence[tuple[str, str]] = ()) -> None:
        self._xml_inline_string(string, True, attributes)

    @staticmethod
    def _escape_control_characters(data: object) -> object:
        """Controls as _xHHHH_. The library's own overlooks text in which two such marks share an underscore."""
        if not isinstance(data, str):
            return data
        marked = _LIKE_A_MARK.sub("_x005F_", data)
        return _CONTROL.sub(lambda found: f"_x{ord(found[0]):04X}_", marked)


class Sheets:
    """The sheets of one table: one, and more where a million rows are not enough."""

    def __init__(self, book: Workbook, table: Table, form: Form) -> None:
        self.table = table
        self._book = book
        self._form = form
        self._bold = book.add_format({"bold": True})
        self._mark = form.texts.say("export.cut")
        self._count = 0
        self._begin()

    def add(self, row: Sequence[Cell]) -> None:
        """Writes the next row; unknown cells stay empty."""
        if self._next_row >= MAX_ROWS:
            self._begin()
        for at, cell in enumerate(row):
            if isinstance(cell, bool):
                self._sheet.write_boolean(self._next_row, at, cell)
            elif isinstance(cell, str):
                self._sheet.write_string(self._next_row, at, cut(cell, self._mark))
            elif cell is not None:
                self._sheet.write_number(self._next_row, at, cell)
        self._next_row += 1

    def _begin(self) -> None:
        self._count += 1
        title = self._form.title(self.table)
        name = title if self._count == 1 else f"{title} {self._count}"
        self._sheet = self._book.add_worksheet(name, worksheet_class=_PlainSheet)
        self._sheet.freeze_panes(1, 0)
        self._sheet.set_column(0, len(self.table.columns) - 1, _WIDTH)
        for at, header in enumerate(self._form.headers(self.table)):
            self._sheet.write_string(0, at, header, self._bold)
        self._next_row = 1
