"""The work on calls: claimed with a fence, told about while it runs, ended once.

`fence` rises with every claim. Whoever writes a result names the fence it claimed with; when somebody else
has taken the work over meanwhile, the write is refused (decisions.md 21).
How work changes hands otherwise is in takeover.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from qa_service.core.errors import Fenced
from qa_service.core.lists import JobPage, JobPlace
from qa_service.core.people import Asked
from qa_service.core.stored import Job, JobKind, JobState, Queue
from qa_service.stores.engine import UtcTime
from qa_service.stores.tables import calls, jobs


def add(connection: sa.Connection, job: Job, asked: Asked | None = None) -> None:
    """Writes down a new piece of work, and which request asked for it."""
    connection.execute(
        jobs.insert().values(
            id=job.id,
            kind=job.kind.value,
            queue=job.queue.value,
            state=JobState.QUEUED.value,
            call_id=job.call_id,
            created_at=job.created_at,
            request_id=asked.request_id if asked else "",
            trace=asked.trace if asked else "",
        )
    )


def find(connection: sa.Connection, job_id: str) -> Job | None:
    """The work with this id."""
    row = connection.execute(sa.select(jobs).where(jobs.c.id == job_id)).first()
    return None if row is None else job_of(row)


def of_call(connection: sa.Connection, call_id: str) -> tuple[Job, ...]:
    """All work on a call, newest first."""
    query = (
        sa.select(jobs).where(jobs.c.call_id == call_id).order_by(jobs.c.created_at.desc(), jobs.c.id.desc())
    )
    return tuple(map(job_of, connection.execute(query)))


def claim(connection: sa.Connection, job_id: str, node: str, *, now: datetime) -> Job | None:
    """Takes the work for this process, or goes on with it; None where it is over, or running elsewhere."""
    known = find(connection, job_id)
    if known is not None and known.state is JobState.RUNNING and known.node == node:
        return known
    taken = connection.execute(
        jobs.update()
        .where(jobs.c.id == job_id, jobs.c.state == JobState.QUEUED.value)
        .values(
            state=JobState.RUNNING.value,
            node=node,
            fence=jobs.c.fence + 1,
            attempts=jobs.c.attempts + 1,
            started_at=now,
            stage="",
            done=0,
            total=0,
            reached=0,
            reached_at=None,
        )
    )
    return find(connection, job_id) if taken.rowcount else None


def hold(connection: sa.Connection, job: Job) -> None:
    """Makes sure, until the transaction ends, that the work is still ours.

    Raises:
        Fenced: it is not.
    """
    mine = connection.execute(
        jobs.update()
        .where(jobs.c.id == job.id, jobs.c.fence == job.fence, jobs.c.state == JobState.RUNNING.value)
        .values(fence=job.fence)
    )
    if not mine.rowcount:
        raise Fenced


def tell(connection: sa.Connection, job: Job, *, now: datetime) -> bool:
    """Says how far the work is; answers whether anybody still wants it from us. What was reached never falls."""
    further = jobs.c.reached < job.reached
    ours = connection.execute(
        jobs.update()
        .where(jobs.c.id == job.id, jobs.c.fence == job.fence, jobs.c.state == JobState.RUNNING.value)
        .values(
            stage=job.stage,
            done=job.done,
            total=job.total,
            audio_s=sa.case((sa.literal(job.audio_s) > 0, job.audio_s), else_=jobs.c.audio_s),
            reached=sa.case((further, job.reached), else_=jobs.c.reached),
            reached_at=sa.case((further, sa.literal(now, UtcTime())), else_=jobs.c.reached_at),
        )
    )
    asked = connection.execute(sa.select(jobs.c.is_cancel_asked).where(jobs.c.id == job.id)).scalar()
    return bool(ours.rowcount) and not asked


def finish(
    connection: sa.Connection, job: Job, state: JobState, *, now: datetime, code: str = "", detail: str = ""
) -> None:
    """Ends the work.

    Raises:
        Fenced: somebody else has taken it over.
    """
    hold(connection, job)
    connection.execute(
        jobs.update()
        .where(jobs.c.id == job.id)
        .values(state=state.value, finished_at=now, error_code=code, error_detail=detail)
    )


def ask_to_cancel(connection: sa.Connection, job_id: str, *, now: datetime) -> bool:
    """Stops work that waits, asks work that runs to stop; answers whether there was anything to stop."""
    waiting = connection.execute(
        jobs.update()
        .where(jobs.c.id == job_id, jobs.c.state == JobState.QUEUED.value)
        .values(state=JobState.CANCELLED.value, finished_at=now)
    )
    running = connection.execute(
        jobs.update()
        .where(jobs.c.id == job_id, jobs.c.state == JobState.RUNNING.value)
        .values(is_cancel_asked=True)
    )
    return bool(waiting.rowcount or running.rowcount)


def retry(connection: sa.Connection, job_id: str) -> bool:
    """Lets a person try work again that failed, was cancelled or is quarantined.

    The fence rises: an entry of the queue under the old one may be used up already.
    """
    again = connection.execute(
        jobs.update()
        .where(
            jobs.c.id == job_id,
            jobs.c.state.in_([s.value for s in (JobState.FAILED, JobState.QUARANTINED, JobState.CANCELLED)]),
        )
        .values(
            state=JobState.QUEUED.value,
            # The fence names the queue entry: under the old name nothing would be started again.
            fence=jobs.c.fence + 1,
            attempts=0,
            node="",
            is_cancel_asked=False,
            finished_at=None,
            error_code="",
            error_detail="",
        )
    )
    return bool(again.rowcount)


def queued(connection: sa.Connection, queue: Queue) -> int:
    """How much work waits in a queue; what is done long since is not counted on the way."""
    query = sa.select(sa.func.count()).where(
        jobs.c.queue == queue.value, jobs.c.state == JobState.QUEUED.value
    )
    return int(connection.execute(query).scalar_one())


def counts(connection: sa.Connection) -> dict[str, int]:
    """How much work there is, and was, by queue and state."""
    query = sa.select(jobs.c.queue, jobs.c.state, sa.func.count()).group_by(jobs.c.queue, jobs.c.state)
    return {f"{queue}.{state}": count for queue, state, count in connection.execute(query)}


def page(
    connection: sa.Connection,
    states: Sequence[JobState],
    visible: sa.ColumnElement[bool],
    *,
    limit: int = 50,
    before: JobPlace | None = None,
) -> JobPage:
    """The newest work in these states (all where none are named) on calls that are `visible`."""
    query = sa.select(jobs).join(calls, calls.c.id == jobs.c.call_id).where(visible)
    if states:
        query = query.where(jobs.c.state.in_([state.value for state in states]))
    if before is not None:
        own = sa.tuple_(jobs.c.created_at, jobs.c.id)
        query = query.where(own < sa.tuple_(sa.literal(before[0], UtcTime()), sa.literal(before[1])))
    limit = min(limit, 200)
    newest = query.order_by(jobs.c.created_at.desc(), jobs.c.id.desc()).limit(limit + 1)
    found = tuple(map(job_of, connection.execute(newest)))
    last = found[limit - 1] if len(found) > limit else None
    return JobPage(found[:limit], None if last is None else (last.created_at, last.id))


def job_of(row: Any) -> Job:
    """A row of the table as a value."""
    return Job(
        id=row.id,
        kind=JobKind(row.kind),
        queue=Queue(row.queue),
        state=JobState(row.state),
        call_id=row.call_id,
        created_at=row.created_at,
        attempts=row.attempts,
        fence=row.fence,
        node=row.node,
        stage=row.stage,
        done=row.done,
        total=row.total,
        started_at=row.started_at,
        finished_at=row.finished_at,
        error_code=row.error_code,
        error_detail=row.error_detail,
        is_cancel_asked=row.is_cancel_asked,
        request_id=row.request_id,
        trace=row.trace,
        reached=row.reached,
        reached_at=row.reached_at,
        audio_s=row.audio_s,
    )
