"""The first sheet of an Excel file as CSV: people's scores come as XLSX."""

from __future__ import annotations

import csv
import io

from qa_service.core.errors import UsageError
from qa_service.text.workbook import BrokenWorkbookError, is_workbook, workbook_rows

__all__ = ["as_csv", "is_workbook"]


def as_csv(content: bytes) -> bytes:
    """The first sheet in CSV, UTF-8.

    Raises:
        UsageError: `moving_workbook`: it is no such file, or too large.
    """
    written = io.StringIO()
    try:
        csv.writer(written).writerows(workbook_rows(content))
    except BrokenWorkbookError as error:
        raise UsageError(
            "moving_workbook",
            problem="is no Excel file that can be read",
            fix="Save it as XLSX or CSV once more",
        ) from error
    return written.getvalue().encode()
