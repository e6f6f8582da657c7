"""The port `Roster` on the database: heartbeats, and the work of the dead."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from qa_service.core.errors import Fenced, QaError
from qa_service.core.stored import Job, JobState
from qa_service.stores import jobs


@dataclass(frozen=True, slots=True)
class StoreRoster:
    """The roster as the process `node` keeps it; `start` puts work into a queue in the given transaction."""

    engine: sa.Engine
    node: str
    start: Callable[[sa.Connection, Job], None]
    now: Callable[[], datetime]

    def beat(self) -> Sequence[Job]:
        """Says that this process lives, and starts again what dead ones had."""
        try:
            with self.engine.begin() as connection:
                jobs.beat(connection, self.node, now=self.now())
                lost = jobs.reap(connection, now=self.now())
                for job in lost:
                    self._start_again(connection, job.id)
        except sa.exc.OperationalError as error:
            raise QaError(
                "database_away",
                problem="the database does not answer",
                fix="Check that it runs and can be reached",
            ) from error
        return lost

    def let_go(self, job_id: str, code: str) -> None:
        """Gives back work that broke off."""
        with suppress(Fenced), self.engine.begin() as connection:
            job = jobs.find(connection, job_id)
            if job is None or job.state is not JobState.RUNNING or job.node != self.node:
                return
            if jobs.let_go(connection, job, now=self.now(), code=code):
                self._start_again(connection, job_id)

    def _start_again(self, connection: sa.Connection, job_id: str) -> None:
        fresh = jobs.find(connection, job_id)
        if fresh is not None:
            self.start(connection, fresh)
