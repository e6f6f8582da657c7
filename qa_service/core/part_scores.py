"""What came of a call in which several agents took part, told in one line: as good as its worst part."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class PartScore:
    """Score and pass of one agent's part. Unknown is None."""

    agent_id: str
    score: float | None
    passed: bool | None

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> tuple[Self, ...]:
        """Those of an assessment's document, in its order; none where nothing was scored."""
        return tuple(
            cls(one["agent_id"] or "", one["score"], one["passed"])
            for one in document.get("evaluations") or ()
        )


def lowest_score(parts: Iterable[PartScore]) -> float | None:
    """What lists sort and filter by: whoever looks for bad calls finds the one whose first agent was bad."""
    return min((part.score for part in parts if part.score is not None), default=None)


def all_passed(parts: Sequence[PartScore]) -> bool | None:
    """False where one part did not pass; None where that is not known of one, or there are none."""
    said = {part.passed for part in parts}
    return False if False in said else None if None in said or not said else True
