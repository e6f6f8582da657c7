"""What README tells a newcomer to type, typed: a real service, real Whisper, curl, and a program that is told."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.alerts.receiver import Receiver, running
from tests.e2e.serving import PATIENCE_S, Serving, allowed, serving
from tests.web.service import wait_until

ROOT = Path(__file__).parents[2]


def _commands() -> str:
    """The second block of the chapter, as it stands."""
    text = (ROOT / "README.md").read_text("utf-8")
    chapter = text[text.index("## 作为服务运行") :]
    blocks: list[str] = re.findall(r"```sh\n(.*?)```", chapter, re.DOTALL)
    return blocks[1]


def _typed(served: Serving, told: Receiver, folder: Path) -> subprocess.CompletedProcess[str]:
    script = _commands()
    for written, meant in {
        "http://127.0.0.1:8080": served.url,
        ".venv/bin/qa-service": f"'{sys.executable} -m qa_service'",
        "https://您的程序/qa": told.url,
        "@sample_audio": f"@{ROOT}/sample_audio",
    }.items():
        assert written in script
        script = script.replace(written, meant)
    asked = ["bash", "-euo", "pipefail", "-c", script]
    # The key is made where the service runs, by the program of this checkout.
    env = {**served.env, "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        asked, cwd=folder, env=env, capture_output=True, text=True, timeout=PATIENCE_S, check=False
    )


@pytest.mark.skipif(shutil.which("curl") is None, reason="no curl here")
def test_a_newcomer_gets_an_assessment(tmp_path: Path) -> None:
    with (
        running(Receiver()) as told,
        serving(tmp_path, QA_ALLOWED_ADDRESSES=allowed(told.port)) as served,
    ):
        done = _typed(served, told, tmp_path)
        wait_until(lambda: bool(told.got), seconds=PATIENCE_S)

    assert done.returncode == 0, done.stdout + done.stderr
    document = json.loads(done.stdout[done.stdout.index('{"schema"') :])
    assert document["schema"] == "qa-service/assessment@1"
    assert document["status"] == "scored"
    assert "event: " in done.stdout
    assert '"state":"done"' in done.stdout
    (message,) = told.got
    event = json.loads(message.body)
    assert event["type"] == "call.judged"
    assert event["data"]["score"] == document["evaluation"]["score"]
