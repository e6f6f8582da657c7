"""The first sheet of an Excel file as CSV, with nothing but the standard library: people's scores come as XLSX.

Only values are read: texts, numbers, results of formulas. A sheet of a stranger may neither grow without bound nor
declare entities.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from xml.etree import ElementTree

from qa_service.core.errors import UsageError

_MAGIC = b"PK\x03\x04"
_MOST_BYTES = 64 << 20
_SHEET, _STRINGS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"
_NAMESPACE = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
#: Columns to the right of this hold nothing that anybody asked for.
_WIDEST = 256


def is_workbook(content: bytes) -> bool:
    """Whether these are the bytes of an Excel file."""
    return content.startswith(_MAGIC)


def as_csv(content: bytes) -> bytes:
    """The first sheet in CSV, UTF-8.

    Raises:
        UsageError: `moving_workbook`: it is no such file, or too large.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            strings = [_text(item) for item in _items(_member(packed, _STRINGS), "si")]
            rows = list(_rows(_member(packed, _SHEET), strings))
    except (zipfile.BadZipFile, ElementTree.ParseError, ValueError, NotImplementedError, EOFError) as error:
        raise _unreadable() from error
    written = io.StringIO()
    csv.writer(written).writerows(rows)
    return written.getvalue().encode()


def _member(packed: zipfile.ZipFile, name: str) -> bytes:
    """A part of the file; empty where it has none such."""
    if name not in packed.namelist():
        return b""
    with packed.open(name) as opened:
        content = opened.read(_MOST_BYTES + 1)
    if len(content) > _MOST_BYTES or b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise _unreadable()
    return content


def _items(content: bytes, tag: str) -> Iterator[ElementTree.Element]:
    if content:
        yield from ElementTree.fromstring(content).iter(f"{_NAMESPACE}{tag}")  # noqa: S314 - no entities, see above


def _rows(content: bytes, strings: list[str]) -> Iterator[list[str]]:
    """Rows with their cells in place; those that were left out are empty, so that numbers of rows stay."""
    at = 0
    for row in _items(content, "row"):
        number = int(row.get("r") or at + 1)
        yield from ([""] for _ in range(min(number - at - 1, 1_000)))
        at = number
        cells: dict[int, str] = {}
        for place, cell in enumerate(row.iter(f"{_NAMESPACE}c")):
            column = _column(cell.get("r") or "", place)
            if column < _WIDEST:
                cells[column] = _value(cell, strings)
        yield [cells.get(column, "") for column in range(max(cells, default=0) + 1)]


def _column(place: str, otherwise: int) -> int:
    """0 for A, 26 for AA.

    >>> _column("A1", 0), _column("AA7", 0)
    (0, 26)
    """
    letters = re.match(r"[A-Z]{1,3}", place)
    if letters is None:
        return otherwise
    number = 0
    for letter in letters[0]:
        number = 26 * number + ord(letter) - ord("A") + 1
    return number - 1


def _value(cell: ElementTree.Element, strings: list[str]) -> str:
    kind, held = cell.get("t"), cell.find(f"{_NAMESPACE}v")
    if kind == "inlineStr":
        return _text(cell)
    text = (held.text or "") if held is not None else ""
    if kind != "s":
        return text
    index = int(text or -1)
    return strings[index] if 0 <= index < len(strings) else ""


def _text(item: ElementTree.Element) -> str:
    """All runs of a text; how it is to be read aloud (`rPh`) is none of it."""
    phonetic = {id(part) for run in item.iter(f"{_NAMESPACE}rPh") for part in run.iter()}
    return "".join(part.text or "" for part in item.iter(f"{_NAMESPACE}t") if id(part) not in phonetic)


def _unreadable() -> UsageError:
    return UsageError(
        "moving_workbook", problem="is no Excel file that can be read", fix="Save it as XLSX or CSV once more"
    )
