"""How much a number is: in yuan, percent, days; and of which numbers nobody can tell."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_service.text.figures import worth
from qa_service.text.normalize import fold
from qa_service.text.numbers import numbers
from qa_service.text.quantities import UNITS, quantity

_DIGITS = "零一二三四五六七八九"


def spoken(number: int) -> str:
    """A number below a hundred million as it is read, zeros and all."""
    if number >= 10_000:
        many, rest = divmod(number, 10_000)
        return spoken(many) + "万" + ("零" if 0 < rest < 1_000 else "") + (spoken(rest) if rest else "")
    said = ""
    for unit, sign in ((1_000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, unit)
        said += _DIGITS[digit] + sign if digit else "零" if said and number else ""
    return said.replace("零零", "零").replace("零零", "零") or "零"


@given(st.integers(0, 99_999_999))
def test_every_number_is_worth_what_it_says(number: int) -> None:
    assert worth(spoken(number)) == (number, number)
    assert worth(str(number)) == (number, number)


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("三千五", 3_500),
        ("两万三", 23_000),
        ("一万二千五", 12_500),
        ("三千零五", 3_005),
        ("十二万三", 123_000),
        ("2万3千", 23_000),
        ("3.5万", 35_000),
        ("三点五", 3.5),
        ("一亿三千万", 130_000_000),
    ],
)
def test_numbers_as_people_shorten_them(said: str, value: float) -> None:
    assert worth(said) == (value, value)


@pytest.mark.parametrize(
    "said",
    ["千", "万", "百八十", "一二三", "三百二千", "一百十五", "万万", "五四", "两" * 30, "", "〇", "3个"],
)
def test_what_is_no_number_is_worth_nothing(said: str) -> None:
    assert worth(said) is None


def _measured(said: str) -> list[tuple[str, object]]:
    folded = fold(said)
    found = [(hit.kind, quantity(folded, hit)) for hit in numbers(folded)]
    return [
        (UNITS[kind], value if value is None else value.low if value.low == value.high else tuple(value))
        for kind, value in found
        if kind in UNITS
    ]


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("一百二十块", ("yuan", 120)),
        ("给您退三千五", ("yuan", 3_500)),
        ("首付兩萬三", ("yuan", 23_000)),
        ("39.9元", ("yuan", 39.9)),
        ("1,000元", ("yuan", 1_000)),
        ("5万块", ("yuan", 50_000)),
        ("2万3千块", ("yuan", 23_000)),
        ("三点五万块", ("yuan", 35_000)),
        ("三块五", ("yuan", 3.5)),
        ("一块二毛五", ("yuan", 1.25)),
        ("三百四十五块六毛七", ("yuan", 345.67)),
        ("两块五毛三分", ("yuan", 2.53)),
        ("￥6000", ("yuan", 6_000)),
        ("¥ 6,000.50", ("yuan", 6_000.5)),
        ("您存六千五百", ("yuan", 6_500)),
        ("欠了五万", ("yuan", 50_000)),
        ("伍仟壹佰元整", ("yuan", 5_100)),
        ("壹萬貳仟元", ("yuan", 12_000)),
        ("贰拾捌", ("number", 28)),
        ("15万", ("number", 150_000)),
        ("1.2万", ("number", 12_000)),
        ("5块8毛", ("yuan", 5.8)),
        ("二十一块", ("yuan", 21)),
        ("五毛钱", ("yuan", 0.5)),
        ("两三百块", ("yuan", (200, 300))),
        ("3到5万元", ("yuan", (30_000, 50_000))),
        ("三到五千块", ("yuan", (3_000, 5_000))),
        ("百分之三", ("percent", 3)),
        ("百分之三到五", ("percent", (3, 5))),
        ("百分之零点七五", ("percent", 0.75)),
        ("千分之七点五", ("percent", 0.75)),
        ("千分之五", ("percent", 0.5)),
        ("日息万分之五", ("percent", 0.05)),
        ("年化三点八五", ("percent", 3.85)),
        ("利率是3.85", ("percent", 3.85)),
        ("月息一分五", ("percent", 1.5)),
        ("年息四厘", ("percent", 4)),
        ("利息四厘", ("percent", None)),
        ("三点八五", ("number", 3.85)),
        ("零点五", ("number", 0.5)),
        ("百分之百", ("percent", 100)),
        ("三成", ("percent", 30)),
        ("三个点", ("percent", 3)),
        ("24小时之内", ("days", 1)),
        ("最迟一个半月", ("days", 45)),
        ("一个半小时", ("days", 0.0625)),
        ("1–3个工作日", ("days", (1, 3))),
        ("半年", ("days", 182.5)),
        ("一刻钟", ("days", 15 / 1_440)),
        ("三刻钟", ("days", 45 / 1_440)),
        ("半小时", ("days", 0.5 / 24)),
        ("半个月", ("days", 15)),
        ("两周", ("days", 14)),
        ("二十五", ("number", 25)),
        ("三千五百", ("number", 3_500)),
        ("保额五十万", ("number", 500_000)),
        ("二十万零五百", ("number", 200_500)),
        ("一两万", ("number", (10_000, 20_000))),
        ("第二十一位", ("number", 21)),
    ],
)
def test_one_unit_a_kind(said: str, value: tuple[str, object]) -> None:
    unit, wanted = value
    assert _measured(said) == [(unit, pytest.approx(wanted, abs=1e-6) if wanted else wanted)]


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("几百块", [("yuan", None)]),
        ("上万块", [("yuan", None)]),
        ("100美金", [("yuan", None)]),
        ("三块五一个", [("yuan", None)]),
        ("二十几块", [("number", None)]),
        ("几十块", [("yuan", None)]),
        ("好几十万", [("number", None)]),
        ("数十天", [("days", None)]),
        ("十天半个月", [("days", None)]),
        ("两千出头", [("number", None)]),
        ("一年要5k", [("days", 365), ("number", None)]),
        ("百分之一百二", [("percent", None)]),
        ("三千来块", [("number", None)]),
        ("一块去", []),
        ("咱们一块走", []),
        ("三块儿", []),
        ("八折", [("percent", None)]),
        ("三天前", [("days", None)]),
        ("周五前", [("days", None)]),
        ("两年半", [("days", None)]),
        ("等了半天", [("days", None)]),
        ("13800001111", [("number", None)]),
        ("工号007", [("number", None)]),
        ("下午三点五分", []),
        ("三点五十", []),
        ("三点零五分", []),
        ("三点四五十分到", []),
        ("五厘米", []),
        ("办好一分五厘都不要", []),
        ("四分之一", []),
        ("陆续到", []),
        ("存两百个", [("number", 200)]),
        ("万一", []),
    ],
)
def test_of_what_nobody_can_tell_how_much_it_is(said: str, found: list[tuple[str, object]]) -> None:
    assert _measured(said) == found


@pytest.mark.parametrize(
    "said",
    [
        *(
            "三千五个",
            "两万三公里",
            "一百二十",
            "第一百二",
            "三百六十五",
            "时速一百二",
            "血压一百三",
            "一百二楼",
        ),
        *("你这个二百五", "三千五百", "工号一百二", "一千五百个", "一百零五"),
    ],
)
def test_only_money_is_said_without_its_unit(said: str) -> None:
    assert "yuan" not in [unit for unit, _ in _measured(said)]


@pytest.mark.parametrize(
    ("said", "quoted"),
    [
        ("打12315万一打不通", ["12315"]),
        ("打110千万别打119", ["110", "119"]),
        ("办110万分之一", ["110"]),
    ],
)
def test_a_number_ends_where_a_clause_begins(said: str, quoted: list[str]) -> None:
    folded = fold(said)

    assert [folded.text[hit.start : hit.end] for hit in numbers(folded)] == quoted
