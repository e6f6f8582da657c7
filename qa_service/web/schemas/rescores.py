"""What the API says and hears about judging stored calls again."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Any, Self

from pydantic import Field, StrictBool, StrictFloat, StrictInt

from qa_service.core.lists import Filter
from qa_service.core.rescores import (
    MOST_ALERTS,
    MOST_REVIEWED,
    Fate,
    Pace,
    Rescore,
    RescoreState,
    Selection,
    Volume,
)
from qa_service.ports.rescoring import RescoredCall
from qa_service.web.schemas.base import Id, Moment, Name, Names, Note, Said, shown

_Teams = Annotated[list[Name], Field(default_factory=list, max_length=100)]


class RescoreToBegin(Said):
    """By which rulebook, which calls, and what a day of the centre is like."""

    model_config = shown({"rulebook": "service-zh", "since": "2026-10-01T00:00:00+08:00", "calls": 5000})

    rulebook: str = Field(
        pattern=r"^[a-z][a-z0-9-]{0,59}(@[0-9]{1,9})?$",
        description="方案名称，可带版本。A rulebook, with its version or without.",
        examples=["service-zh"],
    )
    against: str = Field(
        default="",
        pattern=r"^([a-z][a-z0-9-]{0,59}(@[0-9]{1,9})?)?$",
        description="和这份方案比，而不是和以前的评估比；只能看，不能生效。Compare with this rulebook instead.",
    )
    is_draft: StrictBool = Field(default=False, description="按它的草稿（只能看，不能生效）。By its draft.")
    starts_at: Moment | None = Field(
        default=None, description="不早于这个时刻开始，例如今夜一点。Not begun before."
    )
    since: Moment | None = Field(default=None, description="收下的时刻，含。Taken in at or after.")
    until: Moment | None = Field(default=None, description="收下的时刻，不含。Taken in before.")
    team: Name = ""
    agent_id: Name = ""
    lines: _Teams
    rule: Name = Field(default="", description="现在有这条规则命中的。With a finding of this rule.")
    calls: StrictInt | None = Field(
        default=None, ge=1, description="最多几通；空 = 全部。At most; null = all."
    )
    seed: StrictInt = Field(default=1, ge=0, le=2**31 - 1)
    calls_a_day: StrictInt | None = Field(default=None, ge=1, le=10**8)
    supervisor_hours: StrictFloat | None = Field(default=None, gt=0, le=10**6)
    most_reviewed: StrictFloat = Field(
        default=MOST_REVIEWED, ge=0, le=1, description="复核占多少通就提醒。Warn above this share."
    )
    most_alerts: StrictFloat = Field(
        default=MOST_ALERTS, ge=0, le=10**6, description="每主管小时多少告警就提醒。Warn above."
    )

    def selection(self, since: datetime | None, until: datetime | None) -> Selection:
        """The calls that came in between the two."""
        within = Filter(since=since, until=until, team=self.team, agent_id=self.agent_id)
        return Selection(within, self.calls, self.seed, tuple(self.lines), self.rule)

    @property
    def volume(self) -> Volume:
        """The day."""
        return Volume(self.calls_a_day, self.supervisor_hours, self.most_reviewed, self.most_alerts)


class RescoreToApprove(Said):
    """Why, and of which calls; without teams and agents all of them."""

    model_config = shown({"note": "三月新规，抽听过二十通", "teams": ["north"]})

    note: Note
    teams: _Teams
    agents: _Teams


class RescoreToDiscard(Said):
    """Why."""

    model_config = shown({"note": "误伤太多，先改规则"})

    note: Note


class Remeasuring(Said):
    """How many calls wait to be heard."""

    calls: int


class RescoreRow(Said):
    """A run. What nobody knows is null."""

    id: Id
    state: RescoreState
    is_paused: bool
    starts_at: datetime | None
    rulebook: str
    version: int
    digest: str
    against: str = Field(description="和哪份方案比；空 = 和以前的评估比。Compared with; empty = what stood.")
    total: int | None = Field(description="选了几通。Calls that were chosen.")
    candidates: int
    done: int = Field(description="这个阶段做了几通。Of the phase that goes on.")
    share: float | None
    calls_a_second: float | None
    eta_s: float | None
    created_at: datetime
    created_by: str
    began_at: datetime | None
    ended_at: datetime | None
    decided_at: datetime | None
    decided_by: str
    note: str
    teams: list[str] = Field(description="只对这些组生效；空 = 全部。Approved for these teams alone.")
    agents: list[str]
    fates: dict[Fate, int] = Field(description="各有几通。How many calls came to what.")
    error: str = Field(description="中断的原因，代码。Why it broke off, a code.")
    names: Names

    @classmethod
    def of(cls, run: Rescore, pace: Pace, fates: dict[Fate, int], names: dict[str, str]) -> Self:
        """The row of a run."""
        return cls.like(
            run,
            against=run.against_name,
            share=None if run.share is None else round(run.share, 4),
            calls_a_second=pace.calls_a_second,
            eta_s=_seconds(pace.left),
            teams=list(run.choice.teams),
            agents=list(run.choice.agents),
            fates=fates,
            error=run.error_code,
            names=names,
        )


class RescoreList(Said):
    """Runs, newest first; `next` goes into `before` of the next request, null at the end."""

    rescores: list[RescoreRow]
    next: datetime | None


class Side(Said):
    """What one of the two rulebooks made of a call."""

    score: float | None
    passed: bool | None
    status: str
    findings: int
    needs_human: bool


class RescoredRow(Said):
    """A call of a run: both verdicts, and what became of it."""

    call_id: Id
    team: str
    fate: Fate
    reason: str = Field(description="没有生效的原因，代码。Why it was left, a code.")
    before: Side
    after: Side
    appeared: list[dict[str, Any]]
    disappeared: list[dict[str, Any]]
    moved: int

    @classmethod
    def of(cls, seen: RescoredCall) -> Self:
        """The row of a call."""
        change = seen.again.change
        before, after = (
            Side(
                score=one.score,
                passed=one.passed,
                status=one.status,
                findings=len(one.found),
                needs_human=one.needs_human,
            )
            for one in (change.before, change.after)
        )
        told = (
            [
                {"id": one.id, "rule": one.rule, "start_ms": one.span.start_ms, "end_ms": one.span.end_ms}
                for one in found
            ]
            for found in (change.appeared, change.disappeared)
        )
        appeared, disappeared = told
        return cls(
            call_id=seen.again.call_id,
            team=seen.again.team,
            fate=seen.fate,
            reason=seen.reason,
            before=before,
            after=after,
            appeared=appeared,
            disappeared=disappeared,
            moved=len(change.moved),
        )


class RescoredList(Said):
    """Calls of a run, those that change most first."""

    calls: list[RescoredRow]


def _seconds(left: timedelta | None) -> float | None:
    return None if left is None else round(left.total_seconds(), 1)
