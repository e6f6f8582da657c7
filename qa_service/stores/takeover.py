"""Processes that say that they live, and the work of those that do not any more.

Whenever work changes hands its fence rises, so that a process which was only asleep can write nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from qa_service.core.stored import CallState, Job, JobState
from qa_service.stores import calls, deliveries
from qa_service.stores.jobs import find, hold, job_of
from qa_service.stores.tables import jobs, nodes

#: A process that was not seen for this long is dead (it says so every 3 s).
DEAD_AFTER = timedelta(seconds=9)
#: After so many claims the work waits for a person.
MOST_ATTEMPTS = 3
#: Why work was taken away: the process that had it was not seen any more.
_DIED = "worker_died"


def beat(connection: sa.Connection, node: str, *, now: datetime, trouble: str = "") -> None:
    """Says that this process lives, and why it draws no work, where it does not."""
    said = {"seen_at": now, "trouble": trouble}
    seen = connection.execute(nodes.update().where(nodes.c.id == node).values(**said))
    if not seen.rowcount:
        connection.execute(nodes.insert().values(id=node, started_at=now, **said))


def leave(connection: sa.Connection, node: str) -> None:
    """This process ends, and need not be waited for."""
    connection.execute(nodes.delete().where(nodes.c.id == node))


def troubles(connection: sa.Connection, *, now: datetime) -> Counter[str]:
    """How many were seen lately, by why they draw no work; those that do under the empty code."""
    query = sa.select(nodes.c.trouble).where(nodes.c.seen_at >= now - DEAD_AFTER)
    return Counter(connection.execute(query).scalars())


def living(connection: sa.Connection, *, now: datetime) -> frozenset[str]:
    """Who was seen lately."""
    return frozenset(connection.execute(_living(now)).scalars())


def reap(connection: sa.Connection, *, now: datetime) -> tuple[Job, ...]:
    """Takes work from the dead: back into the queue, or into quarantine after MOST_ATTEMPTS.

    Answers what is to be started again. A row that somebody is writing just now is left for the next time:
    either its process lives, or the database ends its transaction soon.
    """
    lost = (
        sa.select(jobs)
        .where(jobs.c.state == JobState.RUNNING.value, jobs.c.node.not_in(_living(now)))
        .with_for_update(skip_locked=True)
    )
    found = tuple(map(job_of, connection.execute(lost).all()))
    again = tuple(job for job in found if _given_up_on(connection, job, now, _DIED))
    connection.execute(nodes.delete().where(nodes.c.seen_at < now - 100 * DEAD_AFTER))
    return again


def let_go(connection: sa.Connection, job: Job, *, now: datetime, code: str) -> bool:
    """Gives back work that broke off unexpectedly; answers whether it is to be tried again.

    Raises:
        Fenced: somebody else has taken it over.
    """
    hold(connection, job)
    return _given_up_on(connection, job, now, code)


def hand_back(connection: sa.Connection, job: Job) -> None:
    """Puts work back that did not end before its process had to; that was no try.

    Raises:
        Fenced: somebody else has taken it over.
    """
    hold(connection, job)
    _change(connection, job, state=JobState.QUEUED.value, attempts=max(0, job.attempts - 1))


def of_node(connection: sa.Connection, node: str) -> tuple[Job, ...]:
    """The work that this process has."""
    mine = sa.select(jobs).where(jobs.c.state == JobState.RUNNING.value, jobs.c.node == node)
    return tuple(map(job_of, connection.execute(mine)))


def stranded(connection: sa.Connection, job_id: str, fence: int) -> Job | None:
    """Work that still waits under this fence although its queue entry is used up, to be started again."""
    moved = connection.execute(
        jobs.update()
        .where(jobs.c.id == job_id, jobs.c.fence == fence, jobs.c.state == JobState.QUEUED.value)
        .values(fence=fence + 1)
    )
    return find(connection, job_id) if moved.rowcount else None


def _living(now: datetime) -> sa.Select[Any]:
    return sa.select(nodes.c.id).where(nodes.c.seen_at >= now - DEAD_AFTER)


def _given_up_on(connection: sa.Connection, job: Job, now: datetime, code: str) -> bool:
    """One try has failed. Answers whether there is another."""
    if job.attempts < MOST_ATTEMPTS:
        return _change(connection, job, state=JobState.QUEUED.value)
    quarantined = {"state": JobState.QUARANTINED.value, "finished_at": now, "error_code": code}
    if _change(connection, job, **quarantined):
        calls.set_state(connection, job.call_id, CallState.FAILED, reason=code)
        body: Mapping[str, str] = {"call_id": job.call_id, "code": code}
        deliveries.announce(connection, "call.failed", body, now=now)
    return False


def _change(connection: sa.Connection, job: Job, **values: Any) -> bool:
    """Takes running work from whoever has it, where it still is as it was read."""
    changed = connection.execute(
        jobs.update()
        .where(jobs.c.id == job.id, jobs.c.fence == job.fence, jobs.c.state == JobState.RUNNING.value)
        .values(fence=job.fence + 1, node="", **values)
    )
    return bool(changed.rowcount)
