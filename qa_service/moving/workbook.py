"""The first sheet of an Excel file as CSV: people's scores come as XLSX.

Only values are read: texts, numbers, results of formulas. A sheet of a stranger may neither grow without bound nor
declare entities.
"""

from __future__ import annotations

import csv
import io
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from typing import Any
from xml.etree import ElementTree

import openpyxl

from qa_service.core.errors import UsageError

_MAGIC = b"PK\x03\x04"
#: Of all parts together, unpacked.
_MOST_BYTES = 64 << 20
#: Columns to the right of this, and rows below, hold nothing that anybody asked for.
_WIDEST, _LONGEST = 256, 1_000_000
#: What the reader raises on a file that is none.
_BROKEN = (zipfile.BadZipFile, ElementTree.ParseError, ValueError, KeyError, TypeError, AttributeError)
_BROKEN_OFF = (IndexError, EOFError, OSError, NotImplementedError)


def is_workbook(content: bytes) -> bool:
    """Whether these are the bytes of an Excel file."""
    return content.startswith(_MAGIC)


def as_csv(content: bytes) -> bytes:
    """The first sheet in CSV, UTF-8.

    Raises:
        UsageError: `moving_workbook`: it is no such file, or too large.
    """
    written = io.StringIO()
    try:
        _check(content)
        csv.writer(written).writerows(_rows(content))
    except (*_BROKEN, *_BROKEN_OFF) as error:
        raise _unreadable() from error
    return written.getvalue().encode()


def _check(content: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        if sum(part.file_size for part in packed.infolist()) > _MOST_BYTES:
            raise _unreadable()
        for part in packed.infolist():
            held = packed.read(part)
            if b"<!DOCTYPE" in held or b"<!ENTITY" in held:
                raise _unreadable()


def _rows(content: bytes) -> Iterator[list[str]]:
    """Rows with their cells in place; those that were left out are empty, so that numbers of rows stay."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of styles and rules of a sheet that nobody asked for
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        # What a file says of its own size is not believed.
        sheet.reset_dimensions()
        for row in sheet.iter_rows(max_row=_LONGEST, max_col=_WIDEST, values_only=True):
            yield _texts(row)


def _texts(row: Sequence[Any]) -> list[str]:
    texts = ["" if value is None else str(value) for value in row]
    while len(texts) > 1 and not texts[-1]:
        texts.pop()
    return texts or [""]


def _unreadable() -> UsageError:
    return UsageError(
        "moving_workbook", problem="is no Excel file that can be read", fix="Save it as XLSX or CSV once more"
    )
