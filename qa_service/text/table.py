"""Tables as spreadsheets write them: which bytes are which letters, which line is which row, what a header says."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Sequence

_DELIMITERS = ",\t;，"


class BrokenTableError(Exception):
    """A row, counted from 1, from which on no cells can be told apart; `is_quote`: it opens a quote, or closes none."""

    def __init__(self, row: int, *, is_quote: bool) -> None:
        super().__init__(row)
        self.row, self.is_quote = row, is_quote


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

    A cell in quotes may hold line breaks. A quote that is left open would swallow the rows behind it.

    Raises:
        BrokenTableError: a row is no CSV.
    """
    head = text.partition("\n")[0]
    file, delimiter = io.StringIO(text, newline=""), max(_DELIMITERS, key=head.count)
    lines, number = csv.reader(file, delimiter=delimiter, strict=True), 0
    try:
        for number, cells in enumerate(lines, 1):
            if any(cell.strip() for cell in cells):
                yield number, cells
    except csv.Error as error:
        raise BrokenTableError(number + 1, is_quote="limit" not in str(error)) from error


def is_too_wide(headers: Sequence[str], cells: Sequence[str]) -> bool:
    """Whether something stands where there is no header: then a comma is too much, and no cell is where it belongs."""
    return any(cell.strip() for cell in cells[len(headers) :])


def has_breaks(text: str) -> bool:
    r"""Whether a line break or another control character stands in it: no id and no name has one.

    >>> has_breaks("8001\nb.wav"), has_breaks("客服 一组")
    (True, False)
    """
    return any(unicodedata.category(char) in ("Cc", "Zl", "Zp") for char in text)


def plain_word(header: str) -> str:
    """A header as it is compared: case, width, blanks, hyphens and underscores do not count.

    >>> plain_word("坐席 工号"), plain_word("Started_At")
    ('坐席工号', 'startedat')
    """
    return re.sub(r"[\s_-]", "", unicodedata.normalize("NFKC", header)).casefold()
