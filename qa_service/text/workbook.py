"""The first sheet of an Excel file as rows of texts.

Only values are read: texts, numbers, days, results of formulas (the formula itself where it has
none). A sheet of a stranger may neither grow without bound nor declare entities.
"""

from __future__ import annotations

import io
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from datetime import datetime, time
from typing import Any
from xml.etree import ElementTree

_MAGIC = b"PK\x03\x04"
#: Of all parts together, unpacked.
_MOST_BYTES = 64 << 20
#: Columns to the right of this, and rows below, hold nothing that anybody asked for.
_WIDEST, _LONGEST = 256, 1_000_000
#: What the reader raises on a file that is none.
_BROKEN = (zipfile.BadZipFile, ElementTree.ParseError, ValueError, KeyError, TypeError, AttributeError)
_BROKEN_OFF = (IndexError, EOFError, OSError, NotImplementedError)


class BrokenWorkbookError(Exception):
    """No Excel file that can be read, or one that is too large."""


def is_workbook(content: bytes) -> bool:
    """Whether these are the bytes of an Excel file."""
    return content.startswith(_MAGIC)


def workbook_rows(content: bytes) -> list[list[str]]:
    """Rows with their cells in place; those that were left out are empty, so that numbers of rows stay.

    Raises:
        BrokenWorkbookError: it is no such file, or too large.
    """
    try:
        _check(content)
        return list(_rows(content))
    except (*_BROKEN, *_BROKEN_OFF) as error:
        raise BrokenWorkbookError from error


def _check(content: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        if sum(part.file_size for part in packed.infolist()) > _MOST_BYTES:
            raise BrokenWorkbookError
        for part in packed.infolist():
            held = packed.read(part)
            if b"<!DOCTYPE" in held or b"<!ENTITY" in held:
                raise BrokenWorkbookError


def _rows(content: bytes) -> Iterator[list[str]]:
    import openpyxl  # a fifth of a second, and only workbooks need it

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of styles and rules of a sheet that nobody asked for
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        # What a file says of its own size is not believed.
        sheet.reset_dimensions()
        rows = sheet.iter_rows(max_row=_LONGEST, max_col=_WIDEST, values_only=True)
        if not _has_formulas(content):
            yield from map(_texts, rows)
            return
        written = openpyxl.load_workbook(io.BytesIO(content), read_only=True).worksheets[0]
        written.reset_dimensions()
        formulas = written.iter_rows(max_row=_LONGEST, max_col=_WIDEST, values_only=True)
        for row, said in zip(rows, formulas, strict=True):
            yield _texts([_result(*pair) for pair in zip(row, said, strict=True)])


def _has_formulas(content: bytes) -> bool:
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        sheets = (name for name in packed.namelist() if name.startswith("xl/worksheets/"))
        return any(mark in packed.read(name) for name in sheets for mark in (b"<f>", b"<f "))


def _result(value: Any, written: Any) -> Any:
    """What a formula came to; the formula itself where the program that saved it did not work it out."""
    is_open = value is None and isinstance(written, str) and written.startswith("=")
    return written if is_open else value


def _texts(row: Sequence[Any]) -> list[str]:
    texts = ["" if value is None else _text(value) for value in row]
    while len(texts) > 1 and not texts[-1]:
        texts.pop()
    return texts or [""]


def _text(value: Any) -> str:
    """A value as people write it: a day without its midnight."""
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    return str(value)
