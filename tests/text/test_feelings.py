"""Feelings in words: whose they are, whether they are meant, and what is none."""

from __future__ import annotations

import pytest

from qa_service.text.feeling_words import Feeling
from qa_service.text.feelings import feelings_in
from qa_service.text.normalize import fold


def _said(text: str) -> dict[str, str]:
    """What each feeling rests on, in the original characters."""
    folded = fold(text)
    return {one.feeling.value: text[slice(*folded.origin(one.start, one.end))] for one in feelings_in(text)}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param(
            "你们什么态度啊，气死我了", {"anger": "什么态度啊，气死我"}, id="two words, one feeling"
        ),
        pytest.param("你們真的太過分了", {"anger": "太過分"}, id="traditional"),
        pytest.param("我打了五个电话了还没人管", {"displeased": "打了五个电话了还没人管"}, id="counted"),
        pytest.param("到底要拖到什么时候", {"displeased": "到底要拖到什么时候"}, id="a shape"),
        pytest.param("凭什么扣我的钱", {"anger": "凭什么扣"}, id="why on earth"),
        pytest.param("我孩子很着急用", {"worried": "很着急"}, id="my child's is mine"),
        pytest.param(
            "刚才很生气，现在我放心了", {"anger": "生气", "pleased": "我放心了"}, id="two feelings, both said"
        ),
        pytest.param("不满意", {"displeased": "不满意"}, id="not pleased is displeased"),
    ],
)
def test_feelings_are_found_with_the_words_that_say_them(text: str, found: dict[str, str]) -> None:
    assert _said(text) == found


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("您别生气", id="the other's"),
        pytest.param("他很着急", id="a third's"),
        pytest.param("我没有不满意", id="denied"),
        pytest.param("我不着急，您慢慢查", id="not in a hurry"),
        pytest.param("如果我不满意能退吗", id="supposed"),
        pytest.param("不满意可以退吗", id="supposed, without if"),
        pytest.param("是满意度调查吗", id="a survey"),
        pytest.param("您是不是不满意", id="asked"),
        pytest.param("你生气了吗", id="asked of the other"),
        pytest.param("麻烦您帮我看一下", id="a courtesy"),
        pytest.param("谢谢", id="mere thanks"),
        pytest.param("我想投诉", id="a wish"),
        pytest.param("，。！", id="nothing said"),
        pytest.param("", id="nothing at all"),
    ],
)
def test_what_shows_no_feeling_of_the_speaker_is_none(text: str) -> None:
    assert feelings_in(text) == ()


def test_two_words_are_surer_than_one_and_nothing_is_certain() -> None:
    one, two, many = (
        feelings_in(text)[0].confidence for text in ("太过分", "太过分，气死我了", "太过分，气死我了" * 9)
    )

    assert one < two <= many == 0.9


def test_the_length_of_what_was_said_does_not_blow_up() -> None:
    """A transcript without punctuation: hits by the thousand, each with the whole of it around."""
    found = feelings_in("你们太差我等了一个小时还没人接" * 500)

    assert {one.feeling for one in found} == {Feeling.DISPLEASED}
