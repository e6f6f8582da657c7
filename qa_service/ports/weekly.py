"""What was drawn and reported once a week, as people see it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from qa_service.core.people import Asked
from qa_service.core.weekly import Report, Sample


class Weekly(Protocol):
    """Samples for review, and reports."""

    def samples(self, asked: Asked, *, week: str, agent_id: str, limit: int) -> Sequence[Sample]:
        """The calls drawn that one may see, the newest week first; of one week or agent where named."""

    def reports(self, asked: Asked, *, limit: int) -> Sequence[Report]:
        """The reports of teams that one sees, newest first."""

    def report(self, asked: Asked, report_id: str) -> tuple[Report, bytes] | None:
        """One report and its content; that it was read stands in the audit log."""
