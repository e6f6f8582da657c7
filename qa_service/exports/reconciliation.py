"""The calls of a day, expected against received, as CSV for a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from qa_service.exports.cells import guarded, writable
from qa_service.ports.sources import DayRow

#: Without the mark Excel reads Chinese as noise.
_MARK = "\ufeff"
_COLUMNS = ("source", "call_id", "started_at", "agent_id", "extension", "state", "reason", "id")


def reconciliation_csv(rows: Iterable[DayRow]) -> bytes:
    """RFC 4180, UTF-8 with a mark; text that could become a formula has a ' in front."""
    held = io.StringIO(newline="")
    held.write(_MARK)
    lines = csv.writer(held, lineterminator="\r\n")
    lines.writerow(_COLUMNS)
    for row in rows:
        began = row.started_at.isoformat() if row.started_at else ""
        told = (row.source, row.call_id, began, row.agent_id, row.extension, row.state, row.reason, row.id)
        lines.writerow([guarded(writable(text)) for text in told])
    return held.getvalue().encode("utf-8")
