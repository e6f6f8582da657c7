"""What judging stored calls again asks of a store."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from qa_service.core.reviews import Verdict


@dataclass(frozen=True, slots=True)
class Former:
    """The machine's evaluation that stands, without what people said of it; their verdicts beside it."""

    #: Name and digest of the rulebook that judged.
    rulebook: str
    digest: str
    document: Mapping[str, Any]
    #: By the ids of its findings.
    verdicts: Mapping[str, Verdict]
    #: Whose law the call stands under by the routing table in force.
    jurisdiction: str
