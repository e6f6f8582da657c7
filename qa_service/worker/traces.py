"""What a worker process does, as those see it who follow a request: the work, and in it each step that is kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from qa_service.core.errors import DatabaseAway
from qa_service.core.stored import Job
from qa_service.ports.tracing import NOTHING, UNTRACED, Traced, Tracer


def _not_looked_up(job_id: str) -> Job | None:
    """Where nobody follows, nobody needs to know."""


@dataclass(frozen=True, slots=True)
class Traces:
    """Which request the work belongs to stands with the work: whoever takes it over goes on with that trace."""

    tracer: Tracer = UNTRACED
    #: The work as it stands; raises DatabaseAway.
    look: Callable[[str], Job | None] = _not_looked_up
    node: str = ""
    under_way: dict[str, Traced] = field(default_factory=dict)

    @contextmanager
    def job(self, job_id: str) -> Iterator[None]:
        """While this process has the work; another process that takes it over tells of its own part."""
        job = self._found(job_id)
        name = f"job {job.kind.value}" if job else "job"
        with self.tracer.job(job.trace if job else "", name) as traced:
            self.under_way[job_id] = traced
            if job is not None:
                traced.tell(job_id=job.id, call_id=job.call_id, queue=job.queue.value, node=self.node)
                traced.tell(request_id=job.request_id)
            try:
                yield
            finally:
                self.under_way.pop(job_id, None)
                self._tell_end(traced, job_id)

    @contextmanager
    def step(self, job_id: str, name: str) -> Iterator[Traced]:
        """A step of it."""
        with self.tracer.step(self.under_way.get(job_id, NOTHING), name) as traced:
            traced.tell(job_id=job_id)
            yield traced

    def tell_why(self, traced: Traced, job_id: str) -> None:
        """After a step that leads to no other: the code, where the work failed in it."""
        job = self._found(job_id)
        if job is not None and self._is_ours(job) and job.error_code:
            traced.fail(job.error_code)

    def _tell_end(self, traced: Traced, job_id: str) -> None:
        job = self._found(job_id)
        if job is None:
            return
        traced.tell(attempts=job.attempts, state=job.state.value if self._is_ours(job) else "taken_over")
        if self._is_ours(job) and job.error_code:
            traced.fail(job.error_code)

    def _is_ours(self, job: Job) -> bool:
        """Or nobody's: given back, or ended without one."""
        return job.node in {self.node, ""}

    def _found(self, job_id: str) -> Job | None:
        """Nobody waits for a database to trace."""
        try:
            return self.look(job_id)
        except DatabaseAway:
            return None
