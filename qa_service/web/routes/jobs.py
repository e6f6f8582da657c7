"""Work: how far it is, told as it goes, stopped, tried again."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import StreamingResponse
from starlette.concurrency import run_in_threadpool

from qa_service.core.people import Asked, Right
from qa_service.core.stored import Job, JobState
from qa_service.web.deps import AskedBy, Here, Parts, wants
from qa_service.web.errors import Denied, not_found
from qa_service.web.schemas import Id, JobList, JobRow, Trouble

router = APIRouter(prefix="/jobs", tags=["jobs"])
_LOOK_EVERY_S = 0.5
#: A stream ends after this long; browsers come back by themselves.
_LONGEST_S = 900


@router.get("", dependencies=[wants(Right.MANAGE_WORK)])
def page(
    here: Here,
    by: AskedBy,
    state: Annotated[list[JobState] | None, Query(max_length=6)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> JobList:
    """The newest work."""
    return JobList(jobs=[JobRow.of(job) for job in here.work.page(by, state or (), limit=limit)])


@router.get("/{job_id}", dependencies=[wants(Right.SEE_CALLS)], responses={404: {"model": Trouble}})
def job(here: Here, by: AskedBy, job_id: Id) -> JobRow:
    """How far a piece of work is."""
    return JobRow.of(_seen(here, by, job_id))


@router.get(
    "/{job_id}/events",
    dependencies=[wants(Right.SEE_CALLS)],
    response_class=StreamingResponse,
    responses={404: {"model": Trouble}},
)
async def events(here: Here, by: AskedBy, job_id: Id, request: Request) -> StreamingResponse:
    """Server-sent events: `job` with its row whenever it changes, the last one when it is over."""
    first = await run_in_threadpool(_seen, here, by, job_id)
    stream = _changes(here, by, first, request)
    return StreamingResponse(stream, media_type="text/event-stream", headers={"Cache-Control": "no-store"})


async def _changes(here: Parts, by: Asked, job: Job, request: Request) -> AsyncIterator[str]:
    told = ""
    for look in range(int(_LONGEST_S / _LOOK_EVERY_S)):
        row = JobRow.of(job).model_dump_json()
        if row != told:
            told = row
            yield f"event: job\nid: {look}\ndata: {row}\n\n"
        elif look % 30 == 0:
            yield ": still here\n\n"
        if job.state.is_over or await request.is_disconnected():
            return
        await asyncio.sleep(_LOOK_EVERY_S)
        fresh = await run_in_threadpool(here.work.job, by, job.id)
        if fresh is None:
            yield f"event: gone\ndata: {json.dumps({'id': job.id})}\n\n"
            return
        job = fresh


@router.post(
    "/{job_id}/cancel",
    dependencies=[wants(Right.MANAGE_WORK)],
    status_code=204,
    response_class=Response,
    responses={404: {"model": Trouble}, 409: {"model": Trouble}},
)
def cancel(here: Here, by: AskedBy, job_id: Id) -> None:
    """Asks the work to stop; what waits stops at once, what runs within seconds."""
    if here.work.job(by, job_id) is None:
        raise not_found()
    if not here.work.cancel(by, job_id):
        raise Denied("nothing_to_do", problem="the work is over already", fix="Look at its state")


@router.post(
    "/{job_id}/retry",
    dependencies=[wants(Right.MANAGE_WORK)],
    status_code=204,
    response_class=Response,
    responses={404: {"model": Trouble}, 409: {"model": Trouble}},
)
def retry(here: Here, by: AskedBy, job_id: Id) -> None:
    """Tries work again that failed, was cancelled or is quarantined."""
    if here.work.job(by, job_id) is None:
        raise not_found()
    if not here.work.retry(by, job_id):
        raise Denied("nothing_to_do", problem="the work is not stopped", fix="Look at its state")


def _seen(here: Parts, by: Asked, job_id: str) -> Job:
    found = here.work.job(by, job_id)
    if found is None:
        raise not_found()
    return found
