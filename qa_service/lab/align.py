"""The cheapest way from what was said to what was heard: substitutions, deletions, insertions, and where."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

#: Tables of distances up to this size are kept whole (8 MB); longer texts are halved first.
_CELLS = 2_000_000

_Row = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Edits:
    """Where a hypothesis differs from its reference, as offsets into the reference, in order."""

    substituted: tuple[int, ...] = ()
    deleted: tuple[int, ...] = ()
    #: Before which reference character something was inserted; its length stands for the end.
    inserted: tuple[int, ...] = ()

    @property
    def count(self) -> int:
        """The edit distance."""
        return len(self.substituted) + len(self.deleted) + len(self.inserted)

    def then(self, later: Edits, offset: int) -> Edits:
        """These edits and those of the text that follows `offset` reference characters."""
        return Edits(
            self.substituted + tuple(at + offset for at in later.substituted),
            self.deleted + tuple(at + offset for at in later.deleted),
            self.inserted + tuple(at + offset for at in later.inserted),
        )


def align(reference: str, heard: str) -> Edits:
    """A shortest edit from `reference` to `heard`; the same texts always give the same one.

    >>> align("请您三天内到账", "请三天以内到帐")
    Edits(substituted=(6,), deleted=(1,), inserted=(4,))
    """
    if (len(reference) + 1) * (len(heard) + 1) <= _CELLS or len(reference) < 2:
        return _traced(reference, heard)
    middle = len(reference) // 2
    forth = _last_row(_codes(reference[:middle]), _codes(heard))
    back = _last_row(_codes(reference[middle:])[::-1], _codes(heard)[::-1])[::-1]
    cut = int(np.argmin(forth + back))
    return align(reference[:middle], heard[:cut]).then(align(reference[middle:], heard[cut:]), middle)


def _codes(text: str) -> _Row:
    return np.fromiter(map(ord, text), dtype=np.int32, count=len(text))


def _next_row(row: _Row, char: np.int32, heard: _Row) -> _Row:
    """One more reference character: the distances to every beginning of `heard`."""
    steps = np.arange(len(row), dtype=np.int32)
    best = row + 1
    np.minimum(best[1:], row[:-1] + (heard != char), out=best[1:])
    # Insertions run from left to right; without their own cost they are a running minimum.
    return np.minimum.accumulate(best - steps) + steps


def _last_row(reference: _Row, heard: _Row) -> _Row:
    row: _Row = np.arange(len(heard) + 1, dtype=np.int32)
    for char in reference:
        row = _next_row(row, char, heard)
    return row


def _traced(reference: str, heard: str) -> Edits:
    """The edits read back from the whole table; a substitution is preferred where all are as cheap."""
    codes = _codes(heard)
    table: list[_Row] = [np.arange(len(heard) + 1, dtype=np.int32)]
    for char in _codes(reference):
        table.append(_next_row(table[-1], char, codes))
    substituted, deleted, inserted = [], [], []
    i, j = len(reference), len(heard)
    while i or j:
        if i and j and table[i][j] == table[i - 1][j - 1] + (reference[i - 1] != heard[j - 1]):
            i, j = i - 1, j - 1
            if reference[i] != heard[j]:
                substituted.append(i)
        elif i and table[i][j] == table[i - 1][j] + 1:
            i -= 1
            deleted.append(i)
        else:
            j -= 1
            inserted.append(i)
    return Edits(tuple(substituted[::-1]), tuple(deleted[::-1]), tuple(inserted[::-1]))
