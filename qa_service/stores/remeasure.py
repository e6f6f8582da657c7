"""Calls of a run that were never measured, or whose measurements nobody can read any more: measured on request."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from qa_service.core.errors import RecordingError
from qa_service.core.people import Asked
from qa_service.core.rescores import Fate, Rescore
from qa_service.core.stored import CallState, Job, JobKind, JobState, Queue
from qa_service.stores import calls, jobs
from qa_service.stores.ids import new_id
from qa_service.stores.retention import refuse_deleted
from qa_service.stores.tables import calls as call_rows
from qa_service.stores.tables import jobs as job_rows
from qa_service.stores.tables import measured, rescore_calls
from qa_service.usecases.judge_again import NOT_MEASURED

#: So many in one transaction.
AT_ONCE = 200
_OPEN = (JobState.QUEUED.value, JobState.RUNNING.value)


def queue(
    connection: sa.Connection,
    asked: Asked,
    run: Rescore,
    start: Callable[[sa.Connection, Job], None],
    *,
    now: datetime,
) -> int:
    """Queues some of those that have sound or a transcript, and on which no work waits; answers how many.

    They are heard behind all uploads, and judged by what the routing table says. What is there of their measurements
    goes: it could not be read.
    """
    queued = 0
    for call_id in connection.execute(_wanted(run)).scalars().all():
        try:
            refuse_deleted(connection, call_id)
        except RecordingError:
            continue
        connection.execute(measured.delete().where(measured.c.call_id == call_id))
        job = Job(new_id(now), JobKind.PROCESS, Queue.RESCORE, JobState.QUEUED, call_id, now)
        jobs.add(connection, job, asked)
        calls.set_state(connection, call_id, CallState.WAITING)
        start(connection, job)
        queued += 1
    return queued


def _wanted(run: Rescore) -> sa.Select[Any]:
    left = rescore_calls.c
    waits = sa.exists().where(job_rows.c.call_id == call_rows.c.id, job_rows.c.state.in_(_OPEN))
    query = sa.select(call_rows.c.id).join(rescore_calls, left.call_id == call_rows.c.id)
    return (
        query.where(
            left.run_id == run.id,
            left.fate == Fate.LEFT_OUT.value,
            left.reason == NOT_MEASURED,
            call_rows.c.audio_key != "",
            ~waits,
        )
        .order_by(call_rows.c.seq)
        .limit(AT_ONCE)
    )
