"""Text of strangers in cells: never a formula, never too long, always writable as UTF-8."""

from __future__ import annotations

import re
import unicodedata

#: What one cell of Excel holds, in UTF-16 units.
MAX_CELL_UNITS = 32_767
#: With any of these first, some spreadsheet takes text for a formula or hands it to another program (DDE).
_FORMULA = frozenset("=+-@;|%\u2212")
#: These begin no formula themselves, but programs skip them, or read on in the next cell or line.
_SKIPPED = frozenset("\t\r\n\0")
_SURROGATES = re.compile("[\ud800-\udfff]")


def writable(text: str) -> str:
    r"""The text as UTF-8 can hold it; halves of characters show as U+FFFD.

    >>> writable("好\ud83d")
    '好\ufffd'
    """
    return _SURROGATES.sub("\ufffd", text)


def guarded(text: str) -> str:
    """The text for a cell of CSV, where nothing else says that it is text.

    What could be read as a formula, and what begins with ' itself, gets a ' in front: whoever takes one
    ' off every cell that begins with one has the text back.

    >>> guarded("=1+1"), guarded("＠SUM(A1)"), guarded("好的"), guarded("'s")
    ("'=1+1", "'＠SUM(A1)", '好的', "''s")
    """
    return f"'{text}" if text.startswith("'") or _may_compute(text) else text


def cut(text: str, mark: str, limit: int = MAX_CELL_UNITS) -> str:
    """The text with at most `limit` UTF-16 units; what was cut ends with the mark, and no character is halved.

    >>> cut("一二三四五", "…", 4), cut("一二三四", "…", 4)
    ('一二三…', '一二三四')
    """
    if len(text) <= limit // 2:
        return text
    units = text.encode("utf-16-le")
    if len(units) <= 2 * limit:
        return text
    room = 2 * (limit - len(mark.encode("utf-16-le")) // 2)
    return units[:room].decode("utf-16-le", "ignore") + mark


def _may_compute(text: str) -> bool:
    if text[:1] in _SKIPPED and text:
        return True
    first = next((char for char in text if not _is_unseen(char)), "")
    # Full-width and small forms (＝ ﹢ ﹣ ＠ ；) are typed for the plain ones in our languages.
    return unicodedata.normalize("NFKC", first)[:1] in _FORMULA if first else False


def _is_unseen(char: str) -> bool:
    """Spaces, controls and marks without a shape, which programs may drop before they look."""
    return char.isspace() or unicodedata.category(char) in {"Cc", "Cf"}
