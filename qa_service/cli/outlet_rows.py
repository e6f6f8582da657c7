"""Rows of facts for people at a terminal, or a document for programs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum

from rich.console import Console
from rich.table import Table
from rich.text import Text


class Form(StrEnum):
    """What comes out on stdout."""

    TEXT = "text"
    JSON = "json"


def rows(found: Sequence[Mapping[str, object]]) -> None:
    """A table with a column for each name in the first row, whose first is never folded; unknown is –."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for at, name in enumerate(found[0] if found else ()):
        table.add_column(name, overflow="fold", no_wrap=at == 0)
    for row in found:
        # What people wrote is text, never markup.
        table.add_row(*(Text(_shown(value)) for value in row.values()))
    if found:
        Console().print(table)


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "✓" if value else ""
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return "–" if value is None else str(value)
