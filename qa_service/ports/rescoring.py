"""What judging stored calls again asks of a store."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from qa_service.core.reviews import Verdict
from qa_service.pipeline.diff import Outcome


@dataclass(frozen=True, slots=True)
class Former:
    """The machine's evaluation that stands, without what people said of it; their verdicts beside it."""

    id: str
    #: The name of the rulebook that judged; its digest stands in the outcome.
    rulebook: str
    outcome: Outcome
    #: By the ids of its findings.
    verdicts: Mapping[str, Verdict]
    #: Whose law the call stands under by the routing table in force.
    jurisdiction: str
