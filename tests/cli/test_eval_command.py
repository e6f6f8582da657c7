"""`eval` ends as its data set went."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from qa_service import bootstrap
from qa_service.cli.main import app
from tests.usecases.hearing import ears, listener, two_parties
from tests.web.test_playing import recording


@pytest.mark.parametrize(
    ("files", "code"),
    [
        pytest.param(["good.wav"], 0, id="everything was heard"),
        pytest.param(["good.wav", "gone.wav"], 1, id="one is not there"),
        pytest.param(["bad.wav"], 1, id="one is no recording"),
    ],
)
def test_a_recording_that_cannot_be_heard_is_a_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, files: list[str], code: int
) -> None:
    (tmp_path / "good.wav").write_bytes(recording())
    (tmp_path / "bad.wav").write_text("no recording")
    rows = "".join(f"{name}\t您好\n" for name in files)
    (tmp_path / "pairs.tsv").write_text(f"file\ttext\n{rows}", "utf-8")
    monkeypatch.setattr(bootstrap, "ears", lambda *_, **__: ears(listener(two_parties())))

    done = CliRunner().invoke(app, ["eval", str(tmp_path / "pairs.tsv")])

    assert done.exit_code == code, done.output
    assert "[line_cer]" not in done.output
