"""What a rulebook changes over many calls: flips, rules, scores, agents, and what a day of the centre will bring."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from qa_service.core.intervals import Share
from qa_service.core.rescores import Volume
from qa_service.pipeline.diff import Again

#: Score shifts are counted between these points (decisions about people hang on steps of five).
EDGES = (-20.0, -10.0, -5.0, 0.0, 5.0, 10.0, 20.0)


@dataclass(frozen=True, slots=True)
class Flip:
    """Calls that passed or not before, and do otherwise after; None where that is open."""

    before: bool | None
    after: bool | None
    calls: int


@dataclass(frozen=True, slots=True)
class RuleChange:
    """What becomes of one rule's findings."""

    rule: str
    before: int
    after: int
    appeared: int
    disappeared: int
    moved: int


@dataclass(frozen=True, slots=True)
class Touched:
    """What becomes of the calls of one agent or team."""

    name: str
    calls: int
    changed: int
    flips: int
    #: Mean over the calls that have a score both times; None where there are none.
    shift: float | None


@dataclass(frozen=True, slots=True)
class Agreement:
    """How one rulebook stands to what people said: how many of those that they confirmed, or dismissed, it finds."""

    confirmed: Share
    dismissed: Share


@dataclass(frozen=True, slots=True)
class Load:
    """What there is to do after so many calls."""

    findings: int
    #: Calls in which something waits for a person.
    review: Share
    #: None where nobody knows what the rulebook alerted.
    alerts: int | None


@dataclass(frozen=True, slots=True)
class Expected:
    """What a day of the centre brings. Unknown is None."""

    findings: float | None
    review: float | None
    alerts: float | None
    alerts_an_hour: float | None


@dataclass(frozen=True, slots=True)
class Diff:
    """What a rulebook changes, over all calls that were judged again."""

    calls: int
    changed: int
    #: Why others were not, by code.
    left_out: Mapping[str, int]
    flips: tuple[Flip, ...]
    rules: tuple[RuleChange, ...]
    #: Calls by how far their score moves: up to EDGES[0], …, above the last; those that stay are not in it.
    shifts: tuple[int, ...]
    mean: tuple[float, float] | None
    agents: tuple[Touched, ...]
    teams: tuple[Touched, ...]
    surprising: tuple[Again, ...]
    before: Load
    after: Load
    agreement: tuple[Agreement, Agreement]

    @property
    def is_empty(self) -> bool:
        """Whether nothing changes."""
        return not self.changed

    def expected(self, volume: Volume) -> Expected:
        """What the new rulebook brings on a day like this, if its calls are like those."""
        if not self.calls or volume.calls is None:
            return Expected(None, None, None, None)
        each, load, hours = volume.calls / self.calls, self.after, volume.supervisor_hours
        alerts = None if load.alerts is None else load.alerts * each
        hourly = None if alerts is None or not hours else alerts / hours
        return Expected(load.findings * each, load.review.hits * each, alerts, hourly)

    def over(self, volume: Volume) -> Mapping[str, float]:
        """The budgets that are exceeded, and by what: `review` (a share), `alerts` (per supervisor-hour)."""
        share, hourly = self.after.review.value, self.expected(volume).alerts_an_hour
        told = {}
        if share is not None and share > volume.most_reviewed:
            told["review"] = round(share, 4)
        if hourly is not None and hourly > volume.most_alerts:
            told["alerts"] = round(hourly, 2)
        return told
