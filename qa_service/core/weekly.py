"""What is drawn and reported once a week."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from qa_service.core.stored import StoredCall

#: The forms of a weekly report.
FORMS = ("json", "xlsx")


@dataclass(frozen=True, slots=True)
class Sample:
    """A call that was drawn for people to review."""

    week: str
    agent_id: str
    #: With it and the week's calls anybody can draw the same again (core/sampling.py).
    seed: str
    call: StoredCall


@dataclass(frozen=True, slots=True)
class Report:
    """A team's report of a week; of all teams together where the name is empty."""

    id: str
    week: str
    team: str
    form: str
    bytes: int
    created_at: datetime
