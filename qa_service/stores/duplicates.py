"""The very same recording, uploaded again: one call, as long as its sound is kept and the sender may see it."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from qa_service.core.people import Asked
from qa_service.core.stored import Job
from qa_service.ports.serving import Upload
from qa_service.stores import jobs
from qa_service.stores.calls import visible
from qa_service.stores.engine import is_sqlite
from qa_service.stores.staff import team_of_call
from qa_service.stores.tables import call_keeping, calls, lent_sound


def find(connection: sa.Connection, asked: Asked, upload: Upload, sha256: str, now: datetime) -> Job | None:
    """The newest work on the first call of the same team with the same bytes; None where it may come again.

    Calls of others are not told of: the recording is then taken in as if it were new. Two who send it at once are
    looked at one after the other.
    """
    if upload.allows_duplicate:
        return None
    if not is_sqlite(connection):
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_lock_of(sha256))))
    team = upload.team or team_of_call(connection, upload.envelope, now)
    going = sa.select(call_keeping.c.call_id).where(call_keeping.c.marked != "")
    has_sound = sa.or_(calls.c.data_key.is_not(None), calls.c.id.in_(sa.select(lent_sound.c.call_id)))
    query = sa.select(calls.c.id).where(
        calls.c.sha256 == sha256,
        calls.c.team == team,
        visible(asked.caller.sight),
        sa.not_(calls.c.is_text),
        has_sound,
        calls.c.id.not_in(going),
    )
    call_id = connection.execute(query.order_by(calls.c.seq).limit(1)).scalar()
    return next(iter(jobs.of_call(connection, call_id)), None) if call_id else None


def _lock_of(sha256: str) -> int:
    """A number for PostgreSQL's locks that few other recordings have."""
    return int(sha256[:15], 16)
