"""A result file is whole or as it was."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from qa_service.exports.files import whole_file


def test_what_was_written_stands_there_and_nothing_else(tmp_path: Path) -> None:
    with whole_file(tmp_path / "a.json") as part:
        part.write_text("new")

    assert {file.name: file.read_text() for file in tmp_path.iterdir()} == {"a.json": "new"}


@pytest.mark.parametrize("before", ["old", None], ids=["there was one", "there was none"])
def test_a_failure_leaves_what_was_there(tmp_path: Path, before: str | None) -> None:
    file = tmp_path / "a.json"
    if before is not None:
        file.write_text(before)

    with pytest.raises(OSError, match="full"):
        _stopped_halfway(file)

    assert [file.read_text() for file in tmp_path.iterdir()] == ([before] if before else [])


def _stopped_halfway(file: Path) -> None:
    with whole_file(file) as part:
        part.write_text("half of")
        raise OSError("full")


def test_a_link_stays_a_link_and_rights_stay(tmp_path: Path) -> None:
    target, link = tmp_path / "real.json", tmp_path / "link.json"
    target.write_text("old")
    target.chmod(0o640)
    link.symlink_to(target)

    with whole_file(link) as part:
        part.write_text("new")

    assert link.is_symlink()
    assert (target.read_text(), target.stat().st_mode & 0o777) == ("new", 0o640)


def test_a_device_is_written_to_and_not_replaced() -> None:
    with whole_file(Path(os.devnull)) as part:
        part.write_text("gone")

    assert Path(os.devnull).is_char_device()
