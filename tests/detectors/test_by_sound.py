from __future__ import annotations

from dataclasses import replace

import pytest

from qa_service.core.speech import Role
from qa_service.core.tags import Tag
from qa_service.detectors.base import Detector
from qa_service.detectors.patterns import PatternRule, Patterns
from qa_service.detectors.phrases import PhraseRule, Phrases
from tests.make import tags_of, utterance

PHRASE = PhraseRule("rule.demo/a.1", ("验证码", "投诉"), unless=frozenset({"negated"}), sounds_like="near")
PATTERN = PatternRule(
    "rule.demo/b.1",
    "(?:报|念|告诉)[^。]{0,4}验证码|投诉到哪都没用",
    unless=frozenset({"negated"}),
    sounds_like="near",
)
BOTH = [pytest.param(Phrases((PHRASE,)), id="phrases"), pytest.param(Patterns((PATTERN,)), id="patterns")]


def heard(detector: Detector, text: str) -> list[Tag]:
    return tags_of(detector, [utterance(text, role=Role.AGENT)])


@pytest.mark.parametrize("detector", BOTH)
def test_what_was_misheard_is_found_and_quoted_as_it_was_heard(detector: Detector) -> None:
    (tag,) = heard(detector, "您报一下验正码")
    (quote,) = tag.evidence[0].quotes

    assert quote.text.endswith("验正码")
    assert tag.because.code == "words.heard_as"
    assert str(dict(tag.because.values)["word"]).endswith("验证码")
    assert 0.7 <= tag.confidence < 0.9


@pytest.mark.parametrize("detector", BOTH)
def test_what_was_heard_right_is_told_as_before(detector: Detector) -> None:
    (tag,) = heard(detector, "您报一下验证码")

    assert tag.because.code in {"phrases.exact", "patterns.match"}
    assert tag.confidence >= 0.9


@pytest.mark.parametrize("detector", BOTH)
@pytest.mark.parametrize("said", ["您念一下您是来验证吗", "不要报验正码", "您报一下订单号"])
def test_what_makes_sense_or_is_denied_is_not_found(detector: Detector, said: str) -> None:
    assert heard(detector, said) == []


@pytest.mark.parametrize("tolerance", ["exact", frozenset({"l/n"})])
def test_a_rule_that_tolerates_less_hears_less(tolerance: str | frozenset[str]) -> None:
    assert heard(Phrases((replace(PHRASE, sounds_like=tolerance),)), "您报一下眼证码") == []
    assert heard(Patterns((replace(PATTERN, sounds_like=tolerance),)), "您报一下眼证码") == []


def test_a_rule_hears_no_more_because_another_one_is_there() -> None:
    deaf = PhraseRule("rule.demo/c.1", ("报一下验证码",), sounds_like="exact")
    other = PhraseRule("rule.demo/d.1", ("一下验证",), sounds_like="near")

    labels = [tag.label for tag in heard(Phrases((PHRASE, deaf, other)), "您报一下验正码")]

    assert "rule.demo/a.1" in labels
    assert "rule.demo/c.1" not in labels


def test_a_negator_in_the_mended_text_counts() -> None:
    rule = replace(PHRASE, any=("不承诺保本", "保证保本"))

    (tag,) = heard(Phrases((rule,)), "我们布承诺保本")

    assert dict(tag.because.values)["word"] == "不承诺保本"


@pytest.mark.parametrize("wrong", ["far", frozenset({"t/d"})])
def test_a_tolerance_that_is_none_is_refused(wrong: str | frozenset[str]) -> None:
    with pytest.raises(ValueError, match="sounds_like"):
        replace(PATTERN, sounds_like=wrong)


@pytest.mark.parametrize("pattern", ["告诉.{0,4}短信验证码", "告訴.{0,4}簡訊驗證碼"])
def test_a_pattern_in_traditional_is_heard_by_sound_as_its_simplified_one_is(pattern: str) -> None:
    detector = Patterns((PatternRule("rule.demo/t.1", pattern, sounds_like="near"),))

    said = [utterance("您告诉我短信验政码就可以了", role=Role.AGENT)]

    assert [tag.quotes[0].text for tag in tags_of(detector, said)] == ["告诉我短信验政码"]
