"""The worker of `qa-service serve` dies, and serving goes on; and how both end when they are asked to."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.e2e.serving import PATIENCE_S, Serving, runs, serving
from tests.web.service import wait_until
from tests.worker.short_call import SAMPLES, short_call

pytestmark = [pytest.mark.slow, pytest.mark.asr]
#: Long enough to be heard still when two signals have come.
CALL = SAMPLES / "good-call.wav"


@contextmanager
def working(folder: Path) -> Iterator[tuple[Serving, httpx.Client]]:
    """The service and a program that uses it, once the worker works."""
    with serving(folder, QA_LOG_LEVEL="INFO") as served:
        wait_until(lambda: served.said("worker_started") == 1, seconds=PATIENCE_S)
        with served.program("calls:read", "calls:upload", "jobs:manage") as program:
            yield served, program


def uploaded(program: httpx.Client, call: Path) -> str:
    with call.open("rb") as opened:
        answer = program.post("/api/v1/calls", files={"recording": opened}, data={"allow_duplicate": "true"})
    job: str = answer.raise_for_status().json()["job_id"]
    return job


def is_heard(program: httpx.Client, job: str, attempts: int = 1) -> bool:
    told = program.get(f"/api/v1/jobs/{job}").raise_for_status().json()
    return (told["state"], told["stage"], told["attempts"]) == ("running", "asr", attempts)


def is_in(program: httpx.Client, job: str, state: str) -> bool:
    told = program.get(f"/api/v1/jobs/{job}").raise_for_status().json()
    return bool(told["state"] == state)


def test_a_call_that_kills_the_worker_three_times_stops_nobody_else(tmp_path: Path) -> None:
    call = short_call(tmp_path / "call.wav")
    with working(tmp_path) as (served, program):
        poison = uploaded(program, call)
        for attempt in (1, 2, 3):
            wait_until(lambda tries=attempt: is_heard(program, poison, tries), seconds=PATIENCE_S)  # type: ignore[misc]
            os.kill(served.worker(), signal.SIGKILL)
            wait_until(lambda deaths=attempt: served.said("worker_died") == deaths, seconds=PATIENCE_S)  # type: ignore[misc]
            assert served.scratch == []
        wait_until(lambda: is_in(program, poison, "quarantined"), seconds=PATIENCE_S)
        told = program.get(f"/api/v1/jobs/{poison}").json()
        other = uploaded(program, call)
        wait_until(lambda: is_in(program, other, "done"), seconds=PATIENCE_S)

    assert (told["attempts"], told["error"]) == (3, "worker_died")
    assert served.said("worker_started") == 4
    assert '"code": "signal.9"' in served.words.read_text()


def test_both_end_without_a_word_of_python(tmp_path: Path) -> None:
    with working(tmp_path) as (served, _):
        worker = served.worker()

    assert served.process.returncode == 0
    assert not runs(worker)
    assert served.said("worker_stopped") == 1
    assert served.said("worker_died") == 0
    for word in ("Fatal Python error", "Traceback"):
        assert word not in served.words.read_text()


def test_a_second_signal_ends_both_at_once(tmp_path: Path) -> None:
    with working(tmp_path) as (served, program):
        job = uploaded(program, CALL)
        wait_until(lambda: is_heard(program, job), seconds=PATIENCE_S)
        worker = served.worker()

        served.process.send_signal(signal.SIGTERM)
        time.sleep(0.5)  # two signals that wait at once are one
        assert served.process.poll() is None
        served.process.send_signal(signal.SIGTERM)
        # Who waits in order ends with 0, and has the worker say that it stopped.
        assert served.process.wait(PATIENCE_S) == 128 + signal.SIGTERM

    assert not runs(worker)
    assert served.said("worker_stopped") == 0
    assert served.scratch == []
