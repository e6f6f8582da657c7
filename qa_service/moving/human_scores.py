"""What people scored elsewhere, as a table: which call, how many points, and perhaps what they said of a rule."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from qa_service.core.imported import ImportedBy, ImportedEvaluation, ImportedHit
from qa_service.moving.bad_rows import BadRow
from qa_service.moving.notes import Note
from qa_service.moving.sca_results import TheirCall
from qa_service.moving.tables import table_of

SYSTEM = "sca"
_HEADERS = {
    "call": ("通话编号", "通话", "录音编号", "call_id", "tid"),
    "score": ("得分", "人工得分", "复核得分", "评分", "分数", "score"),
}
_NEEDED = frozenset(_HEADERS)
#: A long number as a spreadsheet keeps it.
_IN_DIGITS = re.compile(r"\d(\.\d+)?[eE]\+\d+")


@dataclass(frozen=True, slots=True)
class HumanScores:
    """Usable rows: (row, call, the evaluation); and what is not usable."""

    made: tuple[tuple[int, str, ImportedEvaluation], ...]
    bad: tuple[BadRow, ...]
    #: Columns that nobody read.
    ignored: tuple[str, ...]


def read_scores(content: bytes) -> HumanScores:
    """The table of scores; of two rows about one call the later one stands, and the earlier one is told.

    Raises:
        UsageError: as `table_of`.
    """
    made: dict[str, tuple[int, str, ImportedEvaluation]] = {}
    bad: list[BadRow] = []
    sheet = table_of(content, _HEADERS, _NEEDED)
    for row, cells in sheet.rows:
        call, written = cells.get("call", ""), cells.get("score", "")
        score = _score(written)
        if row in sheet.wide:
            bad.append(BadRow(row, call, Note.of("row_wide")))
        elif not call:
            bad.append(BadRow(row, "", Note.of("row_nobody")))
        elif _IN_DIGITS.fullmatch(call):
            bad.append(BadRow(row, call, Note.of("row_digits", call=call)))
        elif score is None:
            bad.append(BadRow(row, call, Note.of("row_score", word=written)))
        else:
            if call in made:
                bad.append(BadRow(made[call][0], call, Note.of("row_replaced", row=row)))
            made[call] = (row, call, ImportedEvaluation(SYSTEM, ImportedBy.PEOPLE, score))
    return HumanScores(tuple(made.values()), tuple(bad), sheet.ignored)


def evaluations_of(call: TheirCall) -> Sequence[ImportedEvaluation]:
    """What their machine made of a call."""
    hits = tuple(ImportedHit(hit.rid, hit.title, hit.lines, hit.is_right) for hit in call.hits)
    score = call.score if call.score is None or 0 <= call.score <= 100 else None
    return (ImportedEvaluation(SYSTEM, ImportedBy.MACHINE, score, hits),)


def _score(written: str) -> float | None:
    """0 to 100, with 分 behind it or without; None for anything else."""
    try:
        score = float(written.removesuffix("分"))
    except ValueError:
        return None
    return score if 0 <= score <= 100 else None
