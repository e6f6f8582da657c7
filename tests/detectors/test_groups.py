"""Several phrases together, near enough, and none beside them that must not be there."""

from __future__ import annotations

import pytest

from qa_service.core.speech import Role
from qa_service.detectors.groups import Window
from qa_service.detectors.phrases import PhraseRule, Phrases
from tests.make import tags_of, utterance

BOTH = PhraseRule("a", ("保证", "收益"), at_least=2)
NEAR = PhraseRule("a", ("保证", "收益"), at_least=2, window=Window(4, 4))
AFTER = PhraseRule("a", ("保证", "收益"), at_least=2, window=Window(0, 4))
TWO_OF = PhraseRule("a", ("退款", "七天", "无理由", "运费"), at_least=2)
FREE = PhraseRule("a", ("免费",), none=("首月", "试用"), window=Window(2, 6))
PLAIN = PhraseRule("a", ("免费",), none=("首月",))
HEARD = PhraseRule("a", ("投诉", "热线"), sounds_like="near", at_least=2)


@pytest.mark.parametrize(
    ("rule", "said", "quotes"),
    [
        pytest.param(BOTH, "我保证您有收益", ["保证您有收益"], id="both"),
        pytest.param(BOTH, "收益我保证", ["收益我保证"], id="in any order"),
        pytest.param(BOTH, "我保证，您放心，收益很高", ["保证，您放心，收益"], id="in one sentence"),
        pytest.param(BOTH, "我们保证。收益另说", [], id="not over a full stop"),
        pytest.param(BOTH, "收益另说！我们保证服务", [], id="nor over another end, the other way round"),
        pytest.param(BOTH, "我保证什么？收益另说", [], id="nor over a question"),
        pytest.param(BOTH, "收益另说。我保证您有收益。", ["保证您有收益"], id="those of one sentence"),
        pytest.param(BOTH, "我保证。我保证有收益。收益。", ["保证有收益"], id="and none of its neighbours"),
        pytest.param(BOTH, "我保证保证没问题", [], id="one of them twice"),
        pytest.param(BOTH, "收益，保证收益", ["收益，保证"], id="a place belongs to one group"),
        pytest.param(BOTH, "收益保证，收益保证", ["收益保证", "收益保证"], id="two groups"),
        pytest.param(NEAR, "保证一年有收益", ["保证一年有收益"], id="near enough"),
        pytest.param(NEAR, "保证您一年里都有收益", [], id="too far apart"),
        pytest.param(NEAR, "我们保证。收益另说", [], id="near, but in another sentence"),
        pytest.param(
            NEAR, "保证。收益保证", ["收益保证"], id="the nearest is of another sentence, one is not"
        ),
        pytest.param(NEAR, "保证过很多次了，真的收益有保证", ["收益有保证"], id="the nearest counts"),
        pytest.param(AFTER, "保证有收益", ["保证有收益"], id="after it"),
        pytest.param(TWO_OF, "七天无理由，运费您出", ["七天无理由"], id="as many as it takes"),
        pytest.param(TWO_OF, "七天之内七天", [], id="the same one twice is one"),
        pytest.param(TWO_OF, "七天以内。运费您出", [], id="one in each of two sentences"),
        pytest.param(FREE, "这个免费", ["免费"], id="nothing beside it"),
        pytest.param(FREE, "首月免费", [], id="barred before it"),
        pytest.param(FREE, "免费给您试用", [], id="barred after it"),
        pytest.param(FREE, "免费，一年以后那才是首月价", ["免费"], id="barred, but far away"),
        pytest.param(PLAIN, "免费，一年以后才是首月价", [], id="barred anywhere in the sentence"),
        pytest.param(PLAIN, "首月打折。现在免费", ["免费"], id="barred in another sentence"),
        pytest.param(FREE, "首月。免费", ["免费"], id="barred beside it, but in another sentence"),
        pytest.param(HEARD, "头诉热现", ["头诉热现"], id="by sound"),
    ],
)
def test_groups(rule: PhraseRule, said: str, quotes: list[str]) -> None:
    tags = tags_of(Phrases((rule,)), [utterance(said, role=Role.AGENT)])

    assert [tag.quotes[0].text for tag in tags] == quotes


def test_a_group_is_as_sure_as_its_least_sure_phrase() -> None:
    (near,) = tags_of(Phrases((HEARD,)), [utterance("投诉热现", role=Role.AGENT)])
    (sure,) = tags_of(Phrases((HEARD,)), [utterance("投诉热线", role=Role.AGENT)])

    assert near.confidence < sure.confidence == 0.95


def test_two_rules_keep_their_barred_phrases_apart() -> None:
    other = PhraseRule("b", ("免费",), none=("永久",))

    tags = tags_of(Phrases((PLAIN, other)), [utterance("首月免费", role=Role.AGENT)])

    assert [tag.label for tag in tags] == ["b"]


def test_more_phrases_than_there_are_cannot_be_said() -> None:
    with pytest.raises(ValueError, match="3 of 2"):
        PhraseRule("a", ("甲", "乙"), at_least=3)
