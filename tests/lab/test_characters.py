"""What an error rate counts: spelling of numbers, script, width, case and punctuation do not matter."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_service.lab.characters import counted


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("請問有什麼可以幫您", "请问有什么可以帮您", id="traditional is simplified"),
        pytest.param("您好，请问？", "您好请问", id="punctuation is not said"),
        pytest.param("ＶＩＰ 会员", "vip会员", id="width, case and spaces"),
        pytest.param("幺二三一五", "123-15", id="a number read out"),
        pytest.param("工号六零三一", "工号6031", id="digits in either writing"),
        pytest.param("三天", "3天", id="a single digit"),
        pytest.param("两个", "2个", id="two has two words"),
        pytest.param("二十五块", "25块", id="a two-digit value"),
        pytest.param("十二点半", "12点半", id="a value that begins with ten"),
        pytest.param("一百二", "120", id="the unit left out at the end"),
        pytest.param("一百零二", "102", id="a zero spoken"),
        pytest.param("一亿三千万", "130000000", id="two large units"),
        pytest.param("12万", "十二万", id="figures with a unit"),
        pytest.param("百分之二十五", "25%", id="per cent"),
        pytest.param("三点五", "3.5", id="a decimal point"),
        pytest.param("五点三十", "5:30", id="a time of day"),
    ],
)
def test_spoken_alike_counts_alike(one: str, other: str) -> None:
    assert counted(one) == counted(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("四天", "十天", id="other numbers"),
        pytest.param("十四", "四十", id="digits in another order"),
        pytest.param("一百零二", "一百二", id="102 is not 120"),
        pytest.param("3%", "3", id="per cent is said"),
        pytest.param("收益", "手艺", id="other words that sound alike"),
        pytest.param("您好", "你好", id="polite you"),
    ],
)
def test_spoken_otherwise_counts_otherwise(one: str, other: str) -> None:
    assert counted(one) != counted(other)


@pytest.mark.parametrize("text", ["千万别这样", "万一呢", "百货大楼"])
def test_words_that_hold_a_unit_are_no_numbers(text: str) -> None:
    assert len(counted(text)) == len(text)


def in_words(number: int) -> str:
    """As a newsreader says it: 10,203 is 一万零二百零三."""
    if number >= 10_000:
        more, rest = divmod(number, 10_000)
        return in_words(more) + "万" + ("零" if 0 < rest < 1_000 else "") + (in_words(rest) if rest else "")
    said = ""
    for power, unit in ((1_000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, power)
        if digit:
            said += "零一二三四五六七八九"[digit] + unit
        elif said and number and not said.endswith("零"):
            said += "零"
    return said


@given(st.integers(1, 99_999_999))
def test_a_value_counts_the_same_in_words_and_in_figures(number: int) -> None:
    assert counted(f"一共{in_words(number)}块") == f"一共{number}块".replace("一", "1")
