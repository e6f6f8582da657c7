"""Numbers with a numeral of the next word glued to them: all of the number is covered, whatever follows or precedes."""

from __future__ import annotations

import random
from itertools import product

import pytest

from qa_service.privacy.find import find_in
from qa_service.privacy.kinds import PersonalKind

SPOKEN = dict(zip("0123456789", "零幺二三四五六七八九", strict=True))
FOLLOWING = (
    "一会儿打",
    "一直通",
    "一天打一次",
    "两点打",
    "两天后打",
    "两个月了",
    "三天没人接",
    "三点以后打",
    "三个月没用了",
    "五分钟后打",
    "十点以后打",
    "十分钟内打",
    "四点半打",
    "六点前",
    "七天有效",
    "八点开门",
    "两次都没通",
    "三次了",
    "一共两个号",
    "两百块话费",
    "五十块钱的套餐",
    "十块钱",
    "三百分钟",
    "一千块",
    "二十四小时开机",
    "两位都行",
    "三位家人用",
    "一家人用",
    "十一打",
    "三到五个工作日",
    "一号以后用",
    "二十号扣费",
)
LEADS = ("我的号是", "电话", "", "好的，", "短信发到", "退款到")


def _mobiles() -> list[str]:
    draw = random.Random(7)
    return [
        draw.choice(("139", "138", "156", "187")) + "".join(draw.choices("0123456789", k=8))
        for _ in product(FOLLOWING, LEADS)
    ]


def _covered(text: str) -> str:
    shown = list(text)
    for span in find_in(text):
        shown[span.start : span.end] = "●" * (span.end - span.start)
    return "".join(shown)


def _spoken(digits: str) -> str:
    return "".join(SPOKEN[digit] for digit in digits)


@pytest.mark.parametrize("is_spoken", [True, False], ids=["spoken", "figures"])
def test_no_mobile_is_readable_for_the_numeral_behind_it(is_spoken: bool) -> None:
    open_: list[str] = []
    for (following, lead), mobile in zip(product(FOLLOWING, LEADS), _mobiles(), strict=True):
        said = _spoken(mobile) if is_spoken else mobile
        shown = _covered(f"{lead}{said}{following}")
        open_ += [shown] if shown[len(lead) : len(lead) + 11] != "●" * 11 else []

    assert open_ == []


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("退款到6217001420012345677三到五个工作日", "6217001420012345677"),
        ("打021-65432108十月到期", "021-65432108"),
        ("您打13947286519十点之后", "13947286519"),
        ("充五十幺三九四七二八六五幺九", "幺三九四七二八六五幺九"),
        ("一共两个幺三九四七二八六五幺九", "幺三九四七二八六五幺九"),
        ("第一幺三九四七二八六五幺九", "幺三九四七二八六五幺九"),
        ("尾号六七八九三天到账", "六七八九"),
        ("是139472865193点以后打", "13947286519"),
        ("拨9013912345678", "9013912345678"),
        ("是零九一二三四五六七八", "零九一二三四五六七八"),
        ("0912-345-678", "0912-345-678"),
        ("市話02-23456789", "02-23456789"),
        ("身分證A123456789", "A123456789"),
        ("請把簡訊裡的六位數字念給我，四八三九二零", "四八三九二零"),
    ],
)
def test_all_of_the_number_is_covered(text: str, number: str) -> None:
    at = text.index(number)

    shown = _covered(text)

    assert not [char for char in shown[at : at + len(number)] if char.isalnum()], shown


@pytest.mark.parametrize(
    "text",
    [
        "订单号五零五零九五三七九九幺九零五",
        "二零二六年十一月二十七号三点",
        "一共三千五百六十七块八",
        "住在一二零八号房三天",
        "您拨打12315或者0800123456",
        "工号八零一二三点下班",
        "我等了三五天，打了七八次",
    ],
)
def test_what_names_nobody_stays_readable(text: str) -> None:
    other = {PersonalKind.ADDRESS, PersonalKind.REFERENCE}

    assert [span for span in find_in(text) if span.kind not in other] == []
