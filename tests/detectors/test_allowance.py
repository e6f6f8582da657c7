"""A rule of everyday words is given up in a call, told so, and stops nobody else's."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_service.core.given_up import given_up_label
from qa_service.core.speech import Role, Utterance
from qa_service.core.tags import Tag
from qa_service.detectors.base import Detector
from qa_service.detectors.patterns import PatternRule, Patterns
from qa_service.detectors.phrases import PhraseRule, Phrases
from tests.make import tags_of, utterance

#: Everything that is said in LONG, word by word; and something in it that is said once in ten characters.
WORDS = tuple("您好请问有什么可以帮到的")
COMMON = PhraseRule("rule.demo/common.1", WORDS)
SAME_RULE = PhraseRule("rule.demo/common.2", ("帮到",))
USUAL = PhraseRule("rule.demo/usual.1", ("您好",))
LONG = [
    utterance("您好请问有什么可以帮到您的", at * 4_000, role=Role.CUSTOMER if at % 2 else Role.AGENT)
    for at in range(40)
]


def _labels(tags: list[Tag]) -> list[str]:
    return [tag.label for tag in tags]


def _places(detector: Detector, said: list[Utterance], label: str) -> int:
    return _labels(tags_of(detector, said)).count(label)


@pytest.mark.parametrize(
    "detector",
    [
        pytest.param(Phrases((COMMON, USUAL)), id="phrases"),
        pytest.param(
            Patterns((PatternRule("rule.demo/common.1", "."), PatternRule("rule.demo/usual.1", "您好"))),
            id="patterns",
        ),
    ],
)
def test_a_rule_of_everyday_words_is_given_up_and_no_other(detector: Detector) -> None:
    labels = _labels(tags_of(detector, LONG))

    assert labels.count(given_up_label("demo/common")) == 1
    assert labels.count("rule.demo/common.1") < 13 * 40 / 2
    assert labels.count("rule.demo/usual.1") == 40
    assert given_up_label("demo/usual") not in labels


def test_all_operators_of_a_rule_are_given_up_together() -> None:
    alone = _places(Phrases((SAME_RULE,)), LONG, "rule.demo/common.2")
    beside = _places(Phrases((COMMON, SAME_RULE)), LONG, "rule.demo/common.2")

    assert alone == 40
    assert beside < 20


def test_a_short_call_gives_up_nothing() -> None:
    labels = _labels(tags_of(Phrases((COMMON,)), LONG[:2]))

    assert labels == ["rule.demo/common.1"] * 26


def test_a_long_call_may_hold_more() -> None:
    once_in_ten = PhraseRule("rule.demo/said.1", ("好请",))
    labels = _labels(
        tags_of(
            Phrases((once_in_ten,)),
            [*LONG, *(utterance("您好请问有什么可以帮到您的", 160_000 + at * 4_000) for at in range(400))],
        )
    )

    assert labels == ["rule.demo/said.1"] * 440


@pytest.mark.parametrize(
    "crowded",
    [
        pytest.param(PhraseRule("rule.demo/common.1", WORDS, at_least=9), id="several together"),
        pytest.param(PhraseRule("rule.demo/common.1", ("不可能",), none=WORDS), id="none of them beside"),
        pytest.param(PhraseRule("rule.demo/common.1", ("您好", "请问"), sounds_like="near"), id="by sound"),
    ],
)
def test_other_forms_end_too(crowded: PhraseRule) -> None:
    long = utterance("您好请问有什么可以帮到您的" * 300)

    labels = _labels(tags_of(Phrases((crowded, USUAL)), [long]))

    assert given_up_label("demo/common") in labels


@given(st.integers(0, 39))
def test_a_call_and_its_beginning_give_up_at_the_same_place(until: int) -> None:
    detector = Phrases((COMMON, USUAL))
    whole, part = tags_of(detector, LONG), tags_of(detector, LONG[:until])

    assert part == [tag for tag in whole if tag.span.end_ms <= (LONG[until - 1].span.end_ms if until else -1)]
