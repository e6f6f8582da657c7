"""Who kills `qa-service serve` the hard way leaves no worker behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

from tests.e2e.serving import PATIENCE_S, runs, serving
from tests.web.service import wait_until


def test_the_worker_ends_with_a_serve_that_was_killed(tmp_path: Path) -> None:
    with serving(tmp_path, QA_LOG_LEVEL="INFO") as served:
        worker = served.worker()
        wait_until(lambda: "worker_started" in served.words.read_text(), seconds=PATIENCE_S)

        os.kill(served.pid, signal.SIGKILL)
        wait_until(lambda: not runs(worker), seconds=PATIENCE_S)

    assert "worker_stopped" in served.words.read_text()


def test_a_worker_of_its_own_needs_no_input(tmp_path: Path) -> None:
    """As systemd and containers start it: standard input is empty."""
    words = tmp_path / "words"
    env = {**os.environ, "QA_DATA_DIR": str(tmp_path / "data"), "QA_LOG_LEVEL": "INFO"}
    asked = [sys.executable, "-m", "qa_service", "work"]
    with (
        words.open("w") as opened,
        subprocess.Popen(asked, env=env, stderr=opened, stdin=subprocess.DEVNULL) as process,
    ):
        try:
            wait_until(lambda: "worker_started" in words.read_text(), seconds=PATIENCE_S)
            assert process.poll() is None
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(PATIENCE_S)
