"""An operator of theirs as it was asked, and as a condition of ours."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from qa_service.moving.notes import Note
from qa_service.rulebook.bounds import bounds_of

Node = dict[str, Any]


@dataclass(slots=True)
class Asked:
    """An operator of theirs as a condition of ours."""

    node: Node
    #: They ask that it is not there.
    is_absent: bool = False
    #: Whether `role` may stand beside it: a silence is nobody's.
    has_role: bool = True
    notes: list[Note] = field(default_factory=list)
    #: What holds where this does not; None where ours must look for its absence.
    opposite: Node | None = None

    @property
    def is_whole(self) -> bool:
        """Whether it is asked of the call as a whole, and of no part of it."""
        return self.opposite is not None

    @property
    def turned(self) -> Asked:
        """The same, denied."""
        if self.opposite is None:
            return replace(self, is_absent=not self.is_absent)
        return replace(self, node=self.opposite, opposite=self.node)


@dataclass(frozen=True, slots=True)
class Around:
    """What the condition around an operator says."""

    where: str
    #: agent, customer, or empty for everybody.
    role: str = ""


def within(detector: str, setting: str, value: float) -> float:
    """The value, or the nearest that a rulebook may hold."""
    bounds = bounds_of(detector, setting)
    return value if bounds is None else min(bounds[1], max(bounds[0], value))
