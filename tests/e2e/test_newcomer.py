"""What README tells a newcomer to type, typed: a real service, real Whisper, curl, and a program that is told."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.alerts.receiver import Receiver, running
from tests.web.service import wait_until

ROOT = Path(__file__).parents[2]
_PATIENCE_S = 240


@dataclass(frozen=True)
class Served:
    """The running service as its first words tell."""

    url: str
    password: str
    told: Receiver


_WORDS = re.compile(r"password: (\S+).*qa-service: (http://\S+)", re.DOTALL)


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    with running(Receiver()) as told:
        env = {
            **{name: value for name, value in os.environ.items() if not name.startswith("QA_")},
            **{name: os.environ[name] for name in ("QA_MODELS_DIR", "QA_OFFLINE") if name in os.environ},
            "QA_DATA_DIR": str(tmp_path / "data"),
            "QA_MASTER_KEY_FILE": str(tmp_path / "master.key"),
            "QA_MODELS_DIR": os.environ.get("QA_MODELS_DIR") or str(_models()),
            "QA_ALLOWED_ADDRESSES": json.dumps([f"127.0.0.1:{told.port}"]),
        }
        words, asked = tmp_path / "stderr", ("serve", "--port", "0", "--no-samples")
        with (
            words.open("w") as opened,
            subprocess.Popen([sys.executable, "-m", "qa_service", *asked], env=env, stderr=opened) as process,
        ):
            try:
                wait_until(lambda: bool(_WORDS.search(words.read_text())), seconds=_PATIENCE_S)
                password, url = re.findall(_WORDS, words.read_text())[0]
                yield Served(url, password, told)
            finally:
                process.send_signal(signal.SIGTERM)
                process.wait(_PATIENCE_S)


def _models() -> Path:
    from qa_service import bootstrap

    return bootstrap.settings().models


def _commands() -> str:
    """The second block of the chapter, as it stands."""
    text = (ROOT / "README.md").read_text("utf-8")
    chapter = text[text.index("## 作为服务运行") :]
    blocks: list[str] = re.findall(r"```sh\n(.*?)```", chapter, re.DOTALL)
    return blocks[1]


@pytest.mark.skipif(shutil.which("curl") is None, reason="no curl here")
def test_a_newcomer_gets_an_assessment(served: Served, tmp_path: Path) -> None:
    script = _commands()
    for written, meant in {
        "http://127.0.0.1:8080": served.url,
        "打印出来的口令": served.password,
        "https://您的程序/qa": served.told.url,
        "@sample_audio": f"@{ROOT}/sample_audio",
    }.items():
        assert written in script
        script = script.replace(written, meant)

    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=_PATIENCE_S,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    document = json.loads(done.stdout[done.stdout.index('{"schema"') :])
    assert document["schema"] == "qa-service/assessment@1"
    assert document["status"] == "scored"
    assert "event: " in done.stdout
    assert '"state":"done"' in done.stdout
    wait_until(lambda: bool(served.told.got), seconds=_PATIENCE_S)
    (message,) = served.told.got
    event = json.loads(message.body)
    assert event["type"] == "call.judged"
    assert event["data"]["score"] == document["evaluation"]["score"]
