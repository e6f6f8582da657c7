from __future__ import annotations

import pytest

from qa_service.core.calls import CallFacts
from qa_service.core.speech import Role, SoundKind, Utterance
from qa_service.detectors.apology import ApologyOnly
from qa_service.detectors.service import ServiceActs
from tests.make import sound, tags_of, utterance

FILLED = ("我看看", "好的呀", "这边呢")


def acts(text: str, role: Role = Role.AGENT, *, turn: int = 1) -> list[tuple[str, str]]:
    before = [utterance(FILLED[i % 3], 10_000 * i) for i in range(turn - 1)]
    tags = tags_of(ServiceActs(), [*before, utterance(text, 10_000 * turn, role=role)])
    return [(tag.label.removeprefix("service."), tag.quotes[0].text) for tag in tags]


@pytest.mark.parametrize(
    ("text", "turn", "found"),
    [
        pytest.param("您好，很高兴为您服务", 1, [("greeting", "您好，很高兴为您服务")], id="greeting"),
        pytest.param(
            "您好很高興為您服務", 1, [("greeting", "您好很高興為您服務")], id="greeting in traditional"
        ),
        pytest.param("您好", 1, [("greeting", "您好")], id="a short greeting"),
        pytest.param(
            "您好，工号三零五六",
            1,
            [("greeting", "您好"), ("identity", "工号三零五六")],
            id="greeting and number",
        ),
        pytest.param(
            "您好，星辰移动",
            1,
            [("greeting", "您好"), ("identity", "您好，星辰移动")],
            id="greeting and company",
        ),
        pytest.param("您好您的银行卡到了", 1, [("greeting", "您好")], id="the customer's bank is no name"),
        pytest.param(
            "感谢您的来电，请问有什么可以帮您",
            1,
            [("greeting", "感谢您的来电，请问有什么可以帮您")],
            id="thanks that open",
        ),
        pytest.param("感谢您的来电，再见", 9, [("closing", "感谢您的来电，再见")], id="thanks that close"),
        pytest.param(
            "感謝您的來電祝您生活愉快再見",
            9,
            [("closing", "感謝您的來電祝您生活愉快再見")],
            id="goodbye as recognised",
        ),
        pytest.param("请问还有其他可以帮您的吗", 9, [("closing", "还有其他可以帮")], id="anything else"),
        pytest.param("麻烦您报一下您的姓名", 9, [("identity_check", "报一下您的姓名")], id="identity"),
        pytest.param(
            "非常抱歉，给您带来不便", 9, [("apology", "抱歉，给您带来不便")], id="one apology a sentence"
        ),
        pytest.param("请您稍等，不要挂机", 9, [("hold_notice", "请您稍等，不要挂机")], id="hold notice"),
        pytest.param("我给您转，大概等半分钟", 9, [("hold_notice", "大概等半分钟")], id="how long to wait"),
        pytest.param("您别挂，等我十秒", 9, [("hold_notice", "您别挂，等我十秒")], id="do not hang up"),
        pytest.param("您大概等了十分钟吧", 9, [], id="how long they have waited"),
        pytest.param("好的，您慢走", 9, [("closing", "您慢走")], id="a goodbye as in a shop"),
        pytest.param("您的心情我特别理解", 9, [("empathy", "您的心情我特别理解")], id="empathy"),
        pytest.param("我帮您转接专员", 9, [("transfer", "帮您转接专员")], id="transfer"),
        pytest.param("下午给您回电", 9, [("callback_promise", "给您回电")], id="callback"),
        pytest.param("您好您还在吗", 9, [], id="a filler in mid call is no greeting"),
        pytest.param("我不理解您的意思", 9, [], id="not understanding is not empathy"),
        pytest.param("理解您的意思", 9, [], id="a matter understood is no empathy"),
        pytest.param("我理解您，您就是想退款", 9, [], id="a wish put in other words is no empathy"),
        pytest.param("银行处理要时间，您看能理解吗", 9, [], id="asking for understanding is no empathy"),
        pytest.param("您不用道歉", 9, [], id="no apology needed"),
        pytest.param("您刚才说的抱歉", 9, [], id="quoted"),
        pytest.param("您放心这款很好", 9, [], id="reassurance is not empathy"),
        pytest.param("我帮您看一下账单", 9, [], id="plain work"),
        pytest.param("", 1, [], id="nothing said"),
    ],
)
def test_service_acts(text: str, turn: int, found: list[tuple[str, str]]) -> None:
    assert acts(text, turn=turn) == found


@pytest.mark.parametrize("role", [Role.CUSTOMER, Role.SYSTEM, Role.UNKNOWN, Role.OTHER])
def test_only_agents_are_heard(role: Role) -> None:
    assert acts("您好，很抱歉，再见", role) == []


def test_an_excuse_in_passing_is_less_of_an_apology() -> None:
    light, plain = (
        tags_of(ServiceActs(), [utterance(text)])[0].confidence for text in ("不好意思", "很抱歉")
    )

    assert light < 0.7 < plain


def test_what_was_not_heard_well_is_not_judged_but_counts_as_a_turn() -> None:
    turns = [utterance("我看看", i * 5_000, unreliable="quality.noise") for i in range(3)]

    assert tags_of(ServiceActs(), [*turns, utterance("您好", 20_000)]) == []


SORRY = ("实在对不起。", "真的很抱歉。", "非常抱歉给您带来不便。", "实在是不好意思。")


def agent(*lines: str, gap_ms: int = 10_000, role: Role = Role.AGENT) -> list[Utterance]:
    return [utterance(line, gap_ms * i, role=role) for i, line in enumerate(lines)]


@pytest.mark.parametrize(
    ("lines", "count"),
    [
        pytest.param(SORRY[:3], 1, id="three"),
        pytest.param(("實在對不起", "真的很抱歉", "非常抱歉給您帶來不便"), 1, id="three in traditional"),
        pytest.param((*SORRY, *SORRY), 1, id="eight are one row"),
        pytest.param((SORRY[0], "嗯", "是的", SORRY[1], SORRY[2]), 1, id="with nothing in between"),
        pytest.param((*SORRY[:3], "我马上帮您查", *SORRY[:3]), 2, id="again after an action"),
        pytest.param(SORRY[:2], 0, id="two"),
        pytest.param((SORRY[0], "我马上给您派师傅，四十分钟内到", *SORRY[1:3]), 0, id="an action in between"),
        pytest.param((SORRY[0], SORRY[1], "今天下午五点前给您答复", SORRY[2]), 0, id="a deadline in between"),
        pytest.param((SORRY[0], SORRY[1], "麻烦您提供一下订单号", SORRY[2]), 0, id="a question in between"),
        pytest.param((SORRY[0], SORRY[1], "我帮您转接主管", SORRY[2]), 0, id="a transfer in between"),
        pytest.param((SORRY[0], SORRY[1], "抱歉，我已经帮您登记了"), 0, id="an action with the apology"),
        pytest.param(("不好意思", "不好意思啊", "不好意思"), 0, id="excuses in passing"),
        pytest.param(("您不用道歉", "没什么好抱歉的", "别说对不起"), 0, id="apologies denied"),
    ],
)
def test_apology_only(lines: tuple[str, ...], count: int) -> None:
    assert len(tags_of(ApologyOnly(), agent(*lines))) == count


def test_apologies_far_apart_are_no_row() -> None:
    assert tags_of(ApologyOnly(), agent(*SORRY[:3], gap_ms=70_000)) == []


def test_what_was_lost_may_have_been_the_action() -> None:
    said = agent(*SORRY[:3])
    gap = sound(12_500, 19_500, SoundKind.LOST)

    assert tags_of(ApologyOnly(), [*said, gap]) == []
    assert len(tags_of(ApologyOnly(), [*said, sound(12_500, 19_500, SoundKind.MUSIC)])) == 1


def test_a_customer_may_apologise_as_often_as_they_like() -> None:
    assert tags_of(ApologyOnly(), agent(*SORRY, role=Role.CUSTOMER)) == []


def test_the_row_quotes_every_apology() -> None:
    (tag,) = tags_of(ApologyOnly(), agent(*SORRY[:3]))

    assert [quote.text for quote in tag.quotes] == ["对不起", "抱歉", "抱歉给您带来不便"]


@pytest.mark.parametrize("detector", [ServiceActs(), ApologyOnly()])
def test_without_words_nothing_is_heard(detector: ServiceActs | ApologyOnly) -> None:
    assert tags_of(detector, agent(*SORRY), about=CallFacts()) == []
