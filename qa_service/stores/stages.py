"""How long the stages of work take on this installation: for forecasts, and for those who watch the machines."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

import sqlalchemy as sa

from qa_service.core.forecast import Ahead, StagePace
from qa_service.core.stored import Job, JobState, Queue
from qa_service.ports.storing import KeptMeasures
from qa_service.stores import takeover
from qa_service.stores.engine import UtcTime
from qa_service.stores.tables import jobs, stages

#: With every call the older ones weigh this much: the last fifty make up two thirds.
_FADES = 0.98


def count(connection: sa.Connection, took_ms: Mapping[str, int], *, audio_s: float = 0.0) -> None:
    """Adds one call, with its length where that is known; what has no row is no stage.

    All touch the rows in one order: nobody waits in a ring.
    """
    for stage in sorted(took_ms):
        connection.execute(
            stages.update()
            .where(stages.c.stage == stage)
            .values(
                calls=stages.c.calls + 1,
                total_ms=stages.c.total_ms + took_ms[stage],
                recent_calls=stages.c.recent_calls * _FADES + 1,
                recent_ms=stages.c.recent_ms * _FADES + took_ms[stage],
                recent_sized=stages.c.recent_sized * _FADES + int(audio_s > 0),
                recent_audio_s=stages.c.recent_audio_s * _FADES + audio_s,
            )
        )


def count_heard(connection: sa.Connection, kept: KeptMeasures) -> None:
    """Adds a call that was listened to.

    A transcript tells nothing about how long listening takes, and no more does a recording in which nobody speaks.
    """
    if "asr" in kept.timings_ms and kept.call.utterances:
        count(connection, kept.timings_ms, audio_s=kept.call.duration_ms / 1_000)


def paces(connection: sa.Connection) -> dict[str, StagePace]:
    """Stage → how long it takes."""
    return {
        row.stage: StagePace(
            row.calls, row.total_ms, row.recent_calls, row.recent_ms, row.recent_sized, row.recent_audio_s
        )
        for row in connection.execute(sa.select(stages))
    }


def ahead(connection: sa.Connection, job: Job, *, now: datetime) -> Ahead:
    """What is in the way of work that waits; of work that runs, whether its process lives."""
    living = takeover.living(connection, now=now)
    if job.state is not JobState.QUEUED:
        return beside(job, living)
    queues = [queue.value for queue in Queue]
    sooner = queues[: queues.index(job.queue.value)]
    before = sa.and_(
        jobs.c.state == JobState.QUEUED.value,
        sa.or_(
            jobs.c.queue.in_(sooner),
            sa.and_(jobs.c.queue == job.queue.value, jobs.c.created_at < job.created_at),
        ),
    )
    at_work = sa.and_(jobs.c.state == JobState.RUNNING.value, jobs.c.node.in_(living))
    waiting, running = (
        connection.execute(sa.select(sa.func.count()).select_from(jobs).where(which)).scalar_one()
        for which in (before, at_work)
    )
    return Ahead(waiting, len(living), running)


def beside(job: Job, living: Collection[str]) -> Ahead:
    """The same without counting what waits: for lists."""
    return Ahead(0, int(job.state is JobState.RUNNING and job.node in living))


def oldest_waiting(connection: sa.Connection) -> dict[str, datetime]:
    """Queue → since when its oldest work waits."""
    query = (
        sa.select(jobs.c.queue, sa.func.min(jobs.c.created_at, type_=UtcTime).label("since"))
        .where(jobs.c.state == JobState.QUEUED.value)
        .group_by(jobs.c.queue)
    )
    return {row.queue: row.since for row in connection.execute(query)}
