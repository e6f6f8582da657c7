"""The port `WorkList`: work on calls, for who may see the calls."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from qa_service.core.forecast import Forecast, forecast
from qa_service.core.lists import JobPage, JobPlace
from qa_service.core.people import Asked, Right, Sight
from qa_service.core.roles import RolesSaid
from qa_service.core.stored import CallState, Job, JobState, Queue
from qa_service.ports.serving import Load
from qa_service.stores import audit, calls, jobs, stages, takeover
from qa_service.stores.engine import reading, time_of
from qa_service.stores.role_desk import RoleDesk
from qa_service.stores.workbench import Shelves


@dataclass(frozen=True, slots=True)
class StoreWorkList:
    """Work as people see it; `start` puts work into a queue in the given transaction."""

    shelves: Shelves
    start: Callable[[sa.Connection, Job], None]

    def job(self, asked: Asked, job_id: str) -> Job | None:
        """One piece of work, where its call may be seen."""
        with reading(self.shelves.engine) as connection:
            return _seen(connection, asked, job_id)

    def page(
        self, asked: Asked, states: Sequence[JobState], *, limit: int, before: JobPlace | None = None
    ) -> JobPage:
        """The newest work on calls that may be seen."""
        with reading(self.shelves.engine) as connection:
            seen = calls.visible(_sight(asked))
            return jobs.page(connection, states, seen, limit=limit, before=before)

    def cancel(self, asked: Asked, job_id: str) -> bool:
        """Asks work to stop."""
        with self.shelves.engine.begin() as connection:
            job = _seen(connection, asked, job_id)
            now = self.shelves.now()
            if job is None or not jobs.ask_to_cancel(connection, job_id, now=now):
                return False
            if job.state is JobState.QUEUED:
                calls.set_state(connection, job.call_id, CallState.FAILED, reason="cancelled")
            entry = audit.Entry(asked.caller.id, "cancel", f"job:{job_id}", None, asked.request_id)
            audit.write(connection, entry, now=now)
        return True

    def retry(self, asked: Asked, job_id: str) -> bool:
        """Starts work again that failed, was cancelled or is quarantined."""
        with self.shelves.engine.begin() as connection:
            if _seen(connection, asked, job_id) is None or not jobs.retry(connection, job_id):
                return False
            job = jobs.find(connection, job_id)
            if job is None:
                return False
            calls.set_state(connection, job.call_id, CallState.WAITING)
            self.start(connection, job)
            entry = audit.Entry(asked.caller.id, "retry", f"job:{job_id}", None, asked.request_id)
            audit.write(connection, entry, now=self.shelves.now())
        return True

    def change_roles(
        self, asked: Asked, call_id: str, said: RolesSaid, *, idempotency_key: str = ""
    ) -> tuple[Job, bool] | None:
        """Judges a call again with other roles, from what was measured."""
        return RoleDesk(self.shelves, self.start).change(asked, call_id, said, idempotency_key)

    def waiting(self) -> int:
        """How many uploads wait for a worker."""
        with reading(self.shelves.engine) as connection:
            return jobs.queued(connection, Queue.UPLOAD)

    def counts(self) -> Mapping[str, int]:
        """How much work there is by `queue.state`."""
        with reading(self.shelves.engine) as connection:
            return jobs.counts(connection)

    def forecasts(self, listed: Sequence[Job]) -> Sequence[Forecast]:
        """How far the work is, by what work took here lately. Who waits in a long list is not counted off."""
        with reading(self.shelves.engine) as connection:
            now, paces = time_of(connection, self.shelves.now), stages.paces(connection)
            if len(listed) == 1:
                aheads = [stages.ahead(connection, listed[0], now=now)]
            else:
                living = takeover.living(connection, now=now)
                aheads = [stages.beside(job, living) for job in listed]
            return [
                forecast(job, paces, now=now, ahead=ahead) for job, ahead in zip(listed, aheads, strict=True)
            ]

    def load(self) -> Load:
        """How long stages take, and since when work waits."""
        with reading(self.shelves.engine) as connection:
            now = time_of(connection, self.shelves.now)
            since = stages.oldest_waiting(connection)
            oldest_s = {queue: max(0.0, (now - at).total_seconds()) for queue, at in since.items()}
            return Load(stages.paces(connection), oldest_s)


def _sight(asked: Asked) -> Sight:
    """Who looks after work without seeing calls (an admin) sees all of it, or their teams': it holds no words."""
    may = asked.caller.may
    if may(Right.MANAGE_WORK) and not may(Right.SEE_CALLS) and not asked.caller.is_bound:
        return Sight(everything=True)
    return asked.caller.sight


def _seen(connection: sa.Connection, asked: Asked, job_id: str) -> Job | None:
    job = jobs.find(connection, job_id)
    return job if job and calls.find(connection, job.call_id, _sight(asked)) else None
