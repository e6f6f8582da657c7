"""Their expressions as trees; why one cannot be read is told in a sentence."""

from __future__ import annotations

from qa_service.moving.logic import LogicError, LogicFault, Tree, parse
from qa_service.moving.notes import Note, Untranslatable

#: More of an expression than this nobody reads in a report.
_LONGEST = 100


def parsed(formula: str, where: str) -> Tree:
    """The tree of an expression of theirs.

    Raises:
        Untranslatable: it does not hold together.
    """
    try:
        return parse(formula)
    except LogicError as error:
        shown = formula if len(formula) <= _LONGEST else f"{formula[:_LONGEST]}…"
        raise Untranslatable(_unread(error, where, shown)) from error


def _unread(error: LogicError, where: str, formula: str) -> Note:
    if error.why is LogicFault.STRANGE:
        return Note.of("lambda_strange", where, formula=formula, sign=error.sign[:_LONGEST])
    if error.why is LogicFault.OPEN:
        return Note.of("lambda_open", where, formula=formula)
    if error.why is LogicFault.DEEP:
        return Note.of("lambda_deep", where, formula=formula)
    return Note.of("lambda_short", where, formula=formula or "–")
