"""A card's date and code, passwords and codes with letters; and what only sounds like them."""

from __future__ import annotations

import pytest

from qa_service.core.speech import Utterance
from qa_service.core.time import Span
from qa_service.privacy.card_codes import without_codes
from qa_service.privacy.find import find
from qa_service.privacy.kinds import PersonalKind
from qa_service.privacy.masking import STRICT, mask_call
from tests.privacy.test_find import covered

CARD = "4111111111111111"
_COVERED_CARD = "●" * 16


def said(*texts: str) -> tuple[Utterance, ...]:
    return tuple(
        Utterance(f"u{n}", Span(2_000 * n, 2_000 * n + 1_500), "ab"[n % 2], text)
        for n, text in enumerate(texts)
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            f"卡号{CARD}有效期12/28三位码123",
            f"卡号{_COVERED_CARD}有效期●●●●●三位码●●●",
            id="all in one breath",
        ),
        pytest.param(
            "信用卡 4111 1111 1111 1111 有效期 12/28 三位码 123",
            f"信用卡 {'●' * 19} 有效期 ●●●●● 三位码 ●●●",
            id="with spaces",
        ),
        pytest.param(
            f"卡号{CARD}有效期十二杠二八", f"卡号{_COVERED_CARD}有效期●●●●●", id="a date with a dash"
        ),
        pytest.param(f"{CARD}，12/28，123", f"{_COVERED_CARD}，●●●●●，●●●", id="nothing but digits"),
        pytest.param("有效期12/28", "有效期●●●●●", id="a date as cards write it, no card named"),
        pytest.param("有效期是十二月二八年", "有效期是●●●●●●", id="the month, then the year"),
        pytest.param("有效期到12/28的那张信用卡", "有效期到●●●●●的那张信用卡", id="a card named behind"),
        pytest.param("有效期1228，安全码123", "有效期●●●●，安全码●●●", id="a date and a code"),
        pytest.param("校验码 335", "校验码 ●●●", id="a check code of three digits"),
        pytest.param("安全码是一二三", "安全码是●●●", id="a code read out"),
        pytest.param("CVV2是123", "CVV2是●●●", id="CVV2, whose 2 is none of it"),
        pytest.param("卡背面的后三位是335", "卡背面的后三位是●●●", id="where it stands on the card"),
        pytest.param("security code 123", "security code ●●●", id="in English"),
        pytest.param("密码是 a1b2c3", "密码是 ●●●●●●", id="a password with letters"),
        pytest.param("密码a1b2c3", "密码●●●●●●", id="at once behind the word"),
        pytest.param("密码是大写A小写b一二三", "密码是大写●小写●●●●", id="spelled out"),
        pytest.param("口令为 abc", "口令为 ●●●", id="short, and said to be it"),
        pytest.param("密码是小写的 h e l l o", "密码是小写的 ●●●●●●●●●", id="the case said first"),
        pytest.param("卡的安全码伍陆柒", "卡的安全码●●●", id="figures of bank papers"),
        pytest.param("卡背后那个数五六七", "卡背后那个数●●●", id="the number behind"),
        pytest.param("三位安全码 san si wu", "三位安全码 ●●●●●●●●●", id="in pinyin"),
        pytest.param("密码 a b 1 2 3 c 谢谢", "密码 ●●●●●●●●●●● 谢谢", id="one by one"),
        pytest.param("登录密码：Abc@1234。", "登录密码：●●●●●●●●。", id="with a symbol"),
        pytest.param("密码是admin，您记一下", "密码是●●●●●，您记一下", id="letters alone"),
        pytest.param("验证码是a8K2", "验证码是●●●●", id="a code that was sent, with letters"),
    ],
)
def test_dates_codes_and_passwords_are_covered(text: str, expected: str) -> None:
    assert covered(text) == expected
    assert covered(expected) == expected


@pytest.mark.parametrize(
    "text",
    [
        "优惠券有效期12/28",
        "口令是芝麻开门",
        "密码是app里设的",
        "密码是abc的格式",
        "密码是保密的，不要告诉别人",
        "这个活动有效期12/28",
        "身份证有效期是12/28",
        "保单有效期12月28年",
        "有效期12/28号",
        "有效期1228天",
        "有效期是三个月",
        "有效期到2027年12月",
        "有效期到12月28日",
        "有效期是2027-12-28",
        "校验码发了三次都没收到",
        "校验码等了120秒",
        "校验码是几位的",
        "安全码是三位数",
        "安全码在卡背面后三位",
        "信用卡12期，每期335块",
        "信用卡等3到5个工作日",
        "密码错误",
        "密码忘了，app上改不了",
        "密码是wifi的密码",
        "密码要八位数字加字母",
        "您的密码是不是大写的",
        "the password is wrong",
        "密码改一下 ok",
        "验证码在app里看",
        "二维码 qrcode 扫一下",
        "型号是 a1b2c3",
    ],
)
def test_what_only_sounds_like_them_stays(text: str) -> None:
    assert covered(text) == text


def test_a_code_that_is_read_back_is_covered_there_too() -> None:
    call = said(f"卡号{CARD}", "安全码呢", "335", "是335对吗", "对的", "那我等335块到账")

    shown = [heard.text for heard in mask_call(call, find(call), STRICT)]

    assert shown == [f"卡号{_COVERED_CARD}", "安全码呢", "●●●", "是●●●对吗", "对的", "那我等335块到账"]


@pytest.mark.parametrize(
    ("asked", "answer", "shown"),
    [
        pytest.param("您的密码是多少", "a1b2c3", "●●●●●●", id="a password"),
        pytest.param("验证码报一下", "是 k9x2 对", "是 ●●●● 对", id="a code"),
        pytest.param("您的密码是多少", "hello", "hello", id="a word is none"),
        pytest.param("您的密码是多少", "a1b2c3这个型号的", "a1b2c3这个型号的", id="nor what goes on"),
        pytest.param("什么型号", "a1b2c3", "a1b2c3", id="nor a model"),
        pytest.param("您的密码改好了吗", "改好了", "改好了", id="nor an answer without any"),
    ],
)
def test_a_password_that_was_asked_for_is_covered(asked: str, answer: str, shown: str) -> None:
    call = said(asked, answer)

    assert mask_call(call, find(call), STRICT)[1].text == shown


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        pytest.param("校验码335", {PersonalKind.CARD_CODE}, id="three digits: the card's"),
        pytest.param("校验码3351", {PersonalKind.ONE_TIME_CODE}, id="four: one that was sent"),
        pytest.param("短信校验码335", set(), id="sent as a message: never so short"),
        pytest.param("卡背面后三位335", {PersonalKind.CARD_CODE}, id="its place is no tail of a number"),
        pytest.param("手机号后三位335", {PersonalKind.PARTIAL}, id="a telephone's end is"),
    ],
)
def test_what_it_is(text: str, kinds: set[PersonalKind]) -> None:
    assert {span.kind for span in find(said(text))} == kinds


@pytest.mark.parametrize(
    ("lines", "kept"),
    [
        pytest.param([f"卡号{CARD}，有效期0827，后面三位是567"], [False], id="behind the date"),
        pytest.param([f"卡号{CARD}，后三位五六七"], [False], id="in words"),
        pytest.param([f"卡号{CARD}", "卡背面后三位呢", "后三位是567"], [True, True, False], id="asked for"),
        pytest.param([f"卡号{CARD}，后四位是5678"], [True], id="the last four of the card"),
        pytest.param([f"卡号{CARD}", "手机号后三位呢", "后三位是567"], [True, True, True], id="of a mobile"),
        pytest.param([f"卡号{CARD}，订单号后三位是567"], [True], id="of an order"),
        pytest.param(["请报后三位", "后三位是567"], [True, True], id="where no card is"),
        pytest.param([f"卡号{CARD}", "后三位客户还在等，要等567天"], [True, True], id="customers"),
    ],
)
def test_the_last_three_beside_a_card_are_its_code_and_not_kept(lines: list[str], kept: list[bool]) -> None:
    call = said(*lines)

    found = {one.text for one in without_codes(call)}

    assert [line in found for line in lines] == kept


@pytest.mark.parametrize(
    ("lines", "shown"),
    [
        pytest.param(
            ["李建国先生您好，请问您是李建国本人吗", "对我是李建国"],
            ["●●●先生您好，请问您是●●●本人吗", "对我是●●●"],
            id="a whole name once is that name everywhere",
        ),
        pytest.param(
            ["您是李建国本人吗", "是的，李建国"], ["您是●●●本人吗", "是的，●●●"], id="asked in person"
        ),
        pytest.param(
            ["陈先生您好", "陈列馆在哪"], ["●先生您好", "陈列馆在哪"], id="a surname is only where it is said"
        ),
        pytest.param(
            ["您是方便本人过来吗", "方便的"],
            ["您是方便本人过来吗", "方便的"],
            id="a word that begins like a name",
        ),
        pytest.param(["您是机主本人吗", "是本人"], ["您是机主本人吗", "是本人"], id="nobody by name"),
    ],
)
def test_names_that_are_whole_are_covered_wherever_they_are_said(lines: list[str], shown: list[str]) -> None:
    call = said(*lines)

    assert [heard.text for heard in mask_call(call, find(call), STRICT)] == shown
