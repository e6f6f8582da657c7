"""Re-scoring that comes again: every Monday the draft over last week's calls, say."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from qa_service.core.lists import Filter
from qa_service.core.people import Sight
from qa_service.core.rescores import Selection, Volume


@dataclass(frozen=True, slots=True)
class PlanToKeep:
    """When, by which rulebook, and which calls."""

    #: As cron writes it, in the installation's zone.
    at: str
    #: The name of a rulebook, with its version or without: what judges under it then.
    rulebook: str
    #: The draft of that name instead.
    is_draft: bool = False
    #: Calls that were taken in within so many days before.
    days: int = 7
    team: str = ""
    lines: tuple[str, ...] = ()
    most: int | None = None
    seed: int = 1
    volume: Volume = field(default_factory=Volume)
    is_on: bool = True

    def selection(self, now: datetime) -> Selection:
        """The calls of a run that begins now."""
        within = Filter(since=now - timedelta(days=self.days), until=now, team=self.team)
        return Selection(within, self.most, self.seed, self.lines)


@dataclass(frozen=True, slots=True)
class RescorePlan:
    """A plan that is kept, and what came of it last."""

    name: str
    wanted: PlanToKeep
    next_at: datetime | None
    made_by: str
    sight: Sight
    #: The run that it began last; empty where it began none.
    last_run: str = ""
    #: Why it could not begin the last time (a code); empty where it could.
    problem: str = ""
