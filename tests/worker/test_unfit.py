"""Nodes that lack what they need: a model, room on a disk, the store. No call pays for it, and all are judged."""

from __future__ import annotations

import math
import os
import signal
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from qa_service.core.stored import JobState
from qa_service.stores.health import StoreHealth
from qa_service.stores.sound import sound_store
from qa_service.worker.fitness import Lack
from tests.databases import new_file
from tests.full_disks import SmallDisk, small_disk
from tests.s3_server import BUCKET, S3Server, s3_server
from tests.worker.centre import Centre, centre
from tests.worker.nursery import Nursery
from tests.worker.scripted_node import READY

pytestmark = pytest.mark.slow
#: Longer than three tries of every call would take.
FULL_S = 15


def health(here: Centre) -> StoreHealth:
    return StoreHealth(here.shelves, (here.folder,), 0)


def without_model(here: Centre, tmp_path: Path) -> None:
    """A node that has no model and no way to one; it has tried."""
    here.node(QA_MODELS_DIR=str(tmp_path / "no-models"), QA_OFFLINE="true")
    here.wait(lambda: "model_unavailable" in health(here).nodes())


def test_a_node_without_a_model_says_so_and_the_calls_wait(here: Centre, call: Path, tmp_path: Path) -> None:
    receipts = [here.accept(call) for _ in range(3)]

    without_model(here, tmp_path)

    assert health(here).troubles() == ("model_unavailable",)
    for receipt in receipts:
        job = here.job(receipt.job_id)
        assert (job.state, job.attempts, job.error_code) == (JobState.QUEUED, 0, "")
        assert here.told(receipt.call_id) == []
    assert here.logs().count('"node_unfit"') == 1


def test_beside_a_node_with_a_model_it_spoils_nothing(shared: Centre, call: Path, tmp_path: Path) -> None:
    begun = time.monotonic()
    receipts = [shared.accept(call) for _ in range(4)]
    without_model(shared, tmp_path)

    shared.scripted(REAL_TIMES="1")

    for receipt in receipts:
        assert shared.wait_for(receipt.job_id, JobState.DONE).attempts == 1
        assert shared.evaluations(receipt.call_id) == 1
    assert health(shared).troubles() == (), "one of them can work"
    # It draws only now and then, to see whether it can: after 5, 10, 20 … seconds.
    pauses = math.log2(1 + (time.monotonic() - begun) / Lack.EARS.first_s)
    assert shared.logs().count('"work_put_off"') <= 2 + pauses


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> Iterator[S3Server]:
    """A store for everything that is started while it is there."""
    with s3_server() as made:
        for name, value in {**made.variables, "AWS_TIMEOUT": "1s"}.items():
            monkeypatch.setenv(name, value)
        yield made


@pytest.fixture
def far(s3: S3Server, database: str, tmp_path: Path, nursery: Nursery) -> Iterator[Centre]:
    """An installation whose recordings lie in a store that speaks S3."""
    with centre(database, tmp_path / "centre", nursery) as made:
        address = f"s3://{BUCKET}/sound"
        made.shelves = replace(made.shelves, sounds=sound_store(address, os.environ))
        assert s3.port
        made.more = {"QA_STORE_URL": address}
        yield made


@pytest.mark.parametrize("way", ["gone", "500", "silent"])
def test_a_store_that_is_away_costs_no_call_a_try(far: Centre, s3: S3Server, call: Path, way: str) -> None:
    receipts = [far.accept(call) for _ in range(3)]
    if way == "gone":
        s3.stop()
    s3.mood = way.replace("gone", "")
    node = far.scripted(REAL_TIMES="1")
    far.wait(lambda: "store_away" in health(far).nodes())
    time.sleep(FULL_S)
    assert node.poll() is None, far.logs()
    assert [far.told(receipt.call_id) for receipt in receipts] == [[], [], []]
    s3.mood = ""
    if way == "gone":
        s3.start()

    for receipt in receipts:
        done = far.wait_for(receipt.job_id, JobState.DONE)
        assert done.attempts == 1
        assert far.evaluations(receipt.call_id) == 1
        assert far.told(receipt.call_id) == ["call.judged"]
    far.wait(lambda: health(far).troubles() == ())


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    with small_disk(tmp_path / "centre" / "data", 24) as made:
        yield made


@pytest.fixture
def cramped(disk: SmallDisk, tmp_path: Path, nursery: Nursery) -> Iterator[Centre]:
    """An installation whose data, database and all, lie on a small disk."""
    with centre(new_file(disk.folder), tmp_path / "centre", nursery) as made:
        yield made


@pytest.mark.parametrize("left", [0, 300_000], ids=["to the last byte", "but for a little, for the database"])
def test_a_full_disk_costs_no_call_a_try(cramped: Centre, disk: SmallDisk, call: Path, left: int) -> None:
    node = cramped.scripted(REAL_TIMES="1")
    cramped.wait(lambda: '"worker_started"' in cramped.logs())
    receipts = [cramped.accept(call) for _ in range(3)]
    disk.fill(left)
    time.sleep(FULL_S)
    assert node.poll() is None, cramped.logs()
    disk.free()

    for receipt in receipts:
        done = cramped.wait_for(receipt.job_id, JobState.DONE)
        assert done.attempts == 1
        assert cramped.evaluations(receipt.call_id) == 1
        assert cramped.told(receipt.call_id) == ["call.judged"]
    assert cramped.broken_audit() is None


def test_a_disk_that_fills_up_just_before_work_is_drawn_is_waited_for(
    cramped: Centre, disk: SmallDisk, call: Path
) -> None:
    receipt = cramped.accept(call)
    node = cramped.scripted(READY, REAL_TIMES="1")
    cramped.wait(lambda: READY in cramped.logs())
    disk.fill()
    node.send_signal(signal.SIGCONT)
    cramped.wait(lambda: '"start_put_off"' in cramped.logs())
    disk.free()

    assert cramped.wait_for(receipt.job_id, JobState.DONE).attempts == 1
    assert node.poll() is None
