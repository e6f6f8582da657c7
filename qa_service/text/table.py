"""Tables as spreadsheets write them: which bytes are which letters, which line is which row, what a header says."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterator

_DELIMITERS = ",\t;，"


class BrokenTableError(Exception):
    """A line, counted from 1, in which no cells can be told apart."""

    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


def decoded(content: bytes) -> str | None:
    """The text: UTF-8, UTF-16 with its mark, or GB18030; None where it is none of them."""
    for encoding in _encodings(content):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    return None


def _encodings(content: bytes) -> Iterator[str]:
    """What a spreadsheet may have written; a mark settles it."""
    if content.startswith(b"\xef\xbb\xbf"):
        yield "utf-8-sig"
    elif content.startswith((b"\xff\xfe", b"\xfe\xff")):
        yield "utf-16"
    else:
        yield from ("utf-8", "gb18030")


def rows_of(text: str) -> Iterator[tuple[int, list[str]]]:
    """Rows that say something, each with its number; the first line, whose delimiter is all the others', is 1.

    Raises:
        BrokenTableError: a line is no CSV.
    """
    head = text.partition("\n")[0]
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=max(_DELIMITERS, key=head.count))
    try:
        for number, cells in enumerate(lines, 1):
            if any(cell.strip() for cell in cells):
                yield number, cells
    except csv.Error as error:
        raise BrokenTableError(lines.line_num) from error


def plain_word(header: str) -> str:
    """A header as it is compared: case, width, blanks, hyphens and underscores do not count.

    >>> plain_word("坐席 工号"), plain_word("Started_At")
    ('坐席工号', 'startedat')
    """
    return re.sub(r"[\s_-]", "", unicodedata.normalize("NFKC", header)).casefold()
