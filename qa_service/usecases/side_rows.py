"""The rows of a side file as they come: each names one recording, and what is wrong with it is told row by row."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from typing import Any

from qa_service.core.batches import BadRow, BatchRow, SideFile
from qa_service.core.errors import EnvelopeError, QaError

MOST_ROWS = 50_000
MOST_NAME = 255


@dataclass(slots=True)
class Rows:
    """Rows as they come: the good, and what is wrong with the others."""

    unknown: tuple[str, ...] = ()
    good: dict[str, BatchRow] = field(default_factory=dict)
    bad: list[BadRow] = field(default_factory=list)

    def take(self, number: int, name: object, read: Any) -> None:
        """A row whose columns say everything."""

        def row(kept: str) -> BatchRow:
            envelope, channel = read()
            return BatchRow(number, kept, envelope, channel)

        self.take_named(number, name, row)

    def take_named(self, number: int, name: object, read: Any) -> None:
        """A row whose name says everything."""
        if len(self.good) + len(self.bad) >= MOST_ROWS:
            raise EnvelopeError(
                "side_file_too_long",
                where=f"#{number}",
                problem=f"more than {MOST_ROWS} rows",
                fix="Hand in several batches",
                most=MOST_ROWS,
            )
        plain = bare_name(name) if isinstance(name, str) else ""
        try:
            if not plain:
                raise _nameless(f"#{number}")
            row = read(plain)
            if row.file_name in self.good:
                raise _twice(f"#{number}", self.good[row.file_name].number)
        except QaError as error:
            self.bad.append(BadRow(number, plain, error))
            return
        self.good[row.file_name] = row

    def pass_over(self, header: str) -> None:
        """What stands under this is not read."""
        if header not in self.unknown:
            self.unknown = (*self.unknown, header)

    def whole(self) -> SideFile:
        """Everything that came."""
        return SideFile(tuple(self.good.values()), tuple(self.bad), self.unknown)


def bare_name(written: str) -> str:
    """The last part of a path, composed; empty where it will not do as the name of a file."""
    last = unicodedata.normalize("NFC", re.split(r"[/\\]", written.strip())[-1])
    return last if last.isprintable() and len(last) <= MOST_NAME else ""


def _nameless(where: str) -> EnvelopeError:
    return EnvelopeError(
        "row_without_name",
        where=where,
        problem="names no file",
        fix="Write the file's name, at most 255 characters",
    )


def _twice(where: str, first: int) -> EnvelopeError:
    return EnvelopeError(
        "row_twice",
        where=where,
        problem=f"names the same file as row {first}",
        fix="Leave one of them out",
        first=first,
    )
