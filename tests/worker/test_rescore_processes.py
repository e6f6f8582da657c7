"""Re-scoring by the shipped program: two nodes on PostgreSQL, and each step survives the death of its process."""

from __future__ import annotations

import os
import signal
import subprocess
from collections import Counter
from pathlib import Path

import pytest
import sqlalchemy as sa

from qa_service import bootstrap
from qa_service.core.rescores import Choice, Rescore, RescoreState, Selection, Volume
from qa_service.lab.archive.fill import Wanted, fill
from qa_service.stores import audit
from qa_service.stores.rescore_desk import StoreRescores
from qa_service.stores.tables import evaluations, rescore_calls, rescore_chunks
from tests.stores.rerun import ASKED, GREETS, OTHER
from tests.worker.centre import Centre
from tests.worker.nursery import ROOT

pytestmark = pytest.mark.slow
CALLS = 60


@pytest.fixture
def filled(shared: Centre) -> Centre:
    """So many made-up calls, judged by what is shipped."""
    fill(shared.shelves, Wanted(CALLS, "service-zh", ROOT / "sample_audio", lines=12))
    return shared


def desk(here: Centre) -> StoreRescores:
    return StoreRescores(here.shelves)


def begun(here: Centre, folder: Path) -> Rescore:
    file = folder / "greets.yaml"
    file.write_text(GREETS, "utf-8")
    return desk(here).begin(ASKED, bootstrap.rulebook_bundle(str(file)), Selection(), Volume())


def found(here: Centre, run: Rescore) -> Rescore:
    now = desk(here).find(ASKED, run.id)
    assert now is not None
    return now


def node(here: Centre) -> subprocess.Popen[bytes]:
    return here.node("qa_service", "work", "--queues", "rescore", QA_RESCORE_PROCESSES="1")


def kill(process: subprocess.Popen[bytes]) -> None:
    """With the process that judges for it, at once."""
    told = Path(f"/proc/{process.pid}/task").glob("*/children")
    children = [int(child) for file in told for child in file.read_text().split()]
    for pid in (process.pid, *children):
        os.kill(pid, signal.SIGKILL)
    process.wait()


def done(here: Centre, run: Rescore, calls: int) -> bool:
    return found(here, run).done >= calls


def repeated(here: Centre) -> int:
    """Calls of chunks that were taken more than once in a phase."""
    at = rescore_chunks.c
    query = sa.select(sa.func.coalesce(sa.func.sum(at.calls), 0)).where(at.fence > 1)
    with here.shelves.engine.connect() as connection:
        return int(connection.execute(query).scalar_one())


def test_what_a_killed_node_had_is_done_by_the_other(filled: Centre, tmp_path: Path) -> None:
    run = begun(filled, tmp_path)
    first, _ = node(filled), node(filled)
    filled.wait(lambda: done(filled, run, 10))

    kill(first)
    filled.wait(lambda: found(filled, run).state is RescoreState.COMPARED)

    assert repeated(filled) <= 1
    assert rows(filled) == CALLS
    diff = desk(filled).diff(run)
    assert diff is not None
    assert diff.calls == CALLS

    desk(filled).approve(OTHER, run.id, "抽听过", Choice())
    third = node(filled)
    filled.wait(lambda: found(filled, run).done >= 10)
    kill(third)
    filled.wait(lambda: found(filled, run).state is RescoreState.APPLIED)

    assert {fate.value: calls for fate, calls in desk(filled).fates(run).items()} == {"applied": CALLS}
    assert kept(filled) == {2: CALLS}
    with filled.shelves.engine.connect() as connection:
        assert audit.broken(connection) is None


def test_a_judging_process_that_dies_costs_its_chunk_one_try(filled: Centre, tmp_path: Path) -> None:
    run = begun(filled, tmp_path)
    alone = node(filled)
    filled.wait(lambda: done(filled, run, 5))

    told = Path(f"/proc/{alone.pid}/task").glob("*/children")
    for file in told:
        for child in file.read_text().split():
            os.kill(int(child), signal.SIGKILL)

    filled.wait(lambda: found(filled, run).state is RescoreState.COMPARED)
    assert rows(filled) == CALLS
    assert repeated(filled) <= 1
    assert alone.poll() is None


def rows(here: Centre) -> int:
    with here.shelves.engine.connect() as connection:
        return int(connection.execute(sa.select(sa.func.count()).select_from(rescore_calls)).scalar_one())


def kept(here: Centre) -> Counter[int]:
    """How many calls have so many evaluations."""
    query = sa.select(sa.func.count()).group_by(evaluations.c.call_id)
    with here.shelves.engine.connect() as connection:
        return Counter(connection.execute(query.select_from(evaluations)).scalars())
