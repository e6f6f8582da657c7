"""Work: how far it is, told as it goes, stopped, tried again."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import StreamingResponse
from starlette.concurrency import run_in_threadpool

from qa_service.core.lists import JobPlace
from qa_service.core.people import Asked, Right
from qa_service.core.stored import Job, JobState
from qa_service.web.answers import NOTHING, SIGNED_IN, answers
from qa_service.web.denials import Denied, no_cursor, there
from qa_service.web.deps import AskedBy, Here, caller, wants
from qa_service.web.parts import Parts
from qa_service.web.schemas import Id, Text
from qa_service.web.schemas.jobs import JobList, JobRow

router = APIRouter(prefix="/jobs", tags=["jobs"], responses=answers(*SIGNED_IN))
_STREAM = {"text/event-stream": {"schema": {"type": "string"}}}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_CURSOR = re.compile(r"(\d{1,16})\.([0-9a-f-]{36})", re.ASCII)
_LOOK_EVERY_S = 0.5
#: A stream ends after this long; browsers come back by themselves.
_LONGEST_S = 900


#: Whoever looks after work sees how far it is without seeing calls: there are no words in it.
_FOLLOWS = wants(Right.SEE_CALLS, instead=Right.MANAGE_WORK)


@router.get("", summary="任务列表 List work", dependencies=[wants(Right.MANAGE_WORK)], responses=answers(422))
def page(
    here: Here,
    by: AskedBy,
    state: Annotated[list[JobState] | None, Query(max_length=6)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    before: Annotated[Text, Query(max_length=60, description="上一页的 next。")] = "",
) -> JobList:
    """The newest work first."""
    found = here.work.page(by, state or (), limit=limit, before=_place(before))
    rows = zip(found.jobs, here.work.forecasts(found.jobs), strict=True)
    following = None if found.cursor is None else _written(found.cursor)
    return JobList(jobs=[JobRow.of(job, told, here.why) for job, told in rows], next=following)


def _written(place: JobPlace) -> str:
    """Microseconds since 1970, and the id."""
    return f"{(place[0] - _EPOCH) // timedelta(microseconds=1)}.{place[1]}"


def _place(written: str) -> JobPlace | None:
    if not written:
        return None
    match = _CURSOR.fullmatch(written)
    if match is None:
        raise no_cursor()
    return _EPOCH + timedelta(microseconds=int(match[1])), match[2]


@router.get(
    "/{job_id}",
    summary="任务的进度 How far it is",
    dependencies=[_FOLLOWS],
    responses=answers(404, 422),
)
def job(here: Here, by: AskedBy, job_id: Id) -> JobRow:
    """How far a piece of work is."""
    return row_of(here, _seen(here, by, job_id))


@router.get(
    "/{job_id}/events",
    summary="听进度 Follow it",
    dependencies=[_FOLLOWS],
    response_class=StreamingResponse,
    responses={
        200: {"content": _STREAM, "description": "`job`：变了就来一条；`gone`：看不到了；`bye`：请重连。"},
        **answers(404, 422),
    },
)
async def events(here: Here, by: AskedBy, job_id: Id, request: Request) -> StreamingResponse:
    """Server-sent events: `job` with its row whenever it changes, the last one when it is over.

    `gone`: the one who listens may not see it any more. `bye`: the service ends, come back to it.
    """
    first = await run_in_threadpool(_seen, here, by, job_id)
    return StreamingResponse(_changes(here, by, first, request), media_type="text/event-stream")


async def _changes(here: Parts, by: Asked, job: Job, request: Request) -> AsyncIterator[str]:
    told: Job | None = None
    for look in range(int(_LONGEST_S / _LOOK_EVERY_S)):
        if job != told:
            told, row = job, await run_in_threadpool(row_of, here, job)
            yield f"event: job\nid: {look}\ndata: {row.model_dump_json()}\n\n"
        elif look % 30 == 0:
            yield ": still here\n\n"
        if job.state.is_over or await request.is_disconnected():
            return
        await asyncio.sleep(_LOOK_EVERY_S)
        fresh = None if here.stopping.is_set() else await run_in_threadpool(_again, here, request, by, job)
        if fresh is None:
            last = "bye" if here.stopping.is_set() else "gone"
            yield f"event: {last}\ndata: {json.dumps({'id': job.id})}\n\n"
            return
        job = fresh


def _again(here: Parts, request: Request, by: Asked, job: Job) -> Job | None:
    """The job as it is now, where the one who listens may still come in and see it."""
    return here.work.job(by, job.id) if caller(request, here) == by.caller else None


@router.post(
    "/{job_id}/cancel",
    summary="取消 Cancel",
    dependencies=[wants(Right.MANAGE_WORK)],
    **NOTHING,
    responses=answers(404, 409, 422),
)
def cancel(here: Here, by: AskedBy, job_id: Id) -> None:
    """Asks the work to stop; what waits stops at once, what runs within seconds."""
    there(here.work.job(by, job_id))
    if not here.work.cancel(by, job_id):
        raise Denied("nothing_to_do", problem="the work is over already", fix="Look at its state")


@router.post(
    "/{job_id}/retry",
    summary="再试 Try again",
    dependencies=[wants(Right.MANAGE_WORK)],
    **NOTHING,
    responses=answers(404, 409, 422),
)
def retry(here: Here, by: AskedBy, job_id: Id) -> None:
    """Tries work again that failed, was cancelled or is quarantined."""
    there(here.work.job(by, job_id))
    if not here.work.retry(by, job_id):
        raise Denied("nothing_to_do", problem="the work is not stopped", fix="Look at its state")


def row_of(here: Parts, job: Job) -> JobRow:
    """A piece of work with what can be said about its end."""
    (told,) = here.work.forecasts([job])
    return JobRow.of(job, told, here.why)


def _seen(here: Parts, by: Asked, job_id: str) -> Job:
    return there(here.work.job(by, job_id))
