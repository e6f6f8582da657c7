"""YAML read by the library in C and by PyYAML itself: the same values, and every slip is told in PyYAML's words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from qa_service.rulebook.once import OnceLoader, values
from tests.docs.repository import ROOT

_BOOKS = sorted((ROOT / "qa_service" / "rulebook" / "packs").glob("*.yaml"))


def _slowly(text: str) -> tuple[Any, bool]:
    loader = OnceLoader(text)
    return loader.get_single_data(), loader.has_joined


def _told(text: str, read: Any) -> object:
    """The values, or the mistake and its place."""
    try:
        return read(text)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        return type(error), error.problem, mark and (mark.line, mark.column)
    except yaml.YAMLError as error:
        return type(error), str(error)


@pytest.mark.parametrize("path", _BOOKS, ids=lambda path: path.name)
def test_every_shipped_book_reads_the_same(path: Path) -> None:
    text = path.read_text("utf-8")

    assert values(text) == _slowly(text)


_PIECES = st.sampled_from(
    ["a", "保本", "保本，保息", ":", ": ", "- ", "\n", "\n  ", " ", "[", "]", "{", "}", ", ", "'", '"', "#", " # ", "|",
     ">", "&x ", "*x", "!t ", "?", "? ", "%", "@", "`", "0", "1.5", "true", "no", "8:30", "~", "---", "...", "\t",
     "\r\n", "\\", "\\n", "\u2028", "\ufeff", "🙂", "\x07", "<<"]
)  # fmt: skip


@given(st.lists(_PIECES, max_size=14).map("".join))
def test_whatever_is_written_is_told_the_same(text: str) -> None:
    assert _told(text, values) == _told(text, _slowly)
