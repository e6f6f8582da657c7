"""How a reply stands to the question before it; the doubt goes to the agent."""

from __future__ import annotations

import pytest

from qa_service.text.normalize import fold
from qa_service.text.questions import kinds_asked
from qa_service.text.replies import Reply, reply_to
from qa_service.text.similar import asking_part, likeness

CLOSES, COMES = "几点下班", "几号能到"
WHEN, FEE, WHY, WHETHER = "什么时候能修好", "你们收费有没有提前告诉我", "为什么多扣了钱", "能不能退"
RATE = "这笔贷款的真实年化利率是多少"


@pytest.mark.parametrize(
    ("question", "reply", "is_what"),
    [
        pytest.param(WHEN, "后天上午", Reply.ANSWER, id="a day"),
        pytest.param(WHEN, "我帮您查一下", Reply.ANSWER, id="goes to look"),
        pytest.param(WHEN, "请问订单号是多少", Reply.ANSWER, id="asks back"),
        pytest.param(WHEN, "具体哪天说不准，今天下午五点前回复您", Reply.ANSWER, id="unsure, and commits"),
        pytest.param(WHEN, "应该快了吧", Reply.HEDGE, id="a hedge"),
        pytest.param(
            WHEN, "什么时候能好我也说不准", Reply.HEDGE, id="the question's own words ask nothing back"
        ),
        pytest.param(WHEN, "对不起，给您添麻烦了", Reply.SORRY, id="an apology"),
        pytest.param(WHEN, "我们的师傅都是很专业的", Reply.DODGE, id="something else"),
        pytest.param(WHEN, "嗯嗯", Reply.NOTHING, id="a back-channel"),
        pytest.param(WHEN, "您好，我在的", Reply.NOTHING, id="somebody is there"),
        pytest.param(FEE, "没有单独通知您", Reply.ANSWER, id="no, plainly"),
        pytest.param(FEE, "有的，三月五号发过短信", Reply.ANSWER, id="yes, plainly"),
        pytest.param(WHETHER, "不一定", Reply.HEDGE, id="不一定 is no no"),
        pytest.param(WHETHER, "可以的", Reply.ANSWER, id="yes first"),
        pytest.param(WHETHER, "不行，超过七天了", Reply.ANSWER, id="no first"),
        pytest.param(
            RATE, "我们每天只要几块钱，非常划算", Reply.DODGE, id="money, where a rate was asked for"
        ),
        pytest.param(RATE, "每期还款金额是固定的，很方便", Reply.DODGE, id="很方便 asks nothing"),
        pytest.param(RATE, "百分之十二", Reply.ANSWER, id="the rate"),
        pytest.param(RATE, "月息八厘", Reply.ANSWER, id="the rate in 厘"),
        pytest.param(RATE, "这款是免息的", Reply.ANSWER, id="no interest at all"),
        pytest.param(WHEN, "您说得对，我把这个写到工单里", Reply.ANSWER, id="writes it down"),
        pytest.param(WHY, "因为上个月的流量超了", Reply.ANSWER, id="because"),
        pytest.param(
            CLOSES, "六点，感谢来电，再见", Reply.ANSWER, id="the hour that was asked for, and a goodbye"
        ),
        pytest.param(CLOSES, "六点", Reply.ANSWER, id="the hour alone"),
        pytest.param(CLOSES, "我们十二点关门", Reply.ANSWER, id="the hour in a sentence"),
        pytest.param(COMES, "十五", Reply.ANSWER, id="the bare number"),
        pytest.param(COMES, "十五号到", Reply.ANSWER, id="the day of the month"),
        pytest.param(CLOSES, "快一点，我们很忙的", Reply.DODGE, id="快一点 is no hour"),
        pytest.param(CLOSES, "一点都不难的您放心", Reply.DODGE, id="一点都不 is no hour"),
        pytest.param(CLOSES, "有一点问题，感谢来电", Reply.DODGE, id="一点问题 is no hour"),
        pytest.param(CLOSES, "两点建议给您，多休息", Reply.DODGE, id="two points of advice"),
        pytest.param(COMES, "我是八号坐席，为您服务", Reply.DODGE, id="an agent's number is no day"),
        pytest.param(WHEN, "一共三点原因，感谢来电", Reply.DODGE, id="points, where no hour was asked for"),
    ],
)
def test_replies_are_told_apart(question: str, reply: str, is_what: Reply) -> None:
    assert reply_to(fold(reply), kinds_asked(fold(question)), fold(question).text) is is_what


@pytest.mark.parametrize(
    ("text", "part"),
    [
        pytest.param(
            "我不要流程，我问的是为什么不给我转", "我问的是为什么不给我转", id="the last clause asks"
        ),
        pytest.param("小区停电五个小时了，什么时候来电？", "什么时候来电", id="a complaint before it"),
        pytest.param("什么时候来电？我等了一天了", "什么时候来电", id="a complaint after it"),
    ],
)
def test_what_is_asked_is_cut_out_of_what_is_said(text: str, part: str) -> None:
    assert asking_part(fold(text)) == part


@pytest.mark.parametrize(
    ("one", "other", "is_alike"),
    [
        pytest.param("能不能赔", "我的理赔能不能赔下来", True, id="the short form of a question"),
        pytest.param("什么时候清关", "我的件什么时候清关", True, id="with the matter named"),
        pytest.param("什么时候清关", "什么时候到账", False, id="another matter"),
        pytest.param("能不能退货", "能不能换大一码", False, id="another wish"),
    ],
)
def test_likeness_is_about_the_matter(one: str, other: str, is_alike: bool) -> None:
    assert (likeness(one, other) >= 0.5) is is_alike
