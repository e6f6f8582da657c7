"""Rows for store tests."""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa

from qa_service.core.calls import Envelope, Participant, ParticipantKind
from qa_service.core.stored import Job, JobKind, JobState, NewCall, Queue
from qa_service.stores import calls, jobs, words
from qa_service.stores.ids import new_id

NOW = datetime(2026, 11, 25, 8, 30, tzinfo=UTC)


def call_in(
    engine: sa.Engine, *, team: str = "", agent: str = "", line: str = "", said: tuple[str, ...] = ()
) -> str:
    """A call that came in; what was said in it can be found."""
    people = (Participant("p", ParticipantKind.AGENT, agent),) if agent else ()
    call_id = new_id(NOW)
    with engine.begin() as connection:
        new = NewCall(call_id, "api", Envelope(line=line, participants=people), team=team, sha256="ab" * 32)
        calls.add(connection, new, now=NOW, data_key=b"key")
        seq = connection.execute(
            sa.text("SELECT seq FROM calls WHERE id = :id"), {"id": call_id}
        ).scalar_one()
        words.index(connection, seq, said)
    return call_id


def job_for(engine: sa.Engine, call_id: str) -> str:
    """Work that waits."""
    job = Job(new_id(NOW), JobKind.PROCESS, Queue.UPLOAD, JobState.QUEUED, call_id, NOW)
    with engine.begin() as connection:
        jobs.add(connection, job)
    return job.id
