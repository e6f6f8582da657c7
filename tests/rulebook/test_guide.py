"""The worked examples of docs/rulebook.md are rules that load and do what they say."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from qa_service.rulebook.book import Rulebook
from qa_service.rulebook.load import bundle_text
from qa_service.text.tokenize import Tokenizer
from qa_service.usecases.try_rulebook import try_examples
from tests.rulebook.books import HEAD

_GUIDE = (Path(__file__).parents[2] / "docs" / "rulebook.md").read_text("utf-8")


def _example(section: str) -> str:
    """The first YAML of a section, by its anchor; of the page, for none."""
    _, _, rest = _GUIDE.partition(f'<a id="{section}"></a>') if section else ("", "", _GUIDE)
    written = re.search(r"```yaml\n(.*?)```", rest, re.DOTALL)
    if written is None:
        pytest.fail(f"docs/rulebook.md#{section} has no worked example")
    return written[1]


def _wrong(book: Rulebook, own: str, cache: Path) -> list[str]:
    """The examples of the book's own rules that do not come out as wanted; there have to be some."""
    tried = [one for one in try_examples(book, tokens=Tokenizer(cache).tokens) if own in one.example.rule]
    assert len(tried) >= 3
    return [" / ".join(one.example.lines) for one in tried if not one.as_wanted]


def test_the_worked_example_works(tmp_path: Path) -> None:
    book = bundle_text(_example(""), "docs/rulebook.md", lambda _: None).book

    assert _wrong(book, "vague-visit", tmp_path) == []


@pytest.mark.parametrize("section", ["scopes", "values", "personal"])
def test_the_worked_example_of_an_operator_works(section: str, tmp_path: Path) -> None:
    book = bundle_text(HEAD + _example(section), "docs/rulebook.md", lambda _: None).book

    assert _wrong(book, "demo/", tmp_path) == []
    for rule in book.rules:
        wanted = [example.must_match for example in book.examples if example.rule == rule.id]
        assert 0 < wanted.count(True) < wanted.count(False), rule.id
