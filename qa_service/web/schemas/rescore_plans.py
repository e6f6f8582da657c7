"""What the API says and hears about re-scoring that comes again."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Self

from pydantic import Field, StrictBool, StrictFloat, StrictInt

from qa_service.core.rescore_plans import PlanToKeep, RescorePlan
from qa_service.core.rescores import MOST_ALERTS, MOST_REVIEWED, Volume
from qa_service.web.schemas.base import Name, Said, shown

_Lines = Annotated[list[Name], Field(default_factory=list, max_length=100)]


class PlanGiven(Said):
    """When it comes again, by which rulebook, and which calls."""

    model_config = shown({"at": "0 2 * * 1", "rulebook": "service-zh", "is_draft": True, "days": 7})

    at: str = Field(
        max_length=100, description="分 时 日 月 星期。As cron writes it.", examples=["0 2 * * 1"]
    )
    rulebook: str = Field(
        pattern=r"^[a-z][a-z0-9-]{0,59}(@[0-9]{1,9})?$", description="方案名称。", examples=["service-zh"]
    )
    is_draft: StrictBool = Field(default=False, description="按它的草稿。By its draft.")
    days: StrictInt = Field(
        default=7, ge=1, le=366, description="之前几天收下的。Taken in within so many days."
    )
    team: Name = ""
    lines: _Lines
    calls: StrictInt | None = Field(default=None, ge=1)
    seed: StrictInt = Field(default=1, ge=0, le=2**31 - 1)
    calls_a_day: StrictInt | None = Field(default=None, ge=1, le=10**8)
    supervisor_hours: StrictFloat | None = Field(default=None, gt=0, le=10**6)
    most_reviewed: StrictFloat = Field(default=MOST_REVIEWED, ge=0, le=1)
    most_alerts: StrictFloat = Field(default=MOST_ALERTS, ge=0, le=10**6)
    is_on: StrictBool = True

    @property
    def plan(self) -> PlanToKeep:
        """As it is kept."""
        volume = Volume(self.calls_a_day, self.supervisor_hours, self.most_reviewed, self.most_alerts)
        return PlanToKeep(
            self.at,
            self.rulebook,
            self.is_draft,
            self.days,
            self.team,
            tuple(self.lines),
            self.calls,
            self.seed,
            volume,
            self.is_on,
        )


class PlanRow(Said):
    """A plan, when it begins next, and what came of it last."""

    name: str
    at: str
    rulebook: str
    is_draft: bool
    days: int
    team: str
    lines: list[str]
    calls: int | None
    is_on: bool
    next_at: datetime | None
    made_by: str
    last_run: str = Field(description="上次开始的重判；空 = 还没有。The run that it began last.")
    problem: str = Field(description="上次没能开始的原因，代码。Why it could not begin, a code.")

    @classmethod
    def of(cls, plan: RescorePlan) -> Self:
        """The row of a plan."""
        wanted = plan.wanted
        return cls.like(
            plan,
            at=wanted.at,
            rulebook=wanted.rulebook,
            is_draft=wanted.is_draft,
            days=wanted.days,
            team=wanted.team,
            lines=list(wanted.lines),
            calls=wanted.most,
            is_on=wanted.is_on,
        )


class PlanList(Said):
    """Every plan, by name."""

    plans: list[PlanRow]
