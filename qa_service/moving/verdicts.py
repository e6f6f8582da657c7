"""What people said of calls, as a table: which call, which rule, whether it was really there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from qa_service.moving.bad_rows import BadRow
from qa_service.moving.notes import Note
from qa_service.moving.tables import table_of

_HEADERS = {
    "call": ("通话编号", "通话", "call_id", "tid"),
    "rule": ("规则", "规则编号", "rule", "rid"),
    "verdict": ("结论", "复核结果", "verdict"),
}
_YES = frozenset({"1", "是", "命中", "属实", "正确", "confirmed", "true", "yes"})
_NO = frozenset({"0", "否", "误报", "不属实", "错误", "dismissed", "false", "no"})


@dataclass(frozen=True, slots=True)
class Verdicts:
    """(call, rule as they wrote it) → whether it was really there."""

    said: Mapping[tuple[str, str], bool]
    bad: tuple[BadRow, ...]


def read_verdicts(content: bytes) -> Verdicts:
    """The table, CSV or XLSX; the last row about a call and a rule stands.

    Raises:
        UsageError: it is no table, or has not these columns.
    """
    said: dict[tuple[str, str], bool] = {}
    bad: list[BadRow] = []
    sheet = table_of(content, _HEADERS, frozenset(_HEADERS))
    for row, cells in sheet.rows:
        call, rule, word = cells.get("call", ""), cells.get("rule", ""), cells.get("verdict", "").lower()
        if row in sheet.wide:
            bad.append(BadRow(row, call, Note.of("row_wide")))
        elif not call or not rule:
            bad.append(BadRow(row, call, Note.of("row_nobody")))
        elif word not in _YES | _NO:
            bad.append(BadRow(row, call, Note.of("row_verdict", word=word)))
        else:
            said[call, rule] = word in _YES
    return Verdicts(said, tuple(bad))
