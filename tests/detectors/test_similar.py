"""Sentences that resemble examples: in other words of the same kind, among other words, and not when denied."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_service.core.calls import CallFacts
from qa_service.core.speech import Role
from qa_service.detectors.similar import Similar, SimilarRule
from qa_service.text.normalize import fold
from qa_service.text.resemblance import features, resemblance
from tests.make import tags_of, utterance

WHEN = SimilarRule("when", ("什么时候能修好", "还要等几天"), 0.6, role=Role.CUSTOMER)
PROMISE = SimilarRule("promise", ("这款产品我们承诺保本",), 0.6)
BRANCH = SimilarRule("branch", ("您自己去营业厅办理",), 0.6, unlike=("我陪您去营业厅办理",))


def found(rule: SimilarRule, text: str, role: Role = Role.CUSTOMER) -> list[str]:
    return [tag.quotes[0].text for tag in tags_of(Similar((rule,)), [utterance(text, role=role)])]


@pytest.mark.parametrize(
    ("rule", "said", "quotes"),
    [
        pytest.param(WHEN, "什么时候能修好", ["什么时候能修好"], id="word for word"),
        pytest.param(WHEN, "啥时候能修好啊", ["啥时候能修好啊"], id="another word for when"),
        pytest.param(WHEN, "到底多久才能修好呢", ["到底多久才能修好呢"], id="with fillers"),
        pytest.param(WHEN, "什麼時候能修好", ["什麼時候能修好"], id="in traditional"),
        pytest.param(
            WHEN, "我都打了三遍了，你就告诉我什么时候能修好", ["你就告诉我什么时候能修好"], id="among others"
        ),
        pytest.param(WHEN, "我等着。还要等多久。", ["还要等多久"], id="the sentence that is like it"),
        pytest.param(WHEN, "多少钱能修好", [], id="another question"),
        pytest.param(WHEN, "修好了，谢谢", [], id="no question at all"),
        pytest.param(WHEN, "天气什么时候能好", [], id="about something else"),
        pytest.param(PROMISE, "这款产品我们是承诺保本的", ["这款产品我们是承诺保本的"], id="a promise"),
        pytest.param(PROMISE, "这款产品我们不能承诺保本", [], id="a promise denied"),
        pytest.param(PROMISE, "这款产品我们没有承诺保本", [], id="never promised"),
        pytest.param(BRANCH, "你自己去营业厅办理一下", ["你自己去营业厅办理一下"], id="你 and 您"),
        pytest.param(BRANCH, "我陪您去营业厅办理吧", [], id="more like what it must not be like"),
        pytest.param(BRANCH, "营业厅", [], id="a word of it"),
        pytest.param(BRANCH, "", [], id="nothing"),
    ],
)
def test_similar(rule: SimilarRule, said: str, quotes: list[str]) -> None:
    assert found(rule, said) == quotes


def test_nobody_is_held_to_the_others_words() -> None:
    assert found(WHEN, "什么时候能修好", Role.AGENT) == []
    assert found(PROMISE, "这款产品我们承诺保本", Role.SYSTEM) == []


def test_the_less_alike_the_less_sure() -> None:
    (same,) = tags_of(Similar((WHEN,)), [utterance("什么时候能修好", role=Role.CUSTOMER)])
    (other,) = tags_of(Similar((WHEN,)), [utterance("现在什么时候能修好", role=Role.CUSTOMER)])

    assert 0.55 <= other.confidence < same.confidence == 0.9


def test_two_rules_find_each_their_own_and_once_an_utterance() -> None:
    both = Similar((WHEN, SimilarRule("fix", ("能不能修好这个",), 0.5)))
    tags = tags_of(both, [utterance("什么时候能修好，到底什么时候能修好", role=Role.CUSTOMER)])

    assert [tag.label for tag in tags].count("when") == 1


def test_what_was_not_heard_well_and_what_has_no_words_is_not_judged() -> None:
    assert tags_of(Similar((WHEN,)), [utterance("什么时候能修好", role=Role.CUSTOMER, unreliable="x")]) == []
    assert (
        tags_of(Similar((WHEN,)), [utterance("什么时候能修好", role=Role.CUSTOMER)], about=CallFacts()) == []
    )


_SENTENCE = st.text("我们不能承诺保本吗几天修好", min_size=5, max_size=12)
_SENTENCES = st.lists(_SENTENCE, min_size=1, max_size=4).map(tuple)


@given(_SENTENCES, st.lists(_SENTENCE, max_size=3).map(tuple), st.sampled_from([0.35, 0.6, 1.0]), _SENTENCE)
def test_found_is_what_comparing_with_every_sentence_finds(
    examples: tuple[str, ...], unlike: tuple[str, ...], at_least: float, said: str
) -> None:
    heard = features(fold(said).text)
    alike, other = (
        max((resemblance(heard, features(fold(one).text)) for one in some), default=0.0)
        for some in (examples, unlike)
    )

    assert bool(found(SimilarRule("x", examples, at_least, unlike), said)) == (
        alike >= at_least and alike > other
    )
