"""No more of a file is read than may be taken, and only of files."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from qa_service.text.files import read_bytes, read_text


@pytest.mark.parametrize(
    ("content", "text"),
    [
        pytest.param("好".encode(), "好", id="Chinese"),
        pytest.param(b"\xef\xbb\xbfa", "a", id="with its mark"),
        pytest.param(b"", "", id="empty"),
        pytest.param(b"0123456789", "0123456789", id="as large as may be"),
    ],
)
def test_a_file_that_fits_is_read_whole(tmp_path: Path, content: bytes, text: str) -> None:
    (tmp_path / "a").write_bytes(content)

    assert read_text(tmp_path / "a", 10) == text


@pytest.mark.parametrize("beyond", [1, 2, 3, 1_000, 10_000_000])
@pytest.mark.parametrize("char", ["a", "é", "好"])
def test_of_a_larger_one_the_beginning_is_read_and_is_too_large(
    tmp_path: Path, beyond: int, char: str
) -> None:
    (tmp_path / "a").write_bytes(char.encode() * ((100 + beyond) // len(char.encode()) + 1))

    text = read_text(tmp_path / "a", 100)

    assert 100 < len(text.encode()) <= 116


def test_what_is_no_utf_8_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes("好".encode("gbk"))

    with pytest.raises(UnicodeDecodeError):
        read_text(tmp_path / "a", 100)


def _pipe(folder: Path) -> Path:
    os.mkfifo(folder / "pipe")
    return folder / "pipe"


@pytest.mark.parametrize(
    "made",
    [
        pytest.param(lambda _: Path("/dev/zero"), id="a device without end"),
        pytest.param(_pipe, id="a pipe into which nobody writes"),
        pytest.param(lambda folder: folder, id="a folder"),
        pytest.param(lambda folder: folder / "gone", id="nothing"),
    ],
)
def test_what_is_no_file_is_refused_at_once(tmp_path: Path, made: object) -> None:
    with pytest.raises(OSError, match=r"Errno"):
        read_bytes(made(tmp_path), 10)  # type: ignore[operator]
