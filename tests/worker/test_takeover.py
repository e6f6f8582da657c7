"""Two real nodes on PostgreSQL: what happens to one's work when it dies, or sleeps and comes back."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

import pytest

from qa_service import bootstrap
from qa_service.core.errors import ModelError
from qa_service.core.stored import Job, JobState
from tests.worker.centre import Centre

pytestmark = [pytest.mark.slow, pytest.mark.asr]
#: From death to the first word of the successor: docs/operations.md says 12, and machines may be busy.
TAKEN_OVER_S = 15


@pytest.fixture
def models() -> str:
    """Where Whisper lies; skipped with a line where it does not."""
    try:
        bootstrap.model_store().find("whisper-base")
    except ModelError as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(f"no Whisper here ({error.code}): run `qa-service models pull whisper-base`")
    return os.environ.get("QA_MODELS_DIR") or str(bootstrap.settings().models)


def two_nodes(here: Centre, models: str) -> list[subprocess.Popen[bytes]]:
    nodes = [here.node(QA_MODELS_DIR=models, QA_OFFLINE="true") for _ in range(2)]
    here.wait(lambda: here.nodes() == 2)
    return nodes


def at_work(here: Centre, nodes: list[subprocess.Popen[bytes]], job: Job) -> subprocess.Popen[bytes]:
    """The process that has the work: a node's name holds its process id."""
    return next(node for node in nodes if f"-{node.pid}-" in job.node)


@pytest.fixture
def begun(shared: Centre, models: str, call: Path) -> tuple[Centre, subprocess.Popen[bytes], Job]:
    """A call, and the one of two nodes that hears it just now."""
    nodes = two_nodes(shared, models)
    receipt = shared.accept(call)
    job = shared.wait_for_stage(receipt.job_id, "asr")
    return shared, at_work(shared, nodes, job), job


Begun = tuple[Centre, subprocess.Popen[bytes], Job]


def taken_over(here: Centre, job: Job) -> Job:
    here.wait(lambda: here.job(job.id).node not in {job.node, ""}, seconds=TAKEN_OVER_S)
    return here.job(job.id)


def assert_judged_once(here: Centre, job: Job) -> None:
    assert here.evaluations(job.call_id) == 1
    assert here.told(job.call_id) == ["call.judged"]
    assert here.judged_in_audit(job.call_id) == 1
    assert here.broken_audit() is None


def test_the_other_node_finishes_what_a_killed_one_had_begun(begun: Begun) -> None:
    here, node, job = begun

    node.kill()
    successor = taken_over(here, job)
    done = here.wait_for(job.id, JobState.DONE)

    assert successor.fence > job.fence
    assert (done.node, done.fence, done.attempts) == (successor.node, successor.fence, 2)
    assert_judged_once(here, job)


def test_a_node_that_slept_writes_nothing_when_it_comes_back(begun: Begun, call: Path) -> None:
    here, node, job = begun

    node.send_signal(signal.SIGSTOP)
    successor = taken_over(here, job)
    node.send_signal(signal.SIGCONT)
    done = here.wait_for(job.id, JobState.DONE)
    second = here.accept(call)
    here.wait_for(second.job_id, JobState.DONE)

    assert (done.node, done.fence, done.attempts) == (successor.node, successor.fence, 2)
    assert here.job(job.id) == done
    assert node.poll() is None
    assert_judged_once(here, job)


def test_a_node_that_wakes_when_all_is_over_writes_nothing(begun: Begun, tmp_path: Path) -> None:
    here, node, job = begun

    node.send_signal(signal.SIGSTOP)
    done = here.wait_for(job.id, JobState.DONE)
    node.send_signal(signal.SIGCONT)
    node.send_signal(signal.SIGTERM)
    here.ended(node)

    assert here.job(job.id) == done
    assert f"-{node.pid}-" not in done.node
    assert_judged_once(here, job)
