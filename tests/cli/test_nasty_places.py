"""Places that cannot be written are told in one sentence; names move no cursor and colour nothing."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.cli.terminal import transcript

if TYPE_CHECKING:
    from tests.cli.conftest import Cli


@pytest.mark.parametrize(
    "folder", [pytest.param("/proc/x", id="no such place"), pytest.param("FILE/x", id="below a file")]
)
def test_a_data_folder_that_cannot_be_is_one_sentence(cli: Cli, tmp_path: Path, folder: str) -> None:
    (tmp_path / "FILE").write_text("")
    folder = folder.replace("FILE", str(tmp_path / "FILE"))

    run = cli("models", "pull", "whisper-base", env={"QA_DATA_DIR": folder})

    assert run.code in {1, 2}
    assert "Traceback" not in run.err
    assert run.last_words.startswith("✗ ")


def test_the_name_of_a_file_reaches_no_terminal_as_it_is(cli: Cli, tmp_path: Path) -> None:
    given = Path(transcript(tmp_path / "a.json"))
    given.write_text("no json")
    nasty = given.rename(tmp_path / "\x1b[31mbad\x1b[0m\nline\u202e.json")

    run = cli("analyze", "--transcript", nasty)

    assert run.code == 1
    assert not {"\x1b", "\u202e"} & set(run.out + run.err)
    assert "?[31mbad?[0m?line" in run.err
