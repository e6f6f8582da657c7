"""Lines of Chinese for the terminal: broken between any two characters, but never before a comma.

Rich breaks at spaces only, so that a Chinese sentence would start on a line of its own.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderResult
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

#: May not begin a line, and may not end one.
_CLOSING = frozenset("，。！？；：、」』）〕】》”’…—％%,.!?;:)]}")
_OPENING = frozenset("「『（〔【《“‘([{")


class Flow:
    """A text that fills whatever width it is given."""

    def __init__(self, text: Text) -> None:
        self._text = text

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """One line after the other."""
        for line in flow(self._text, options.max_width):
            line.no_wrap = True
            yield line

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        """As narrow as two characters, as wide as the whole text."""
        return Measurement(2, max(2, cell_len(self._text.plain)))


def marked(mark: str, text: Text, *, style: str) -> Table:
    """A mark and, beside it, a text whose lines stay beside it."""
    table = Table.grid(padding=(0, 1))
    table.add_column(no_wrap=True, style=style)
    table.add_column(ratio=1)
    table.add_row(mark, Flow(text))
    return table


def flow(text: Text, width: int) -> list[Text]:
    """The text in lines of at most `width` cells; a Latin word longer than that is cut.

    >>> [line.plain for line in flow(Text("您好，这里是客服，工号 8012。"), 10)]
    ['您好，这里', '是客服，工', '号 8012。']
    """
    cuts = list(_cuts(text.plain, max(2, width)))
    lines = text.divide(cuts)
    for line in lines:
        line.rstrip()
    return list(lines)


def _cuts(plain: str, width: int) -> Iterator[int]:
    begin = used = 0
    for start, end in _atoms(plain):
        size = cell_len(plain[start:end])
        if used and used + cell_len(plain[start:end].rstrip()) > width:
            yield start
            begin, used = start, 0
        while size > width and cell_len(plain[begin:end]) > width:
            begin += max(1, _fitting(plain[begin:end], width))
            yield begin
            size = cell_len(plain[begin:end])
        used += size


def _atoms(plain: str) -> Iterator[tuple[int, int]]:
    """The pieces that stay together: a Latin word with its space, a character with its punctuation."""
    start = 0
    for at in range(1, len(plain) + 1):
        if at == len(plain) or _may_break(plain[at - 1], plain[at]):
            yield start, at
            start = at


def _may_break(before: str, after: str) -> bool:
    if after in _CLOSING or after == " " or before in _OPENING:
        return False
    return before == " " or _is_wide(before) or _is_wide(after)


def _is_wide(char: str) -> bool:
    return unicodedata.east_asian_width(char) in "WF"


def _fitting(piece: str, width: int) -> int:
    """How many characters of `piece` fit."""
    fits = 0
    while fits < len(piece) and cell_len(piece[: fits + 1]) <= width:
        fits += 1
    return fits
