"""Hedging in small dialogues: lines of customer (客) and agent (坐), half a second apart unless `+seconds` says so."""

from __future__ import annotations

import re

import pytest

from qa_service.core.calls import CallFacts
from qa_service.core.speech import Role, Utterance
from qa_service.detectors.hedging import Noncommittal
from tests.make import tags_of, utterance

ROLES = {"客": Role.CUSTOMER, "坐": Role.AGENT, "谁": Role.UNKNOWN, "机": Role.SYSTEM}


def dialogue(*lines: str) -> list[Utterance]:
    said, at_ms = [], 0
    for line in lines:
        who, later, text = re.fullmatch(r"(.)(?:\+(\d+))?：(.*)", line).groups()  # type: ignore[union-attr]
        start_ms = at_ms + 1_000 * int(later or 0) + 500
        said.append(utterance(text, start_ms, role=ROLES[who]))
        at_ms = said[-1].span.end_ms
    return said


def hedged(*lines: str) -> list[str]:
    tags = tags_of(Noncommittal(), dialogue(*lines), end_ms=600_000)
    return [tag.quotes[0].text for tag in sorted(tags, key=lambda tag: tag.span)]


@pytest.mark.parametrize(
    ("lines", "quotes"),
    [
        pytest.param(
            ["客：到底几天能修好？", "坐：应该快了吧，您再等等。"], ["应该快了吧，您再等等"], id="asked when"
        ),
        pytest.param(
            ["客：到底几天能修好", "坐：应该快了吧您再等等"], ["应该快了吧您再等等"], id="as recognised"
        ),
        pytest.param(
            ["客：到底什麼時候會好？", "坐：應該快了吧，您再等等看。"],
            ["應該快了吧，您再等等看"],
            id="in traditional",
        ),
        pytest.param(["坐：这件事应该可能是可以的"], ["应该可能"], id="two hedges without a question"),
        pytest.param(
            ["客：这样操作行不行", "坐：您这样操作也许能行"],
            ["也许能行"],
            id="one hedge to a yes-or-no question",
        ),
        pytest.param(
            ["客：这个钱能不能退？", "坐：这个不太好说，可能大概也许可以吧"],
            ["不太好说，可能大概也许可以吧"],
            id="many",
        ),
        pytest.param(
            ["客：谁负责？", "坐：我也不太清楚"], ["我也不太清楚"], id="does not know and leaves it"
        ),
        pytest.param(["客：什么时候发货", "坐：具体时间不确定呢"], ["具体时间不确定"], id="no time given"),
        pytest.param(
            ["客：多久能到", "坐：我也说不准，反正您先等通知吧"],
            ["说不准，反正您先等通知吧"],
            id="wait for notice",
        ),
        pytest.param(
            ["客：什么时候处理", "坐：会尽快处理的，耐心等一下"],
            ["尽快处理的，耐心等"],
            id="vague times when asked when",
        ),
        pytest.param(["坐：到时候再说吧"], ["到时候再说吧"], id="put off"),
        pytest.param(
            ["客：能退吗", "坐：应该可以吧", "坐+30：三天内到账"],
            ["应该可以吧"],
            id="the follow-up comes too late",
        ),
        pytest.param(
            ["客：能退吗", "坐：应该可以吧", "客：到底能不能退", "坐：能，三天内到账"],
            ["应该可以吧"],
            id="asked again first",
        ),
        pytest.param(
            ["客：几天能好", "坐：不好说", "坐：反正您等着吧"], ["不好说", "等着吧"], id="hedge after hedge"
        ),
        pytest.param(
            ["客：已经三天了到底几天", "坐：已经等了三天了应该快了吧"],
            ["应该快了吧"],
            id="elapsed time is no limit",
        ),
        pytest.param(
            ["客：能减免吗", "坐：我得问一下领导不一定能批"], ["不一定"], id="not sure to be granted"
        ),
        pytest.param(
            ["客：多久", "坐：看您怎么用了不好说的"], ["不好说"], id="an embedded question asks nothing"
        ),
        pytest.param(
            ["客：什麼時候會處理", "坐：這個我沒辦法給您一個確切的時間喔"],
            ["沒辦法給您一個確切的時間"],
            id="cannot say",
        ),
        pytest.param(
            ["客：多久能好", "坐：大概率这两天吧"], ["大概率这两天吧"], id="these days are no limit"
        ),
        pytest.param(
            ["客：能退吗", "坐：谁知道，可能能退吧，您说呢"],
            ["谁知道，可能能退吧"],
            id="asks, but only to dodge",
        ),
        pytest.param(["客：什么时候退钱", "坐：过几天看看吧"], ["过几天看看吧"], id="some day"),
        pytest.param(["坐：您这样操作也许能行"], ["也许能行"], id="advice nobody stands by, unasked"),
        pytest.param(["客：能修好吗", "坐：谁说得准呢"], ["谁说得准"], id="who can tell"),
        pytest.param(["坐：您重啟一下，或許就可以解決"], ["或許就可以解決"], id="the same in traditional"),
    ],
)
def test_hedging(lines: list[str], quotes: list[str]) -> None:
    assert hedged(*lines) == quotes


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param(
            ["客：什么时候到账？", "坐：预计一到三个工作日到账，到账会有短信通知您。"], id="bounded by days"
        ),
        pytest.param(
            ["客：什么时候到账？", "坐：以银行处理时间为准，最晚周五之前。"],
            id="bounded by authority and day",
        ),
        pytest.param(["客：几天", "坐：应该三天左右"], id="a number with the hedge"),
        pytest.param(["客：几天", "坐：應該三天左右"], id="a number with the hedge in traditional"),
        pytest.param(["客：几点到", "坐：大概下午五点前"], id="a time of day"),
        pytest.param(["客：多少钱", "坐：大概应该是一百二十块"], id="an amount where an amount was asked"),
        pytest.param(["客：能修吗", "坐：我也不太清楚，我帮您问一下"], id="does not know but asks"),
        pytest.param(
            ["客：能修吗", "坐：我也不太清楚", "坐：我现在帮您核实一下"], id="asks in the next sentence"
        ),
        pytest.param(
            ["客：能修吗", "坐：不好说", "坐：今天下午五点前给您答复"], id="a deadline in the next sentence"
        ),
        pytest.param(
            ["客：能修吗", "坐：不好说", "客：啊", "坐：师傅会联系您确认"], id="an owner after a back-channel"
        ),
        pytest.param(["坐：可能需要您提供一下身份证号后四位。"], id="polite request"),
        pytest.param(["坐：您大概说一下您的问题"], id="polite invitation"),
        pytest.param(["客：谢谢你。", "坐：应该的，不客气。"], id="you are welcome"),
        pytest.param(["客：谢谢", "坐：这都是我们应该做的呢"], id="you are welcome, longer"),
        pytest.param(["坐：您可能记错了，您应该看一下短信"], id="what the customer may have done"),
        pytest.param(["坐：您大概什么时候方便"], id="a question"),
        pytest.param(["坐：是不是可能网线松了，估计没插好吗"], id="a diagnosis asked"),
        pytest.param(["客：为什么查不到呢", "坐：可能手机号码还没有绑定"], id="a single guess at a reason"),
        pytest.param(["坐：这个应该没有"], id="one hedge out of the blue"),
        pytest.param(["坐：可能会有点慢"], id="announcing a wait"),
        pytest.param(["坐：请您尽快付款，尽量不要改地址"], id="advice to the customer"),
        pytest.param(["坐：声音不太清楚，您再说一遍"], id="bad line"),
        pytest.param(["坐：不知道您方不方便接听"], id="courtesy"),
        pytest.param(["坐：有什么不清楚的您再打来"], id="an offer"),
        pytest.param(
            ["客：我大概可能下周才有空，不好说。", "坐：好的，下周三上午十点可以吗？"],
            id="the customer hedges",
        ),
        pytest.param(["谁：应该可能大概吧，不好说"], id="nobody knows who hedges"),
        pytest.param(["机：应该可能大概吧，不好说"], id="a machine hedges"),
        pytest.param(["客：能退吗", "坐：可以退"], id="a firm answer"),
        pytest.param(["客：退款会不会到账", "坐：一般不会有问题"], id="a usual case"),
        pytest.param(["客：能退吗", "坐：不可能退的"], id="a firm no"),
        pytest.param(
            ["坐：您这样操作也许能行，不行我给您登记，明天十点前回您"], id="advice with a next step"
        ),
        pytest.param(["坐：也许行程有变，您看一下短信"], id="a word that begins alike"),
        pytest.param(["坐：这种情况也许不行"], id="one doubt out of the blue"),
        pytest.param(["坐：这个可能性不大"], id="a noun"),
        pytest.param(["客：要这么久吗", "坐：不是的，只是一个大概的周期"], id="an adjective"),
        pytest.param(["客：是这样吗", "坐：跟我查到的差不多"], id="a comparison"),
        pytest.param(
            ["坐：电压不稳可能无法工作，直接接电瓶或者常驻电的话可能会损坏"], id="possibilities far apart"
        ),
        pytest.param(["客：能派车吗", "坐：可以叫车，费用大约一百二十，到店再付"], id="about how much"),
        pytest.param(
            ["客：他醒得过来吗", "坐：医生现在还不能确定，我不敢跟您乱说"], id="who decides is a doctor"
        ),
        pytest.param(
            ["客：怎么回事", "坐：可能是螺栓没拆，也可能是地面不平，您家是新装的吗"], id="narrowing it down"
        ),
        pytest.param(["客：能退吗", "坐：稍等", "坐：不能退"], id="firm after a wait"),
    ],
)
def test_not_hedging(lines: list[str]) -> None:
    assert hedged(*lines) == []


def test_a_question_makes_it_surer() -> None:
    plain, asked = (
        tags_of(Noncommittal(), dialogue(*lines))[0].confidence
        for lines in (["坐：我也不太清楚"], ["客：什么时候能好", "坐：我也不太清楚"])
    )

    assert plain < 0.7 <= asked


def test_a_follow_up_that_was_not_heard_well_leaves_the_hedge_open() -> None:
    asked, hedge = dialogue("客：能退吗", "坐：不好说")
    unclear = utterance("三天内", hedge.span.end_ms + 500, unreliable="quality.noise")

    assert tags_of(Noncommittal(), [asked, hedge, unclear]) == []


def test_a_live_call_knows_as_soon_as_the_time_for_a_follow_up_is_over() -> None:
    asked, hedge = dialogue("客：能退吗", "坐：不好说")
    run = Noncommittal().start(CallFacts(parts=frozenset({"words"})))

    heard = [*run.hear(asked), *run.hear(hedge), *run.wait(hedge.span.end_ms + 9_999)]

    assert heard == []
    assert [tag.label for tag in run.wait(hedge.span.end_ms + 10_000)] == ["hedging.noncommittal"]


def test_without_words_nothing_is_heard() -> None:
    assert tags_of(Noncommittal(), dialogue("坐：应该可能大概吧"), about=CallFacts()) == []
