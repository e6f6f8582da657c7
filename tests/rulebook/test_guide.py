"""The worked example of docs/rulebook.md is a rulebook that loads and does what it says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from qa_service.rulebook.load import bundle_text
from qa_service.text.tokenize import Tokenizer
from qa_service.usecases.try_rulebook import try_examples

_GUIDE = Path(__file__).parents[2] / "docs" / "rulebook.md"


def test_the_worked_example_works(tmp_path: Path) -> None:
    written = re.search(r"```yaml\n(.*?)```", _GUIDE.read_text("utf-8"), re.DOTALL)
    if written is None:
        pytest.fail("docs/rulebook.md has no worked example")

    book = bundle_text(written[1], "docs/rulebook.md", lambda _: None).book
    own = [
        t for t in try_examples(book, tokens=Tokenizer(tmp_path).tokens) if "vague-visit" in t.example.rule
    ]

    assert len(own) == 3
    assert all(trial.as_wanted for trial in own)
