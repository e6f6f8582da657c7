"""DBOS: our work as durable workflows, on the application's own database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from qa_service.core.errors import DatabaseAway
from qa_service.core.stored import Job, Queue
from qa_service.worker import fenced

if TYPE_CHECKING:
    import sqlalchemy as sa
    from dbos import DBOSClient, DBOSConfig

#: The same on all nodes and in all versions: what a node of another version enqueued is worked on too.
APP_VERSION = "1"
WORKFLOW = "process"
#: How often a worker looks for work: five queues looked at five times a second took 16 % of a core of a node at rest.
POLL_S = 0.5
#: What comes in waits behind what was begun before and had to be given back: that has DBOS's first rank, 0.
_RANK = 1
#: A process that stops in the middle of a transaction loses it, and its locks, after this long.
_IDLE_S = 10.0


def config(url: str, node: str, engine: sa.Engine | None = None) -> DBOSConfig:
    """How this process takes part; `node` is unique, so that a restart recovers nothing behind the reaper's back."""
    from dbos._serialization import DBOSPortableJSONSerializer

    return {
        "name": "qa-service",
        "system_database_url": url,
        "application_version": APP_VERSION,
        "executor_id": node,
        "serializer": DBOSPortableJSONSerializer(),
        "log_level": "ERROR",
        "enable_otlp": False,
        "use_listen_notify": False,
        "sys_db_idle_transaction_timeout_sec": _IDLE_S,
        "system_database_engine": engine,
    }


@dataclass(frozen=True, slots=True)
class Entry:
    """Work in a queue: which, under which fence, and which process has taken it out."""

    id: str
    job_id: str
    fence: int
    node: str

    @classmethod
    def of(cls, workflow_id: str, node: str) -> Entry:
        """As DBOS names it."""
        job_id, _, fence = workflow_id.rpartition(".")
        return cls(workflow_id, job_id, int(fence), node)


class Steps(Protocol):
    """What is to be done for a job; both are safe to repeat, and answer whether there is more to do."""

    def at_work(self, entry_id: str) -> AbstractContextManager[None]:
        """While an entry is worked on by this process."""

    def may_draw(self, queue: Queue) -> bool:
        """Whether this process takes work out of a queue now."""

    def measure(self, job_id: str) -> bool:
        """Hears the call."""

    def judge(self, job_id: str) -> bool:
        """Judges it."""


class JobQueue:
    """Puts work into the queues in the caller's own transaction: it is there when the row is, and not else."""

    def __init__(self, url: str, engine: sa.Engine | None = None) -> None:
        """`url` names the database that the caller's transactions run on.

        `engine` has connections to it that do not wait for ever; without one DBOS makes its own.
        """
        self.url = url
        self._client: DBOSClient | None = None
        self.engine = engine

    def start(self, connection: sa.Connection, job: Job) -> None:
        """Lets the workers know; with another fence the same work may be started again."""
        self._enqueue(connection, job, priority=_RANK)

    def start_first(self, connection: sa.Connection, job: Job) -> None:
        """The same for work whose process died or had to stop: it has waited, and goes before all that waits."""
        self._enqueue(connection, job)

    def _enqueue(self, connection: sa.Connection, job: Job, **rank: int) -> None:
        options: dict[str, Any] = {
            "workflow_name": WORKFLOW,
            "queue_name": job.queue.value,
            "workflow_id": f"{job.id}.{job.fence}",
            "app_version": APP_VERSION,
            **rank,
        }
        self._connected().enqueue_in_transaction(connection, options, job.id)  # type: ignore[arg-type]

    def open(self) -> None:
        """Connects now, not at the first piece of work: DBOS makes its tables outside of any transaction."""
        self._connected()

    def close(self) -> None:
        """Lets the connections go."""
        if self._client is not None:
            self._client.destroy()
            self._client = None
        if self.engine is not None:
            self.engine.dispose()

    def in_work(self) -> tuple[Entry, ...]:
        """The entries that some process has taken out and not finished.

        Raises:
            DatabaseAway: as in everything here that asks the database by itself.
        """
        with _answering():
            taken = self._connected().list_workflows(
                status="PENDING", name=WORKFLOW, load_input=False, load_output=False
            )
        return tuple(Entry.of(found.workflow_id, found.executor_id or "") for found in taken)

    def forget(self, entry: Entry) -> None:
        """Drops an entry whose work was started again under another id."""
        with _answering():
            self._connected().cancel_workflow(entry.id)

    def _connected(self) -> DBOSClient:
        if self._client is None:
            from dbos import DBOSClient
            from dbos._serialization import DBOSPortableJSONSerializer

            self._client = DBOSClient(
                system_database_url=self.url,
                serializer=DBOSPortableJSONSerializer(),
                retry_connection_errors=False,
                system_database_engine=self.engine,
                sys_db_idle_transaction_timeout_sec=_IDLE_S,
            )
        return self._client


@contextmanager
def _answering() -> Iterator[None]:
    import sqlalchemy as sa

    try:
        yield
    except (sa.exc.DBAPIError, sa.exc.TimeoutError) as error:
        raise DatabaseAway from error


def set_up(url: str) -> None:
    """Makes DBOS's own tables, in the same database; every process does so before it begins."""
    from dbos import DBOS

    DBOS.migrate(url)


def launch(work: JobQueue, node: str, steps: Steps, queues: tuple[Queue, ...]) -> None:
    """Makes ready to work, see `draw`; returns at once. Each step is recorded, and not repeated once it is."""
    from dbos import DBOS

    @DBOS.step(name="measure")
    def measure(job_id: str) -> bool:
        return steps.measure(job_id)

    @DBOS.step(name="judge")
    def judge(job_id: str) -> bool:
        return steps.judge(job_id)

    @DBOS.workflow(name=WORKFLOW)
    def workflow(job_id: str) -> None:
        with steps.at_work(DBOS.workflow_id or ""):
            if measure(job_id):
                judge(job_id)

    fenced.listen()
    DBOS(config=config(work.url, node, work.engine))
    DBOS.listen_queues([queue.value for queue in queues])
    DBOS.launch()
    _draw_only_when(steps.may_draw, queues)


def draw(queues: tuple[Queue, ...]) -> None:
    """From now on this process takes work out; where that could not be written down, it may be said again."""
    from dbos import DBOS

    for queue in queues:
        DBOS.register_queue(queue.value, worker_concurrency=1, polling_interval_sec=POLL_S)


def _draw_only_when(may_draw: Callable[[Queue], bool], queues: tuple[Queue, ...]) -> None:
    """Lets this process alone take nothing out for a while; DBOS itself knows only limits of all processes."""
    from dbos._dbos import _get_dbos_instance

    drawn_by, ours = _get_dbos_instance()._sys_db, {queue.value: queue for queue in queues}
    scopes = drawn_by.dequeue_scopes

    def open_scopes(name: str) -> list[str | None]:
        return scopes(name) if name not in ours or may_draw(ours[name]) else []

    drawn_by.dequeue_scopes = open_scopes  # type: ignore[assignment,method-assign]


def stop(seconds: int) -> None:
    """Takes no more work, and waits this long for what runs."""
    from dbos import DBOS

    DBOS.destroy(workflow_completion_timeout_sec=seconds)
