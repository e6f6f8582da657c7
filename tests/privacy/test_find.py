"""Sentences as they are said: what is covered in them, and what looks like a number of somebody and is none."""

from __future__ import annotations

import pytest

from qa_service.core.speech import Utterance
from qa_service.core.time import Span
from qa_service.privacy.find import find, find_in
from qa_service.privacy.masking import STRICT, mask, mask_call
from tests.privacy.cases import Made
from tests.privacy.figures import false_alarms, outcomes, precision, recall
from tests.privacy.harmless import HARMLESS
from tests.privacy.personal import MISHEARD, OTHERS, SPOKEN, WRITTEN


def covered(text: str) -> str:
    return mask(text, find_in(text), STRICT).text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("我的手机号是13800138000", "我的手机号是●●●●●●●●●●●", id="mobile"),
        pytest.param("幺三八零零幺三八零零零", "●●●●●●●●●●●", id="mobile as it is read out"),
        pytest.param("座机是010-62345678", "座机是●●●●●●●●●●●●", id="landline with its area code"),
        pytest.param("身份证11010519491231002X", "身份证●●●●●●●●●●●●●●●●●●", id="identity card"),
        pytest.param("卡号是6222020200112233445吗", None, id="bank card"),
        pytest.param("验证码是839201", "验证码是●●●●●●", id="one-time code"),
        pytest.param("我的邮箱是li.ming@example.com", None, id="mail"),
        pytest.param("车牌京A12345", None, id="plate"),
        pytest.param(
            "卡号4111111111111111，三位码123", "卡号●●●●●●●●●●●●●●●●，三位码●●●", id="card and code"
        ),
        pytest.param("信用卡的，三位码 123", "信用卡的，三位码 ●●●", id="a code by its length"),
        pytest.param("我姓王，叫王晓明", "我姓●，叫●●●", id="a surname, then the name"),
        pytest.param("我姓李，是李家的", "我姓●，是李家的", id="a surname, then a family"),
    ],
)
def test_what_is_covered(text: str, expected: str | None) -> None:
    shown = covered(text)

    assert len(shown) == len(text)
    assert shown == expected if expected is not None else "●●●●●" in shown


@pytest.mark.parametrize(
    "text",
    [
        "请您拨打95588转人工",
        "客服热线是400-820-8820",
        "您的订单号是202611250000123456789",
        "一共是13800块钱",
        "二零二六年十一月二十五号",
        "三个工作日之内给您答复",
        "我打了三四次电话了",
        "一二三四五，大家一起来",
        "百分之十五的手续费",
        "型号是KFR-35GW",
        "工号8001为您服务",
        "大概一百二十分钟左右",
        "有事您打幺幺零",
        "费率是0.35%，一年12期",
    ],
)
def test_what_is_nobodys_stays_readable(text: str) -> None:
    assert covered(text) == text


def test_a_number_that_is_said_in_pieces_by_two_people_is_covered_in_all_of_them() -> None:
    said = ("您的手机号报一下", "一三八", "嗯", "零零一三", "八零零零", "幺三八零零幺三八零零零对吧")
    call = tuple(
        Utterance(f"u{n}", Span(2_000 * n, 2_000 * n + 1_500), "ab"[n % 2], text)
        for n, text in enumerate(said)
    )

    shown = [heard.text for heard in mask_call(call, find(call), STRICT)]

    assert shown == ["您的手机号报一下", "●●●", "嗯", "●●●●", "●●●●", "●●●●●●●●●●●对吧"]


@pytest.mark.parametrize(
    ("families", "least"),
    [
        pytest.param(WRITTEN, 0.995, id="written"),
        pytest.param(SPOKEN, 0.99, id="read out, with pauses, corrected, in pieces"),
        pytest.param(MISHEARD, 0.98, id="misheard"),
        pytest.param(OTHERS, 0.99, id="others"),
    ],
)
def test_of_calls_that_are_made_up_few_are_missed(
    families: dict[str, tuple[int, Made]], least: float
) -> None:
    assert recall(outcomes(families)) >= least


def test_of_harmless_calls_few_are_covered() -> None:
    harmless = outcomes(HARMLESS)

    assert false_alarms(harmless) <= 0.005
    assert precision([*outcomes(WRITTEN), *harmless]) >= 0.99
