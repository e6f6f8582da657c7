"""Work that ends otherwise than it should: a call that kills, an error that nobody expected, a stop in the middle."""

from __future__ import annotations

import signal
import time
from pathlib import Path

import pytest

from qa_service.core.stored import CallState, JobState
from tests.worker.centre import ASKED, Centre
from tests.worker.scripted_node import RAISES, SLEEPS

pytestmark = pytest.mark.slow
#: 5 s for what runs, 2 s for the queue, and the time that a busy machine takes; what runs would take twice that.
STOPS_S = 30


def test_a_call_that_kills_its_worker_three_times_waits_for_a_person(here: Centre, call: Path) -> None:
    receipt = here.accept(call)

    for _ in range(3):
        assert here.ended(here.scripted("before-keep-measured")) == -signal.SIGKILL
    here.scripted()
    poison = here.wait_for(receipt.job_id, JobState.QUARANTINED)

    assert (poison.error_code, poison.attempts) == ("worker_died", 3)
    assert here.call(receipt.call_id).state is CallState.FAILED
    assert here.call(receipt.call_id).reason == "worker_died"
    assert here.told(receipt.call_id) == ["call.failed"]

    assert here.work.retry(ASKED, receipt.job_id)
    done = here.wait_for(receipt.job_id, JobState.DONE)

    assert (done.attempts, done.error_code) == (1, "")
    assert here.evaluations(receipt.call_id) == 1


def test_an_error_that_nobody_expected_is_tried_three_times(here: Centre, call: Path) -> None:
    receipt = here.accept(call)

    node = here.scripted(RAISES)
    broken = here.wait_for(receipt.job_id, JobState.QUARANTINED)

    assert (broken.error_code, broken.attempts) == ("crashed.ZeroDivisionError", 3)
    assert here.told(receipt.call_id) == ["call.failed"]
    assert node.poll() is None


def test_cancelled_work_can_be_tried_again_after_its_entry_was_used_up(here: Centre, call: Path) -> None:
    receipt = here.accept(call)
    assert here.work.cancel(ASKED, receipt.job_id)
    here.scripted()
    other = here.accept(call)
    here.wait_for(other.job_id, JobState.DONE)

    assert here.work.retry(ASKED, receipt.job_id)

    assert here.wait_for(receipt.job_id, JobState.DONE).attempts == 1


def test_a_node_that_is_told_to_stop_hands_back_what_it_cannot_finish(here: Centre, call: Path) -> None:
    receipt = here.accept(call)
    node = here.scripted("slow60", REAL_TIMES="1")
    here.wait_for_stage(receipt.job_id, "asr")

    node.send_signal(signal.SIGTERM)
    # Not after the minute that its work takes: whoever stops services kills what takes longer than 10 s.
    assert here.ended(node, seconds=STOPS_S) == 0
    given_back = here.job(receipt.job_id)
    assert (given_back.state, given_back.attempts, given_back.node) == (JobState.QUEUED, 0, "")
    assert here.nodes() == 0
    assert here.scratch() == []
    here.scripted(REAL_TIMES="1")
    assert here.wait_for(receipt.job_id, JobState.DONE).attempts == 1


def test_a_node_that_is_told_twice_ends_at_once_and_leaves_nothing_open(here: Centre, call: Path) -> None:
    receipt = here.accept(call)
    node = here.scripted("slow60", REAL_TIMES="1")
    here.wait_for_stage(receipt.job_id, "asr")
    assert here.scratch() != []

    node.send_signal(signal.SIGTERM)
    time.sleep(0.5)  # two signals that wait at once are one
    node.send_signal(signal.SIGTERM)

    assert here.ended(node) == 128 + signal.SIGTERM
    assert here.scratch() == []


def test_a_node_that_is_told_to_stop_finishes_what_is_nearly_done(here: Centre, call: Path) -> None:
    receipt = here.accept(call)
    node = here.scripted("slow2", REAL_TIMES="1")
    here.wait_for_stage(receipt.job_id, "asr")

    node.send_signal(signal.SIGTERM)

    assert here.ended(node) == 0
    assert here.job(receipt.job_id).state is JobState.DONE


def test_a_node_that_sleeps_in_its_last_transaction_stops_nobody_else(shared: Centre, call: Path) -> None:
    receipt = shared.accept(call)
    sleeper = shared.scripted(SLEEPS)
    shared.wait(lambda: shared.job(receipt.job_id).stage == "judge")
    shared.scripted()
    other = shared.accept(call)

    done = shared.wait_for(receipt.job_id, JobState.DONE)
    shared.wait_for(other.job_id, JobState.DONE)
    sleeper.send_signal(signal.SIGCONT)
    third = shared.accept(call)
    shared.wait_for(third.job_id, JobState.DONE)

    assert f"-{sleeper.pid}-" not in done.node
    assert shared.job(receipt.job_id) == done
    assert shared.evaluations(receipt.call_id) == 1
    assert shared.told(receipt.call_id) == ["call.judged"]
    assert shared.broken_audit() is None
