"""An installation in a folder: calls come in, nodes are started, and what became of everything is looked up."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

import sqlalchemy as sa
import yaml

from qa_service.core.calls import Envelope
from qa_service.core.errors import DatabaseAway
from qa_service.core.people import Asked, Caller, Right, Sight
from qa_service.core.routing import TableVersion
from qa_service.core.stored import Job, JobState, StoredCall
from qa_service.ports.serving import Receipt, Upload
from qa_service.settings import Settings
from qa_service.stores import audit, calls, evaluated, jobs, routes
from qa_service.stores.engine import make_engine, reading
from qa_service.stores.ids import new_id
from qa_service.stores.intake import StoreIntake
from qa_service.stores.keys import master_key
from qa_service.stores.rulebook_desk import StoreRulebooks
from qa_service.stores.sound import sound_store
from qa_service.stores.tables import audit as audit_rows
from qa_service.stores.tables import deliveries, evaluations, webhooks
from qa_service.stores.tables import jobs as work_rows
from qa_service.stores.tables import nodes as node_rows
from qa_service.stores.workbench import Shelves
from qa_service.stores.worklist import StoreWorkList
from qa_service.worker.queues import JobQueue
from tests.databases import for_queues
from tests.worker.nursery import ROOT, Forked, Nursery

#: Reached in failure alone: a busy machine takes its time.
PATIENCE_S = 240.0
#: Twenty looks a second took more of the machine than the nodes that were looked at.
LOOKS_EVERY_S = 0.1
#: At this a scripted node says where its threads stand; the shipped one would die of it.
WHERE = signal.SIGUSR1
#: The shipped program.
WORK = ("qa_service", "work")
_EVERYBODY = Caller("tester", "tester", frozenset(Right), Sight(everything=True))
#: Alembic keeps what it is at in its modules.
_ONE_MIGRATION = threading.Lock()
ASKED = Asked(_EVERYBODY, "request")


class Process(Protocol):
    """As subprocess.Popen."""

    pid: int
    returncode: int | None

    def poll(self) -> int | None: ...

    def wait(self, timeout: float | None = None) -> int: ...

    def send_signal(self, sig: int, /) -> None: ...

    def kill(self) -> None: ...


@dataclass
class Centre:
    """One database, one store of sound, and the processes that work on them."""

    url: str
    folder: Path
    shelves: Shelves
    queue: JobQueue
    nursery: Nursery
    started: list[Process] = field(default_factory=list)
    #: Further variables of the processes that are started.
    more: Mapping[str, str] = field(default_factory=dict)

    def accept(self, recording: Path) -> Receipt:
        """A call comes in, as the API takes it."""
        upload = Upload(recording, recording.name, Envelope())
        return StoreIntake(self.shelves, self.queue.start).accept(ASKED, upload)

    @property
    def work(self) -> StoreWorkList:
        """What people do about work."""
        return StoreWorkList(self.shelves, self.queue.start)

    def judge_by(self, *rulebooks: str) -> None:
        """Publishes a routing table by which these rulebooks judge every call."""
        source = f"schema: qa-service/routing@1\ndefault: {{rulebooks: [{', '.join(rulebooks)}]}}\n"
        table = TableVersion(1, source, ("author",), "approver", self.shelves.now(), "test")
        with self.shelves.engine.begin() as connection:
            routes.publish(connection, table)

    def publish(self, source: str) -> None:
        """Puts a rulebook in force."""
        name = yaml.safe_load(source)["name"]
        desk = StoreRulebooks(self.shelves, own_approval=True)
        desk.publish(ASKED, name, desk.write(ASKED, name, source).digest, "test")

    def node(self, *arguments: str, **env: str) -> subprocess.Popen[bytes]:
        """A process that works; by default the shipped one. What it says lies in a file of its own."""
        with self._log.open("wb") as said:
            process = subprocess.Popen(
                [sys.executable, "-m", *(arguments or WORK)],
                cwd=ROOT,
                env={**plain_environment(), **self.settings, **env},
                stdout=said,
                stderr=subprocess.STDOUT,
            )
        self.started.append(process)
        return process

    def scripted(self, point: str = "", **env: str) -> Forked:
        """A node that hears what its script says; it may be told where to die (scripted_node.py)."""
        return self._forked("node", point, env)

    def web(self, point: str = "") -> Forked:
        """The pages and the API without a node; may be told where to die (scripted_web.py)."""
        return self._forked("web", point, {})

    def _forked(self, play: str, point: str, env: Mapping[str, str]) -> Forked:
        self._log.touch()
        process = self.nursery.born(play, point, {**plain_environment(), **self.settings, **env}, self._log)
        self.started.append(process)
        return process

    @property
    def _log(self) -> Path:
        return self.folder / f"node-{len(self.started)}.log"

    def log_of(self, process: Process) -> Path:
        """Where it says what it has to say."""
        return self.folder / f"node-{self.started.index(process)}.log"

    @property
    def settings(self) -> dict[str, str]:
        """Of every process of this installation."""
        return {
            "QA_DATABASE_URL": self.url,
            "QA_DATA_DIR": str(self.folder / "data"),
            "QA_LOG_LEVEL": "INFO",
            "QA_THREADS": "1",
            **self.more,
        }

    def logs(self) -> str:
        """Everything that the nodes said, for the message of a test that fails."""
        return "\n".join(file.read_text("utf-8", "replace") for file in sorted(self.folder.glob("*.log")))

    def job(self, job_id: str) -> Job:
        with reading(self.shelves.engine) as connection:
            job = jobs.find(connection, job_id)
        assert job is not None
        return job

    def call(self, call_id: str) -> StoredCall:
        with reading(self.shelves.engine) as connection:
            found = calls.find(connection, call_id, Sight(everything=True))
        assert found is not None
        return found

    def document(self, call_id: str) -> dict[str, Any]:
        """The current evaluation, without what differs from run to run: names and times taken."""
        with reading(self.shelves.engine) as connection:
            document = evaluated.current(connection, call_id)
        assert document is not None
        named = json.dumps({key: value for key, value in document.items() if key != "timings_ms"})
        same: dict[str, Any] = json.loads(named.replace(call_id, "the-call"))
        return same

    def evaluations(self, call_id: str) -> int:
        return self.count(evaluations, evaluations.c.call_id == call_id)

    def judged_by(self, call_id: str) -> list[tuple[str, bool, bool]]:
        """Every evaluation: by which rulebook, whether it is current, whether the list shows it."""
        kept = evaluations.c
        query = sa.select(kept.rulebook_name, kept.is_current, kept.is_listed).where(kept.call_id == call_id)
        with reading(self.shelves.engine) as connection:
            return sorted((name, current, listed) for name, current, listed in connection.execute(query))

    def told(self, call_id: str) -> list[str]:
        """The events that were announced about a call."""
        about = deliveries.c.body.contains(call_id)
        with reading(self.shelves.engine) as connection:
            return list(connection.execute(sa.select(deliveries.c.event).where(about)).scalars())

    def judged_in_audit(self, call_id: str) -> int:
        """How often the audit log says that the machine judged a call."""
        return self.count(
            audit_rows, audit_rows.c.object == f"call:{call_id}", audit_rows.c.action == "judge"
        )

    def broken_audit(self) -> int | None:
        with reading(self.shelves.engine) as connection:
            return audit.broken(connection)

    def nodes(self) -> int:
        """How many nodes have said that they live."""
        return self.count(node_rows)

    def scratch(self) -> list[Path]:
        """Plain sound that lies on the disk."""
        found = (self.folder / "data" / "scratch").rglob("*")
        return [path for path in found if path.is_file() and path.name != "lock"]

    def listen(self) -> None:
        """A webhook that wants to know about everything."""
        now = self.shelves.now()
        row: dict[str, Any] = {
            "id": new_id(now),
            "kind": "webhook",
            "url": "https://example.org/hook",
            "secret": b"sealed",
            "events": "call.judged call.failed",
            "created_by": "tester",
            "created_at": now,
        }
        known = {column.name for column in webhooks.columns}
        with self.shelves.engine.begin() as connection:
            connection.execute(webhooks.insert(), {key: value for key, value in row.items() if key in known})

    def wait(self, come: Callable[[], bool], *, seconds: float = PATIENCE_S) -> None:
        """Until it has come; where it does not, it is shown what stands in the database and what nodes said."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            with suppress(sa.exc.OperationalError):
                if come():
                    return
            time.sleep(LOOKS_EVERY_S)
        raise AssertionError(f"it did not come within {seconds} s\n{self.state()}")

    def wait_for(self, job_id: str, *states: JobState) -> Job:
        """The work in one of these states."""
        self.wait(lambda: self.job(job_id).state in states)
        return self.job(job_id)

    def ended(self, process: Process, *, seconds: float = PATIENCE_S) -> int:
        """How a process ended that was told to, or that has come to its death."""
        self.wait(lambda: process.poll() is not None, seconds=seconds)
        return process.wait()

    def state(self) -> str:
        """For the message of a test that fails: the work, the queue, the nodes, where their threads stand."""
        for process in self.started:
            if isinstance(process, Forked) and process.poll() is None:
                process.send_signal(WHERE)
        time.sleep(1)
        return "\n".join((*self._rows(), self.logs()))

    def _rows(self) -> Iterator[str]:
        try:
            with reading(self.shelves.engine) as connection:
                yield from (str(dict(row)) for row in connection.execute(sa.select(work_rows)).mappings())
                yield from (str(dict(row)) for row in connection.execute(sa.select(node_rows)).mappings())
            yield from map(str, self.queue.in_work())
        except (sa.exc.SQLAlchemyError, DatabaseAway) as error:
            yield f"the database does not answer: {type(error).__name__}"

    def wait_for_stage(self, job_id: str, stage: str) -> Job:
        """The work while it is at a stage."""
        self.wait(lambda: self.job(job_id).state is JobState.RUNNING and self.job(job_id).stage == stage)
        return self.job(job_id)

    def count(self, table: sa.Table, *conditions: sa.ColumnElement[bool]) -> int:
        """How many rows there are."""
        with reading(self.shelves.engine) as connection:
            query = sa.select(sa.func.count()).select_from(table).where(*conditions)
            return int(connection.execute(query).scalar_one())

    def close(self) -> None:
        """Ends what was started here."""
        for process in self.started:
            if process.poll() is None:
                process.send_signal(signal.SIGCONT)
                process.kill()
            process.wait()
        self.queue.close()
        self.shelves.engine.dispose()


def plain_environment() -> dict[str, str]:
    """Nothing of the tester's own settings but where models are."""
    ours = {f"QA_{name.upper()}" for name in Settings.model_fields} | {"QA_SETTINGS"}
    return {key: value for key, value in os.environ.items() if key not in ours - {"QA_MODELS_DIR"}}


def _now() -> datetime:
    return datetime.now(UTC)


@contextmanager
def centre(url: str, folder: Path, nursery: Nursery) -> Iterator[Centre]:
    """An installation on a database with all its tables, and a webhook; its processes end with it."""
    folder.mkdir(parents=True, exist_ok=True)
    engine = make_engine(url)
    key, _ = master_key(folder / "data.key")
    queue = JobQueue(for_queues(url))
    queue.open()
    shelves = Shelves(engine, sound_store((folder / "data" / "sound").as_uri()), key, _now)
    made = Centre(url, folder, shelves, queue, nursery)
    made.listen()
    try:
        yield made
    finally:
        made.close()
