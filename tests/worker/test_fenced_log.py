"""What a node says that slept while its work was taken over: one line for each event, and nothing of the call."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from qa_service.core.stored import JobState
from tests.worker.centre import Centre

pytestmark = pytest.mark.slow


def test_a_node_that_lost_its_work_says_so_in_a_line(shared: Centre, call: Path) -> None:
    receipt = shared.accept(call)
    sleeper = shared.scripted("slow4")
    shared.wait_for_stage(receipt.job_id, "asr")

    sleeper.send_signal(signal.SIGSTOP)
    shared.scripted()
    shared.wait_for(receipt.job_id, JobState.DONE)
    sleeper.send_signal(signal.SIGCONT)
    later = shared.accept(call)
    shared.wait(lambda: _events(shared.log_of(sleeper), "fenced") != [])
    shared.wait_for(later.job_id, JobState.DONE)
    sleeper.send_signal(signal.SIGTERM)
    shared.ended(sleeper)

    (fenced,) = _events(shared.log_of(sleeper), "fenced")
    assert fenced["job_id"] == receipt.job_id
    assert _events(shared.log_of(sleeper), "library_spoke") == []


@pytest.mark.parametrize("name", ["dbos", "httpx", "uvicorn.error"])
def test_what_a_library_says_is_an_event_without_its_words(name: str) -> None:
    said = (
        "import logging\n"
        "from qa_service.observability import set_up_logs\n"
        "set_up_logs()\n"
        f"spoken = logging.getLogger({name!r})\n"
        "try: {}['13912345678']\n"
        "except KeyError: spoken.exception('customer 13912345678')\n"
        "spoken.warning('customer 13912345678')"
    )
    done = subprocess.run([sys.executable, "-c", said], capture_output=True, text=True, check=True)

    told = [json.loads(line) for line in done.stderr.splitlines()]
    assert [(event["event"], event["level"], event["code"]) for event in told] == [
        ("library_spoke", "error", f"{name}.KeyError"),
        ("library_spoke", "warning", name),
    ]
    assert "13912345" not in done.stderr


def _events(log: Path, name: str) -> list[dict[str, object]]:
    """Every line is an event."""
    whole = [line for line in log.read_text("utf-8").splitlines(keepends=True) if line.endswith("\n")]
    return [event for event in map(json.loads, whole) if event["event"] == name]
