"""What the API says about the evaluations of a call."""

from __future__ import annotations

from datetime import datetime

from qa_service.web.schemas.base import Id, Said


class EvaluationRow(Said):
    """One evaluation that a call got."""

    id: Id
    origin: str
    #: Digest, name and version of the rulebook that judged.
    rulebook: str
    rulebook_name: str
    rulebook_version: int
    #: The routing table that chose it; 0 where there was none.
    routing_version: int
    is_current: bool
    #: The list of calls shows this one's score.
    is_listed: bool
    status: str
    score: float | None
    passed: bool | None
    created_at: datetime
    #: The machine's evaluation that people's verdicts made this one from; empty for others.
    machine_id: str


class EvaluationList(Said):
    """Every evaluation that a call ever got, newest first."""

    evaluations: list[EvaluationRow]
