"""How many phrases together, and what must not stand beside them: what is read and what is refused."""

from __future__ import annotations

import pytest

from qa_service.detectors.groups import ANYWHERE, Window
from qa_service.detectors.phrases import Phrases
from qa_service.i18n.catalogue import catalogue
from tests.rulebook.books import book, refused, when


@pytest.mark.parametrize(
    ("written", "words", "at_least", "none", "window"),
    [
        pytest.param("[甲, 乙]", ("甲", "乙"), 1, (), ANYWHERE, id="a list"),
        pytest.param("{any: [甲, 乙]}", ("甲", "乙"), 1, (), ANYWHERE, id="one of them"),
        pytest.param("{all: [甲, 乙]}", ("甲", "乙"), 2, (), ANYWHERE, id="all of them"),
        pytest.param("{all: [退款, 退 款]}", ("退款", "退 款"), 1, (), ANYWHERE, id="the same twice"),
        pytest.param(
            "{of: [甲, 乙, 丙], at_least: 2}", ("甲", "乙", "丙"), 2, (), ANYWHERE, id="two of three"
        ),
        pytest.param(
            "{any: [甲], none: [乙], window: {after: 3}}",
            ("甲",),
            1,
            ("乙",),
            Window(None, 3),
            id="barred after",
        ),
    ],
)
def test_what_is_written_is_what_is_meant(
    written: str, words: tuple[str, ...], at_least: int, none: tuple[str, ...], window: Window
) -> None:
    (phrases,) = book(when(f"{{phrases: {written}}}")).detectors

    assert isinstance(phrases, Phrases)
    (rule,) = phrases.rules
    assert (rule.any, rule.at_least, rule.none, rule.window) == (words, at_least, none, window)


@pytest.mark.parametrize(
    ("written", "where", "code"),
    [
        pytest.param("{any: [甲], all: [乙]}", "", "rulebook_phrases_lists", id="two lists"),
        pytest.param("{any: [甲], at_least: 2}", ".at_least", "rulebook_phrases_at_least", id="of what"),
        pytest.param("{of: [甲, 乙]}", ".at_least", "rulebook_phrases_count", id="how many"),
        pytest.param("{of: [甲, 乙], at_least: 3}", ".at_least", "rulebook_phrases_count", id="too many"),
        pytest.param(
            "{of: [甲, 甲], at_least: 2}", ".at_least", "rulebook_phrases_count", id="the same twice"
        ),
        pytest.param("{of: [甲], at_least: yes}", ".at_least", "rulebook_phrases_count", id="no number"),
        pytest.param("{any: [甲], none: []}", ".none", "rulebook_phrases", id="nothing is barred"),
        pytest.param("{any: [甲], none: ['，']}", ".none[0]", "rulebook_phrase_silent", id="nothing to hear"),
        pytest.param("{any: [甲], window: 3}", ".window", "rulebook_mapping_keys", id="a bare window"),
        pytest.param(
            "{any: [甲], window: {left: 3}}", ".window.left", "rulebook_key_unknown", id="an unknown side"
        ),
        pytest.param(
            "{any: [甲], window: {after: 501}}", ".window.after", "rulebook_phrases_window", id="too wide"
        ),
        pytest.param(
            "{any: [甲], window: {after: 3s}}", ".window.after", "rulebook_phrases_window", id="no characters"
        ),
    ],
)
def test_what_means_nothing_is_refused_at_its_place(written: str, where: str, code: str) -> None:
    error = refused(when(f"{{phrases: {written}}}"))

    assert (error.where.partition("phrases")[2], error.code) == (where, code)


@pytest.mark.parametrize(
    ("condition", "key", "form"),
    [
        ("{phrases: [保本], unless: []}", "unless", "phrases: {any: …, unless: …}"),
        ("{phrases: [保本], whole_words: true}", "whole_words", "phrases: {any: …, whole_words: …}"),
        ("{phrases: [保本], none: [不]}", "none", "phrases: {any: …, none: …}"),
        ("{phrases: [保本], window: {before: 5}}", "window", "phrases: {any: …, window: …}"),
        ("{phrases: {any: [保本]}, at_least: 2}", "at_least", "phrases: {any: …, at_least: …}"),
        ("{regex: '保.本', unless: [negated]}", "unless", "regex: {pattern: …, unless: …}"),
        ("{regex: '保.本', sounds_like: near}", "sounds_like", "regex: {pattern: …, sounds_like: …}"),
    ],
)
def test_a_key_beside_its_operator_is_told_where_it_belongs(condition: str, key: str, form: str) -> None:
    error = refused(when(condition))

    assert (error.code, error.where.rpartition(".")[2]) == ("rulebook_key_of_operator", key)
    assert error.fix.startswith(f"Write {form}")
    assert form in catalogue("zh_CN").error(error)
