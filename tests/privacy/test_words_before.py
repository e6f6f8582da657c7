"""What stands before a number does not hide it: an order, a hotline that was not reached, letters, a pause."""

from __future__ import annotations

import pytest

from qa_service.core.speech import Role
from qa_service.privacy.find import find, find_in
from qa_service.privacy.kinds import PersonalKind
from tests.make import utterance


def left_readable(text: str) -> str:
    """The text without what is personal in it."""
    hidden = {
        at
        for span in find_in(text)
        if span.kind is not PersonalKind.REFERENCE
        for at in range(span.start, span.end)
    }
    return "".join(char for at, char in enumerate(text) if at not in hidden)


@pytest.mark.parametrize(
    ("before", "number", "behind"),
    [
        ("我的订单是用", "13947286519", "下的"),
        ("快递单上写的是", "13947286519", ""),
        ("工单已经生成，联系人", "13947286519", "，师傅会联系您"),
        ("没有单号，就查", "13947286519", "名下的"),
        ("订单查不到，您用", "幺三九四七二八六五幺九", "查一下"),
        ("我报修的工单是", "幺三九四七二八六五幺九", "报的"),
        ("我的订单退到", "6228480012345670017", ""),
        ("客服热线打不通，你打我家", "021-64557892", ""),
        ("投诉电话没人接，您回我", "零五幺二六五二幺八八三四", ""),
        ("VIP", "13947286519", ""),
        ("我用app", "幺三九四七二八六五幺九", "登的"),
        ("ETC", "6228480012345670017", ""),
        ("对公账户是", "3200 1594 2360 5250 1234", ""),
    ],
)
def test_a_number_is_covered_whatever_the_words_before_are_about(
    before: str, number: str, behind: str
) -> None:
    assert left_readable(before + number + behind) == before + behind


@pytest.mark.parametrize(
    "text",
    [
        "订单号是13947286519",
        "工单编号13947286519",
        "订单号请您记好，13947286519",
        "13947286519这个单号",
        "顺丰SF13947286519",
        "客服热线是0755-83331234",
        "投诉电话您可以直接打021-64557892",
    ],
)
def test_orders_and_hotlines_that_are_named_stay(text: str) -> None:
    assert left_readable(text) == text


@pytest.mark.parametrize(
    "answers",
    [
        ("幺三九嘛", "四七二八嘛", "六五幺九嘛"),
        ("幺三九吧", "四七二八呀", "六五幺九哈"),
        ("先是幺三九", "再来四七二八", "末了六五幺九"),
        ("幺三九，记好了吗", "四七二八", "六五幺九"),
    ],
)
def test_pieces_may_end_as_people_end_them(answers: tuple[str, ...]) -> None:
    said = ["您手机", *(text for answer in answers for text in (answer, "嗯"))]
    call = [
        utterance(text, 2_000 * at, 2_000 * at + 1_500, role=(Role.AGENT, Role.CUSTOMER)[at % 2])
        for at, text in enumerate(said)
    ]

    covered = {(span.utterance, at) for span in find(call) for at in range(span.start, span.end)}

    digits = "幺三九四七二八六五"
    assert all(
        (heard.id, at) in covered for heard in call for at, char in enumerate(heard.text) if char in digits
    )


@pytest.mark.parametrize(
    "question", ["短信发过去了，里面那个码告诉我", "您收到几位数字", "手机令牌上显示什么"]
)
def test_a_code_may_be_asked_for_in_many_ways(question: str) -> None:
    call = [utterance(question, 0, 1_500), utterance("四八二九幺三", 2_000, 3_500, role=Role.CUSTOMER)]

    assert [span.kind for span in find(call)] == [PersonalKind.ONE_TIME_CODE]
