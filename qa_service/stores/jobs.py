"""The work on calls: claimed with a fence, told about while it runs, taken over from the dead.

`fence` rises with every claim. Whoever writes a result names the fence it claimed with; when somebody else
has taken the work over meanwhile, the write is refused (decisions.md 21).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from qa_service.core.errors import Fenced
from qa_service.core.stored import CallState, Job, JobKind, JobState, Queue
from qa_service.stores.tables import calls, jobs, nodes

#: A process that was not seen for this long is dead (it says so every 3 s).
DEAD_AFTER = timedelta(seconds=9)
#: After so many claims the work waits for a person.
MOST_ATTEMPTS = 3
#: Why work was taken away: the process that had it was not seen any more.
_DIED = "worker_died"


def add(connection: sa.Connection, job: Job, *, request_id: str = "") -> None:
    """Writes down a new piece of work."""
    connection.execute(
        jobs.insert().values(
            id=job.id,
            kind=job.kind.value,
            queue=job.queue.value,
            state=JobState.QUEUED.value,
            call_id=job.call_id,
            created_at=job.created_at,
            request_id=request_id,
        )
    )


def find(connection: sa.Connection, job_id: str) -> Job | None:
    """The work with this id."""
    row = connection.execute(sa.select(jobs).where(jobs.c.id == job_id)).first()
    return None if row is None else _job(row)


def of_call(connection: sa.Connection, call_id: str) -> tuple[Job, ...]:
    """All work on a call, newest first."""
    query = (
        sa.select(jobs).where(jobs.c.call_id == call_id).order_by(jobs.c.created_at.desc(), jobs.c.id.desc())
    )
    return tuple(map(_job, connection.execute(query)))


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


def tell(connection: sa.Connection, job: Job, stage: str, done: float, total: float) -> bool:
    """Says how far the work is; answers whether anybody still wants it from us."""
    ours = connection.execute(
        jobs.update()
        .where(jobs.c.id == job.id, jobs.c.fence == job.fence, jobs.c.state == JobState.RUNNING.value)
        .values(stage=stage, done=done, total=total)
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


def let_go(connection: sa.Connection, job: Job, *, now: datetime, code: str) -> bool:
    """Gives back work that broke off unexpectedly; answers whether it is to be tried again.

    Raises:
        Fenced: somebody else has taken it over.
    """
    hold(connection, job)
    is_poison = job.attempts >= MOST_ATTEMPTS
    values = _quarantined(now, code) if is_poison else _waiting()
    connection.execute(
        jobs.update().where(jobs.c.id == job.id).values(fence=job.fence + 1, node="", **values)
    )
    if is_poison:
        _give_up(connection, job, code)
    return not is_poison


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
    """Lets a person try work again that failed, was cancelled or is quarantined."""
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


def beat(connection: sa.Connection, node: str, *, now: datetime) -> None:
    """Says that this process lives."""
    seen = connection.execute(nodes.update().where(nodes.c.id == node).values(seen_at=now))
    if not seen.rowcount:
        connection.execute(nodes.insert().values(id=node, started_at=now, seen_at=now))


def reap(connection: sa.Connection, *, now: datetime) -> tuple[Job, ...]:
    """Takes work from the dead: back into the queue, or into quarantine after MOST_ATTEMPTS.

    Answers what is to be started again. The fence rises here already, so that a process which was only
    asleep can write nothing from now on.
    """
    living = sa.select(nodes.c.id).where(nodes.c.seen_at >= now - DEAD_AFTER)
    lost = sa.select(jobs).where(jobs.c.state == JobState.RUNNING.value, jobs.c.node.not_in(living))
    again: list[Job] = []
    for row in connection.execute(lost).all():
        job = _job(row)
        is_poison = job.attempts >= MOST_ATTEMPTS
        taken = connection.execute(
            jobs.update()
            .where(jobs.c.id == job.id, jobs.c.fence == job.fence)
            .values(fence=job.fence + 1, node="", **(_quarantined(now, _DIED) if is_poison else _waiting()))
        )
        if taken.rowcount and is_poison:
            _give_up(connection, job, _DIED)
        elif taken.rowcount:
            again.append(job)
    connection.execute(nodes.delete().where(nodes.c.seen_at < now - 100 * DEAD_AFTER))
    return tuple(again)


def _waiting() -> dict[str, Any]:
    return {"state": JobState.QUEUED.value}


def _quarantined(now: datetime, code: str) -> dict[str, Any]:
    return {"state": JobState.QUARANTINED.value, "finished_at": now, "error_code": code}


def _give_up(connection: sa.Connection, job: Job, code: str) -> None:
    connection.execute(
        calls.update().where(calls.c.id == job.call_id).values(state=CallState.FAILED.value, reason=code)
    )


def waiting(connection: sa.Connection) -> dict[str, int]:
    """How much work waits or runs, by queue and state."""
    query = sa.select(jobs.c.queue, jobs.c.state, sa.func.count()).group_by(jobs.c.queue, jobs.c.state)
    return {f"{queue}.{state}": count for queue, state, count in connection.execute(query)}


def page(
    connection: sa.Connection,
    states: Sequence[JobState],
    visible: sa.ColumnElement[bool],
    *,
    limit: int = 50,
) -> tuple[Job, ...]:
    """The newest work in these states (all where none are named) on calls that are `visible`."""
    query = sa.select(jobs).join(calls, calls.c.id == jobs.c.call_id).where(visible)
    if states:
        query = query.where(jobs.c.state.in_([state.value for state in states]))
    newest = query.order_by(jobs.c.created_at.desc(), jobs.c.id.desc()).limit(min(limit, 200))
    return tuple(map(_job, connection.execute(newest)))


def _job(row: Any) -> Job:
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
    )
