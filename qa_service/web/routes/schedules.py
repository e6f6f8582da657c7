"""What the service does by itself: when, what came of it, and what was drawn and reported."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Self

from fastapi import APIRouter, Query, Response
from pydantic import Field, StrictBool

from qa_service.core.people import Right
from qa_service.core.schedules import RunState, Schedule, Task
from qa_service.core.weekly import Report
from qa_service.web.answers import SIGNED_IN, answers
from qa_service.web.denials import there
from qa_service.web.deps import AskedBy, Here, wants
from qa_service.web.schemas import Id, Name, Said, shown
from qa_service.web.schemas.calls import CallRow

router = APIRouter(tags=["schedules"], responses=answers(*SIGNED_IN))
_MANAGE = wants(Right.MANAGE_SCHEDULES)
_WEEK = r"^([0-9]{4}-W[0-9]{2})?$"
_TYPES = {
    "json": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class ScheduleToKeep(Said):
    """When a task runs, in the installation's zone, and how much it takes."""

    model_config = shown({"at": "30 2 * * *", "is_on": True})

    at: str = Field(
        max_length=100, description="分 时 日 月 星期。As cron writes it.", examples=["30 2 * * *"]
    )
    is_on: StrictBool = True
    amount: int | None = Field(default=None, ge=1, le=100, description="抽样：每位坐席几通。For sampling.")


class ScheduleRow(Said):
    """One task, and how its last run went."""

    task: Task
    at: str
    is_on: bool
    amount: int | None
    next_at: datetime | None
    state: RunState
    started_at: datetime | None
    finished_at: datetime | None
    result: dict[str, Any]
    is_asked_for: bool

    @classmethod
    def of(cls, kept: Schedule) -> Self:
        """The row of a schedule."""
        return cls.like(kept)


class ScheduleList(Said):
    """Every task."""

    schedules: list[ScheduleRow]


class SampleRow(Said):
    """A call that was drawn for review."""

    week: str
    agent_id: str
    seed: str
    call: CallRow


class SampleList(Said):
    """Calls drawn for review, the newest week first."""

    samples: list[SampleRow]


class ReportRow(Said):
    """A team's report of a week; of all teams where the name is empty."""

    id: Id
    week: str
    team: str
    form: str
    bytes: int
    created_at: datetime

    @classmethod
    def of(cls, kept: Report) -> Self:
        """The row of a report."""
        return cls.like(kept)


class ReportList(Said):
    """Reports, newest first."""

    reports: list[ReportRow]


@router.get("/schedules", summary="定时任务 Schedules", dependencies=[_MANAGE])
def schedules(here: Here, by: AskedBy) -> ScheduleList:
    """What the service does by itself, when it last did and when it will."""
    return ScheduleList(schedules=[ScheduleRow.of(one) for one in here.schedules.all(by)])


@router.put("/schedules/{task}", summary="改时间 Change", dependencies=[_MANAGE], responses=answers(422))
def change(here: Here, by: AskedBy, task: Task, given: ScheduleToKeep) -> ScheduleRow:
    """Sets when a task runs, or stops it."""
    return ScheduleRow.of(
        here.schedules.change(by, task, at=given.at, is_on=given.is_on, amount=given.amount)
    )


@router.post(
    "/schedules/{task}/run",
    summary="现在运行 Run now",
    status_code=202,
    dependencies=[_MANAGE],
    responses=answers(422),
)
def run(here: Here, by: AskedBy, task: Task) -> ScheduleRow:
    """The next node that looks runs it, within seconds."""
    return ScheduleRow.of(here.schedules.run_now(by, task))


@router.get("/samples", summary="抽样 Samples", dependencies=[wants(Right.SEE_CALLS)], responses=answers(422))
def samples(
    here: Here,
    by: AskedBy,
    week: Annotated[str, Query(pattern=_WEEK, max_length=8, examples=["2026-W47"])] = "",
    agent_id: Annotated[Name, Query(description="坐席工号。")] = "",
    limit: Annotated[int, Query(ge=1, le=1_000)] = 200,
) -> SampleList:
    """Calls drawn at random for people to review: so many of each agent and week, the same for the same seed."""
    drawn = here.weekly.samples(by, week=week, agent_id=agent_id, limit=limit)
    rows = [
        SampleRow(week=one.week, agent_id=one.agent_id, seed=one.seed, call=CallRow.of(one.call))
        for one in drawn
    ]
    return SampleList(samples=rows)


@router.get("/reports", summary="周报 Reports", dependencies=[wants(Right.EXPORT)], responses=answers(422))
def reports(here: Here, by: AskedBy, limit: Annotated[int, Query(ge=1, le=200)] = 50) -> ReportList:
    """The weekly reports of teams that one sees."""
    return ReportList(reports=[ReportRow.of(one) for one in here.weekly.reports(by, limit=limit)])


@router.get(
    "/reports/{report_id}",
    summary="下载周报 Download a report",
    dependencies=[wants(Right.EXPORT)],
    response_class=Response,
    responses={
        200: {"content": {kind: {} for kind in _TYPES.values()}, "description": "文件。The file."},
        **answers(404, 422),
    },
)
def report(here: Here, by: AskedBy, report_id: Id) -> Response:
    """One report as a file."""
    kept, content = there(here.weekly.report(by, report_id))
    headers = {"Content-Disposition": f'attachment; filename="{kept.week}.{kept.form}"'}
    return Response(content, media_type=_TYPES[kept.form], headers=headers)
