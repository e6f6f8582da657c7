"""Where the extra is not installed: a sentence if it is needed, and nothing at all if it is not."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.serving import PATIENCE_S
from tests.worker.centre import plain_environment

#: As if only FastAPI's own `opentelemetry-api` were there.
_WITHOUT = """
import sys
for name in ("opentelemetry.sdk", "opentelemetry.exporter", "opentelemetry.proto"):
    sys.modules[name] = None
from qa_service.cli.main import main
main()
"""


def _run(folder: Path, *asked: str, **settings: str) -> subprocess.CompletedProcess[str]:
    env = {**plain_environment(), "QA_DATA_DIR": str(folder / "data"), **settings}
    return subprocess.run(
        [sys.executable, "-c", _WITHOUT, *asked],
        env=env,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        timeout=PATIENCE_S,
    )


@pytest.mark.parametrize(
    ("lang", "sentence"),
    [
        pytest.param("zh_CN", "还要安装 qa-service[otel]", id="in Chinese"),
        pytest.param("en", "also needs the extra qa-service[otel]", id="in English"),
    ],
)
@pytest.mark.parametrize(
    "command", [("serve", "--port", "0", "--no-samples"), ("work",)], ids=["serve", "work"]
)
def test_a_collector_needs_it(tmp_path: Path, command: tuple[str, ...], lang: str, sentence: str) -> None:
    told = _run(tmp_path, *command, QA_OTLP_ENDPOINT="http://127.0.0.1:4318", QA_LANG=lang)

    assert told.returncode == 2
    assert "QA_OTLP_ENDPOINT" in told.stderr
    assert sentence in told.stderr
    assert "Traceback" not in told.stderr


def test_without_a_collector_the_service_is_put_together_all_the_same(tmp_path: Path) -> None:
    wanted = "from qa_service import bootstrap; bootstrap.web_parts(secure_cookies=True); bootstrap.node()"
    env = {**plain_environment(), "QA_DATA_DIR": str(tmp_path / "data")}
    script = _WITHOUT.replace("from qa_service.cli.main import main\nmain()\n", wanted)

    told = subprocess.run([sys.executable, "-c", script], env=env, capture_output=True, timeout=PATIENCE_S)

    assert (told.returncode, told.stderr) == (0, b"")
    assert (tmp_path / "data" / "qa.db").exists()
