"""Scorecards: sections of weighted criteria, as a rulebook states them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from qa_service.core.texts import Text


class Fatal(StrEnum):
    """What a criterion that was not met brings down with it (一票否决)."""

    NO = ""
    SECTION = "section"
    CALL = "call"


@dataclass(frozen=True, slots=True)
class Criterion:
    """One question on the scorecard. Points never fall below `floor`, nor rise above `max_points`."""

    id: str
    title: Text
    max_points: float
    floor: float = 0.0
    fatal: Fatal = Fatal.NO
    #: Points before anything is found; all of them where it is None.
    base: float | None = None

    @property
    def start(self) -> float:
        """Points before anything is found."""
        return self.max_points if self.base is None else self.base


@dataclass(frozen=True, slots=True)
class Section:
    """Criteria that belong together."""

    id: str
    title: Text
    criteria: tuple[Criterion, ...]


@dataclass(frozen=True, slots=True)
class Scorecard:
    """What a call is measured against; `pass_score` of 100 is needed, and no fatal criterion lost."""

    name: str
    sections: tuple[Section, ...]
    pass_score: float = 80.0

    @property
    def criteria(self) -> tuple[Criterion, ...]:
        """All criteria in order."""
        return tuple(criterion for section in self.sections for criterion in section.criteria)


@dataclass(frozen=True, slots=True)
class Charge:
    """What a finding of a rule costs or earns: points once per call, or per hit; all of them when `deduct` is None."""

    rule: str
    criterion: str
    deduct: float | None = None
    per_hit: bool = False
    #: Points earned; such a rule costs none.
    add: float | None = None

    @property
    def is_earned(self) -> bool:
        """Whether a finding is to the agent's credit."""
        return self.add is not None
