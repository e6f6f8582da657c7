"""Rows of their files that cannot be used, or only in part: which, and why."""

from __future__ import annotations

from dataclasses import dataclass

from qa_service.i18n.catalogue import Catalogue
from qa_service.moving.notes import Note

#: Rows of which something was used.
_USED = frozenset({"row_started", "row_replaced"})


@dataclass(frozen=True, slots=True)
class BadRow:
    """A result that cannot be used: which one in the file, and why (`moving_row.<code>` of the catalogue)."""

    row: int
    call: str
    why: Note

    def told(self, texts: Catalogue) -> str:
        """Which one, and why; some only say what is missing of what was used."""
        why = texts.say(f"moving_row.{self.why.code}", **dict(self.why.values))
        said = "noted" if self.why.code in _USED else "bad"
        return texts.say(f"parity.{said}", row=self.row, call=self.call or "–", problem=why)
