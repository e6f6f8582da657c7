from __future__ import annotations

import pytest

from qa_service.detectors.by_sound import Tolerance
from qa_service.detectors.patterns import Patterns
from qa_service.detectors.phrases import Phrases
from qa_service.rulebook.book import Rulebook
from tests.rulebook.books import book, refused, rules


def tolerances(made: Rulebook) -> list[Tolerance]:
    """What each operator of a book asks for, phrases first."""
    return [
        rule.sounds_like
        for detector in made.detectors
        if isinstance(detector, Phrases | Patterns)
        for rule in detector.rules
    ]


TWO = "when: {any: [{phrases: [投诉]}, {regex: {pattern: 投诉.没用%s}}]}"


@pytest.mark.parametrize(
    ("of_the_book", "of_the_rule", "of_the_operator", "expected"),
    [
        pytest.param("", "", "", ["exact", "exact"], id="nobody says"),
        pytest.param("near", "", "", ["near", "near"], id="the book"),
        pytest.param("", "near", "", ["near", "near"], id="the rule"),
        pytest.param("near", "exact", "", ["exact", "exact"], id="the rule before the book"),
        pytest.param("near", "", "exact", ["near", "exact"], id="the operator before the book"),
        pytest.param(
            "", "[tone, n/ng]", "near", [frozenset({"tone", "n/ng"}), "near"], id="what may be confused"
        ),
        pytest.param("", "[]", "", [frozenset(), frozenset()], id="the very syllable"),
    ],
)
def test_who_says_what_only_sounds_alike(
    of_the_book: str, of_the_rule: str, of_the_operator: str, expected: list[Tolerance]
) -> None:
    written = TWO % (f", sounds_like: {of_the_operator}" if of_the_operator else "")
    rule = f"id: one\ntitle: 甲\n{written}" + (f"\nsounds_like: {of_the_rule}" if of_the_rule else "")
    head = f"sounds_like: {of_the_book}\n" if of_the_book else ""

    assert tolerances(book(head + rules(rule))) == expected


@pytest.mark.parametrize(
    ("where", "value"),
    [
        pytest.param("sounds_like", "nearly", id="book"),
        pytest.param("rules[0].sounds_like[1]", "[tone, ng]", id="rule"),
    ],
)
def test_a_tolerance_that_is_none_is_told_with_its_place(where: str, value: str) -> None:
    rule = "id: one\ntitle: 甲\nwhen: {phrases: [投诉]}"
    of_the_book = where == "sounds_like"
    key = f"\nsounds_like: {value}\n"

    assert refused(key + rules(rule) if of_the_book else rules(rule + key)).where == f"demo.yaml: {where}"


def test_books_that_say_nothing_of_it_keep_their_digests() -> None:
    rule = "id: one\ntitle: 甲\nwhen: {phrases: [投诉]}"

    assert "sounds_like" not in str(book(rules(rule)).digest)
    assert book(rules(rule)).digest != book("sounds_like: near\n" + rules(rule)).digest
