"""A full-width comma between what was meant to be two words: told, with its mend, and no mistake."""

from __future__ import annotations

import pytest

from qa_service.i18n.catalogue import catalogue
from qa_service.rulebook.load import bundle_text, pack_bundle, pack_names
from tests.rulebook.books import rules, when


def warned(text: str) -> list[tuple[str, object]]:
    """Where, and which word."""
    bundle = bundle_text(text, "demo.yaml", lambda _: None)
    return [(one.where.removeprefix("demo.yaml: "), one.values["word"]) for one in bundle.warnings]


_HERE = "rules[0].when"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        pytest.param(when("{phrases: [保本，稳赚]}"), [(f"{_HERE}.phrases[0]", "保本，稳赚")], id="a comma"),
        pytest.param(when("{phrases: [保本、稳赚]}"), [(f"{_HERE}.phrases[0]", "保本、稳赚")], id="an enumeration"),
        pytest.param(
            when("{phrases: {any: [不亏, 保本，稳赚], none: [甲，乙]}}"),
            [(f"{_HERE}.phrases.any[1]", "保本，稳赚"), (f"{_HERE}.phrases.none[0]", "甲，乙")],
            id="in the long form",
        ),
        pytest.param(
            when("{tag: pace.fast, near: {any: [甲，乙], within: 5s}}"), [(f"{_HERE}.near.any[0]", "甲，乙")], id="near"
        ),
        pytest.param(
            when("{steps: [{title: 甲, any: [乙，丙]}], role: agent}"),
            [(f"{_HERE}.steps[0].any[0]", "乙，丙")],
            id="a step",
        ),
        pytest.param(
            rules(
                "id: one\ntitle: 甲\nwhen: {tag: pace.fast}\n"
                "coaching: {what: 甲, why: 乙, instead: 丙, fit: {customer: [几天，多久]}}"
            ),
            [("rules[0].coaching.fit.customer[0]", "几天，多久")],
            id="what the customer said",
        ),
        pytest.param(when("{phrases: [保本, 稳赚]}"), [], id="two words"),
        pytest.param(when("{phrases: ['您好，请问']}"), [], id="quoted: one sentence"),
        pytest.param(when("\n      phrases:\n        - 您好，请问"), [], id="after a dash"),
        pytest.param(when("{similar: [您好，请问有什么可以帮您]}"), [], id="an example sentence"),
        pytest.param(when("{regex: '保[，、]本'}"), [], id="a pattern"),
        pytest.param(
            rules("id: one\ntitle: 甲，乙\nwhen: {tag: pace.fast}\nexamples: {match: [您好，请说]}"), [], id="examples"
        ),
    ],
)  # fmt: skip
def test_words_that_a_wide_comma_joined_are_told(text: str, told: list[tuple[str, object]]) -> None:
    assert warned(text) == told


def test_the_warning_says_what_to_write() -> None:
    (one,) = bundle_text(when("{phrases: [保本，稳赚]}"), "demo.yaml", lambda _: None).warnings

    assert "「保本，稳赚」读成了一个词" in catalogue("zh_CN").error(one)
    assert "[甲, 乙]" in catalogue("zh_CN").error(one)


def test_what_a_pattern_never_finds_is_told_with_how_it_is_read() -> None:
    (one,) = bundle_text(
        when("{regex: '查(?:资费方案|流量|[幺一]二三一五)'}"), "demo.yaml", lambda _: None
    ).warnings

    assert one.where == "demo.yaml: rules[0].when.regex"
    assert "里的「查幺二三一五」永远找不到：比对时读成「查12315」" in catalogue("zh_CN").error(one)


def test_quotes_change_nothing_else() -> None:
    bare, quoted = (
        bundle_text(when(f"{{phrases: [{word}]}}"), "demo.yaml", lambda _: None).book
        for word in ("保本，稳赚", "'保本，稳赚'")
    )

    assert bare.digest == quoted.digest


@pytest.mark.parametrize("name", pack_names())
def test_no_pack_has_such_words(name: str) -> None:
    assert pack_bundle(name).warnings == ()
