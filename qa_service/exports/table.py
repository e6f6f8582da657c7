"""Tables: what stands in which column, and how a reader gets to see it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import TypeAlias

from qa_service.core.stored import StoredCall
from qa_service.exports.assessed import Assessed, Document
from qa_service.exports.cells import writable
from qa_service.exports.masking import Mask, unmasked
from qa_service.i18n.catalogue import Catalogue

#: None is unknown: an empty cell, never 0.
Cell: TypeAlias = str | int | float | bool | None
Row: TypeAlias = Mapping[str, Cell]


class Kind(Enum):
    """What the cells of a column are."""

    TEXT = auto()
    WHOLE = auto()
    NUMBER = auto()
    FLAG = auto()


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `words` is the family of the catalogue in which its codes have words."""

    key: str
    kind: Kind = Kind.TEXT
    words: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table and how the rows of one call are found."""

    name: str
    columns: tuple[Column, ...]
    rows: Callable[[StoredCall, Document | None, Mask], Iterable[Row]]


@dataclass(frozen=True, slots=True)
class Form:
    """For whom: people get headers and words of a language, programs the keys and codes."""

    texts: Catalogue
    keys: bool = False
    mask: Mask = unmasked

    def title(self, table: Table) -> str:
        """The table's name."""
        return table.name if self.keys else self.texts.say(f"export_table.{table.name}")

    def headers(self, table: Table) -> list[str]:
        """The first row."""
        if self.keys:
            return [column.key for column in table.columns]
        return [self.texts.say(f"export_column.{column.key}") for column in table.columns]

    def cell(self, column: Column, value: Cell) -> Cell:
        """A value as this reader sees it."""
        if isinstance(value, bool):
            return value if self.keys else self.texts.say(f"export_flag.{str(value).lower()}")
        if not isinstance(value, str):
            return value
        code = f"{column.words}.{value}"
        worded = bool(column.words) and not self.keys and self.texts.knows(code)
        return self.texts.say(code) if worded else writable(value)


def rows_of(table: Table, assessed: Iterable[Assessed], form: Form) -> Iterator[list[Cell]]:
    """The rows under the header, one call after the other; nothing is kept."""
    for call, document in assessed:
        yield from shown(table, call, document, form)


def shown(table: Table, call: StoredCall, document: Document | None, form: Form) -> Iterator[list[Cell]]:
    """The rows of one call."""
    for row in table.rows(call, document, form.mask):
        yield [form.cell(column, row[column.key]) for column in table.columns]


def seconds(ms: int | None) -> float | None:
    """Seconds, as spreadsheets count, exact to the millisecond.

    >>> seconds(42_020), seconds(None)
    (42.02, None)
    """
    return None if ms is None else ms / 1000
