"""The shipped packs: every rule does on its examples what its author says it must."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

import qa_service.rulebook
from qa_service.core.texts import Text
from qa_service.rulebook.book import Rulebook
from qa_service.rulebook.load import load, pack_names
from qa_service.text.normalize import fold
from qa_service.text.tokenize import Tokenizer
from qa_service.usecases.try_rulebook import Trial, try_examples

_FULL = Path(__file__).with_name("full.yaml")
_PACKS = Path(qa_service.rulebook.__file__).parent / "packs"
#: Classes of characters and escapes of a pattern; its words are the Chinese and the Latin between everything else.
_NO_WORDS = re.compile(r"\[[^\]]*\]|\\.")
_WORDS = re.compile(r"[\u4e00-\u9fffa-zA-Z]+")
#: Words that folding writes otherwise, each beside its other form in the same pattern: needless, and harmless.
_NEEDLESS = {"妳", "妳们", "喔", "礼拜", "简讯", "三幺五晚会", "百分之百", "帐号", "存摺"}


@cache
def _book(name: str) -> Rulebook:
    return load(str(_FULL) if name == "full" else name)


def _rules() -> list[tuple[str, str]]:
    books = [*pack_names(), "full"]
    return [(name, rule.id) for name in books for rule in (*_book(name).rules, *_book(name).good)]


@pytest.fixture(scope="module")
def trials(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Trial, ...]]:
    """Every example of every book, tried once."""
    tokens = Tokenizer(tmp_path_factory.mktemp("words")).tokens
    return {name: try_examples(_book(name), tokens=tokens) for name in (*pack_names(), "full")}


@pytest.mark.parametrize(("name", "rule"), _rules(), ids=[f"{n}: {r}" for n, r in _rules()])
def test_a_rule_fires_on_what_it_must_and_on_nothing_it_must_not(
    name: str, rule: str, trials: dict[str, tuple[Trial, ...]]
) -> None:
    wrong = [
        f"{'should fire' if t.example.must_match else 'should be silent'}: {' / '.join(t.example.lines)}"
        for t in trials[name]
        if t.example.rule == rule and not t.as_wanted
    ]

    assert wrong == []


@pytest.mark.parametrize("name", pack_names())
def test_every_rule_of_a_pack_has_three_examples_that_match_and_five_that_do_not(name: str) -> None:
    book = _book(name)
    tried = Counter((example.rule, example.must_match) for example in book.examples)
    rules = [rule.id for rule in (*book.rules, *book.good)]

    assert [rule for rule in rules if tried[rule, True] < 3 or tried[rule, False] < 5] == []


@pytest.mark.parametrize("name", pack_names())
def test_coaching_in_packs_has_three_languages_and_punishes_nobody(name: str) -> None:
    texts: list[Text] = []
    for variants in _book(name).advice.values():
        texts += [text for v in variants for text in (v.what, v.why, v.instead)]
    texts += [praise.text for praise in _book(name).praise]

    assert [text.zh_CN for text in texts if not (text.zh_TW and text.en)] == []
    assert [t for t in texts if any(word in t.zh_CN for word in ("您必须", "严禁", "扣分", "恶劣"))] == []


@pytest.mark.parametrize("name", pack_names())
def test_what_an_agent_is_coached_about_has_advice(name: str) -> None:
    coached = [rule for rule in _book(name).rules if rule.stage.value != "observe"]

    assert [rule.id for rule in coached if not _book(name).advice[rule.id]] == []


@pytest.mark.parametrize("name", pack_names())
def test_patterns_are_written_as_folded_text_is(name: str) -> None:
    """A word that folding writes otherwise (客訴 is 投诉, 轉帳 is 转账) is never found."""
    written = yaml.safe_load((_PACKS / f"{name}.yaml").read_text(encoding="utf-8"))
    words = {word for pattern in _patterns(written) for word in _WORDS.findall(_NO_WORDS.sub("|", pattern))}

    assert sorted(word for word in words - _NEEDLESS if fold(word).text != word) == []


def _patterns(part: Any) -> Iterator[str]:
    """Every regular expression in a part of a file."""
    if isinstance(part, list):
        for one in part:
            yield from _patterns(one)
    elif isinstance(part, dict):
        for key, value in part.items():
            if key in {"regex", "pattern"} and isinstance(value, str):
                yield value
            else:
                yield from _patterns(value)
