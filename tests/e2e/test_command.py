"""`qa-service analyze` as a process, on sound: documents on stdout, nothing of what was said anywhere else."""

from __future__ import annotations

import os

import pytest

from tests.cli.terminal import Run, outside, wav
from tests.e2e.conftest import SAMPLES
from tests.e2e.sounds import conversation

pytestmark = pytest.mark.asr


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A recording and something that is none, with every log line that there is."""
    from qa_service import bootstrap

    folder = tmp_path_factory.mktemp("command")
    (folder / "notes.mp3").write_text("不是录音", "utf-8")
    good = wav(folder / "good.wav", conversation().T)
    env = {"QA_LOG_LEVEL": "DEBUG", "QA_SETTINGS": str(SAMPLES / "qa.toml")}
    env["QA_MODELS_DIR"] = os.environ.get("QA_MODELS_DIR") or str(bootstrap.settings().models)
    return outside("analyze", good, folder / "notes.mp3", "--format", "json", env=env, data=folder)


def test_one_failed_and_one_is_there(run: Run) -> None:
    assert run.code == 1, run.err
    assert run.document[0]["schema"] == "qa-service/assessment@1"
    assert run.document[0]["utterances"]
    assert run.document[1]["error"]["code"] == "not_audio"


def test_every_stage_took_its_time(run: Run) -> None:
    assert None not in run.document[0]["timings_ms"].values()


def test_no_log_line_holds_what_was_said(run: Run) -> None:
    assert "call_judged" in run.err
    for said in run.document[0]["utterances"]:
        assert said["text"][:6] not in run.err
