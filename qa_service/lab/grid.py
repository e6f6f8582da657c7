"""The shape of all tables of figures: names on the left may wrap, figures never, also at 80 columns."""

from __future__ import annotations

from collections.abc import Iterable

from rich import box
from rich.table import Table


def figures_table(title: str, columns: Iterable[str]) -> Table:
    """An empty table; headings of figures stand on as many lines as they have words."""
    table = Table(
        title=title,
        title_justify="left",
        title_style="bold",
        box=box.SIMPLE_HEAD,
        pad_edge=False,
        padding=(0, 1, 0, 0),
    )
    for index, column in enumerate(columns):
        if index:
            table.add_column(column.replace(" ", "\n"), justify="right", no_wrap=True)
        else:
            table.add_column(column, overflow="fold")
    return table
