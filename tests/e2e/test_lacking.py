"""A service that lacks something of its own: it says what, and no call pays for it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.serving import PATIENCE_S, serving
from tests.web.service import wait_until
from tests.worker.short_call import short_call

pytestmark = pytest.mark.slow


def test_without_a_model_calls_wait_and_the_probe_says_why(tmp_path: Path) -> None:
    call = short_call(tmp_path / "call.wav").read_bytes()
    nowhere = str(tmp_path / "no-models")
    with (
        serving(tmp_path, QA_MODELS_DIR=nowhere, QA_OFFLINE="true") as served,
        served.program("calls:read", "calls:upload", "metrics:read") as program,
    ):
        sent: dict[str, Any] = {"files": {"recording": ("a.wav", call)}, "data": {"allow_duplicate": "true"}}
        taken = [program.post("/api/v1/calls", **sent).json() for _ in range(3)]

        def lacks() -> bool:
            told = program.get("/readyz")
            return told.status_code == 503 and told.json()["troubles"] == ["model_unavailable"]

        wait_until(lacks, seconds=PATIENCE_S)
        jobs = [program.get(f"/api/v1/jobs/{one['job_id']}").json() for one in taken]
        metrics = program.get("/metrics").text

    assert {(job["state"], job["attempts"], job["error"]) for job in jobs} <= {
        ("queued", 0, ""),
        ("running", 1, ""),
    }
    assert 'qa_nodes{trouble="model_unavailable"} 1.0' in metrics
    assert "qa_disk_free_bytes" in metrics


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation that has been served once, and is not now."""
    folder = tmp_path_factory.mktemp("installed")
    with serving(folder, "--no-worker"):
        pass
    return folder


@pytest.mark.parametrize("command", ["work", "serve"])
@pytest.mark.parametrize("has_key", [True, False], ids=["another key", "no key"])
def test_a_process_without_the_installations_key_does_not_start(
    installed: Path, tmp_path: Path, command: str, has_key: bool
) -> None:
    other = tmp_path / "other.key"
    if has_key:
        other.write_text("b" * 64)
        other.chmod(0o600)
    env = {name: value for name, value in os.environ.items() if not name.startswith("QA_")}
    env |= {"QA_DATA_DIR": str(installed / "data"), "QA_MASTER_KEY_FILE": str(other)}

    ended = subprocess.run(
        [sys.executable, "-m", "qa_service", command],
        env=env,
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
    )

    assert ended.returncode == 2
    assert str(other) in ended.stderr
    assert ("主密钥打不开" if has_key else "没有本中心的主密钥") in ended.stderr
    assert other.exists() == has_key, "no other key is made"
