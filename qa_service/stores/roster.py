"""The port `Roster` on the database: heartbeats, and the work of the dead."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from qa_service.core.errors import Fenced
from qa_service.core.stored import Job, JobState
from qa_service.stores import jobs, takeover
from qa_service.stores.engine import answering, reading, time_of


@dataclass(slots=True)
class StoreRoster:
    """The roster as the process `node` keeps it.

    `start` and `start_first` put work into its queue in the given transaction, behind what waits or before it:
    whoever lost its process has waited, what broke off by itself waits for its turn.
    """

    engine: sa.Engine
    node: str
    start: Callable[[sa.Connection, Job], None]
    start_first: Callable[[sa.Connection, Job], None]
    now: Callable[[], datetime]
    #: When this process last said that it lives, and since when it has done so without a gap.
    seen_at: datetime | None = None
    watching_since: datetime | None = None
    #: Why this process draws no work just now, a code; empty where it does.
    trouble: Callable[[], str] = lambda: ""

    def beat(self) -> Sequence[Job]:
        """Says that this process lives, and starts again what dead ones had.

        Two transactions: who has to wait for somebody else's work must not look dead for that.
        """
        with answering():
            with self.engine.begin() as connection:
                now = time_of(connection, self.now)
                takeover.beat(connection, self.node, now=now, trouble=self.trouble())
            self._look_at_the_clock(now)
            if not self._is_watching:
                return ()
            with self.engine.begin() as connection:
                lost = takeover.reap(connection, now=now)
                for job in lost:
                    _again(self.start_first, connection, job.id)
        return lost

    def mine(self) -> Sequence[Job]:
        """The work that this process has, by the database."""
        with answering(), reading(self.engine) as connection:
            return takeover.of_node(connection, self.node)

    def job(self, job_id: str) -> Job | None:
        """The work as it stands, whoever has it.

        Raises:
            DatabaseAway: it cannot be read just now.
        """
        with answering(), reading(self.engine) as connection:
            return jobs.find(connection, job_id)

    def dead(self, names: Collection[str]) -> frozenset[str]:
        """Those of them that are dead for certain."""
        if not names or not self._is_watching:
            return frozenset()
        with answering(), reading(self.engine) as connection:
            living = takeover.living(connection, now=time_of(connection, self.now))
        return frozenset(names) - living

    def let_go(self, job_id: str, code: str) -> None:
        """Gives back work that broke off."""
        with answering(), suppress(Fenced), self.engine.begin() as connection:
            job = jobs.find(connection, job_id)
            if job is None or job.state is not JobState.RUNNING or job.node != self.node:
                return
            if takeover.let_go(connection, job, now=self.now(), code=code):
                _again(self.start, connection, job_id)

    def put_back(self, job_id: str) -> None:
        """Gives back work that this process cannot do just now: that was no try."""
        with answering(), suppress(Fenced), self.engine.begin() as connection:
            job = jobs.find(connection, job_id)
            if job is None or job.state is not JobState.RUNNING or job.node != self.node:
                return
            takeover.hand_back(connection, job)
            fresh = jobs.find(connection, job_id)
            if fresh is not None:
                self.start(connection, fresh)

    def restart(self, job_id: str, fence: int) -> bool:
        """Starts work again that waits, although its queue entry will never be worked on."""
        with answering(), self.engine.begin() as connection:
            job = takeover.stranded(connection, job_id, fence)
            if job is not None:
                self.start_first(connection, job)
        return job is not None

    def leave(self) -> None:
        """Hands back what this process still has, and signs off: nobody needs to wait until it counts as dead."""
        with answering():
            for job in self.mine():
                with suppress(Fenced), self.engine.begin() as connection:
                    takeover.hand_back(connection, job)
                    _again(self.start_first, connection, job.id)
            with self.engine.begin() as connection:
                takeover.leave(connection, self.node)

    def _look_at_the_clock(self, now: datetime) -> None:
        if self.seen_at is not None and now - self.seen_at > takeover.DEAD_AFTER * 2 / 3:
            self.watching_since = now
        self.seen_at = now

    @property
    def _is_watching(self) -> bool:
        """Whether others may be called dead: who was away itself watches first, they may have been away too."""
        since = self.watching_since
        return since is None or (self.seen_at is not None and self.seen_at - since >= takeover.DEAD_AFTER)


def _again(start: Callable[[sa.Connection, Job], None], connection: sa.Connection, job_id: str) -> None:
    fresh = jobs.find(connection, job_id)
    if fresh is not None:
        start(connection, fresh)
