"""Evasion in small dialogues: lines of customer (客) and agent (坐), half a second apart unless `+seconds` says so."""

from __future__ import annotations

import re
from itertools import cycle

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa_service.core.calls import CallFacts
from qa_service.core.speech import Role, Sound, SoundKind, Utterance
from qa_service.core.time import Span
from qa_service.detectors.evasion import Evasion
from qa_service.detectors.hedging import Noncommittal
from tests.make import Session, facts, tags_of, utterance

ROLES = {"客": Role.CUSTOMER, "坐": Role.AGENT, "谁": Role.UNKNOWN, "机": Role.SYSTEM}
DODGE, AGAIN = "evasion", "unanswered_repeat"
DODGE_LABEL, AGAIN_LABEL = f"hedging.{DODGE}", f"hedging.{AGAIN}"


def dialogue(*lines: str) -> list[Utterance]:
    said, at_ms = [], 0
    for line in lines:
        who, later, text = re.fullmatch(r"(.)(?:\+(\d+))?：(.*)", line).groups()  # type: ignore[union-attr]
        start_ms = at_ms + 1_000 * int(later or 0) + 500
        said.append(utterance(text, start_ms, role=ROLES[who]))
        at_ms = said[-1].span.end_ms
    return said


def found(*lines: str) -> list[tuple[str, str, float]]:
    tags = tags_of(Evasion(), dialogue(*lines), end_ms=600_000)
    ordered = sorted(tags, key=lambda tag: (tag.quotes[-1].utterance, tag.label))
    return [(tag.label.removeprefix("hedging."), tag.quotes[0].text, tag.confidence) for tag in ordered]


FEE = "检测费是系统自动扣的呢"


@pytest.mark.parametrize(
    ("lines", "tags"),
    [
        pytest.param(
            ["客：你们收费有没有提前告诉我？", f"坐：{FEE}", "客：我问的是，你们收费有没有提前告诉我？"],
            [(DODGE, FEE, 0.8), (AGAIN, FEE, 0.75)],
            id="asked again, protesting",
        ),
        pytest.param(
            ["客：你们收费有没有提前告诉我", f"坐：{FEE}", "客：算了问你也问不出来"],
            [(DODGE, FEE, 0.8)],
            id="given up",
        ),
        pytest.param(
            ["客：什么时候能修好", "坐：我们的师傅都是很专业的", "客：那到底几天能修好"],
            [(DODGE, "我们的师傅都是很专业的", 0.8), (AGAIN, "我们的师傅都是很专业的", 0.75)],
            id="the same question in other words",
        ),
        pytest.param(
            ["客：什麼時候能修好", "坐：我們的師傅都是很專業的", "客：那到底幾天能修好"],
            [(DODGE, "我們的師傅都是很專業的", 0.8), (AGAIN, "我們的師傅都是很專業的", 0.75)],
            id="in traditional",
        ),
        pytest.param(
            ["客：什么时候能修好", "坐：应该快了吧", "客：到底几天能修好"],
            [(AGAIN, "应该快了吧", 0.75)],
            id="a hedge is no dodge, but no answer either",
        ),
        pytest.param(
            ["客：什么时候能修好", "坐：我们的师傅都是很专业的"],
            [(DODGE, "我们的师傅都是很专业的", 0.5)],
            id="let pass: half sure",
        ),
        pytest.param(
            ["客：这个要多少钱", "坐：我们的质量是最好的"],
            [(DODGE, "我们的质量是最好的", 0.5)],
            id="no price",
        ),
        pytest.param(
            ["客：这笔贷款的年化利率是多少", "坐：我们每天只要几块钱", "客：我问年化是多少"],
            [(DODGE, "我们每天只要几块钱", 0.8), (AGAIN, "我们每天只要几块钱", 0.75)],
            id="the rate, asked again in fewer words",
        ),
        pytest.param(
            ["客：几天能修好", "坐：您先别着急", "客：几天能修好", "坐：您先别着急呀", "客：几天能修好"],
            [
                *((DODGE, "您先别着急", 0.8), (AGAIN, "您先别着急", 0.75)),
                *((DODGE, "您先别着急呀", 0.8), (AGAIN, "您先别着急呀", 0.75)),
            ],
            id="a third time: each dodge and each repeat",
        ),
        pytest.param(
            [
                "客：师傅什么时候会来",
                "坐：已经帮您通报了",
                "客：我是问什么时候会来",
                "坐：会尽快帮您处理",
                "客：尽快是几天",
            ],
            [(AGAIN, "会尽快帮您处理", 0.75)],
            id="promised something twice, and no time",
        ),
    ],
)
def test_evasion(lines: list[str], tags: list[tuple[str, str, float]]) -> None:
    assert sorted(found(*lines)) == sorted(tags)


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param(["客：什么时候能修好", "坐：今天下午四点之前"], id="a time"),
        pytest.param(["客：什么时候能修好", "坐：三天"], id="an answer too short to be judged otherwise"),
        pytest.param(["客：什么时候能修好", "坐：马上就好了"], id="at once"),
        pytest.param(["客：保修多久呀", "坐：一年的", "客：好", "坐：感谢您的支持"], id="a short answer"),
        pytest.param(["客：能不能退", "坐：您好，我在的", "客：能不能退"], id="present, not yet answering"),
        pytest.param(["客：多少钱", "坐：这个是免费的"], id="free"),
        pytest.param(["客：多少钱", "坐：一共是三百二十块"], id="an amount"),
        pytest.param(["客：能不能退", "坐：可以退的"], id="yes"),
        pytest.param(["客：能不能退", "坐：这个退不了呢"], id="no"),
        pytest.param(["客：你们有没有通知我", "坐：短信里面有的"], id="the verb comes back"),
        pytest.param(
            ["客：这个能装两个固态么", "坐：一共两个固态接口", "客：我问的是能装两个固态么"],
            id="on the matter",
        ),
        pytest.param(["客：什么时候到", "坐：麻烦您提供一下订单号"], id="asks back"),
        pytest.param(["客：什么时候到", "坐：我帮您查一下"], id="goes to look"),
        pytest.param(
            ["客：什么时候会来", "坐：已经帮您催了", "客：我是问什么时候会来", "坐：下午三点之前"],
            id="promised something first, then told the time",
        ),
        pytest.param(
            ["客：洗一件多少钱", "坐：羊绒的还是羽绒的？", "客：我就问多少钱"], id="has to know which of two"
        ),
        pytest.param(
            ["客：这束花多少钱", "坐：您要几枝的？", "客：就这一束多少钱"], id="has to know how many"
        ),
        pytest.param(
            ["客：什么时候恢复", "坐：电力公司还没给，我不想随便给您一个数", "客：到底什么时候恢复"],
            id="says openly that nobody knows",
        ),
        pytest.param(["客：什么时候到", "坐：请您稍等", "坐：明天上午"], id="answers after a wait"),
        pytest.param(["客：什么时候到", "坐：您别着急", "坐：明天上午"], id="answers after soothing"),
        pytest.param(["客：什么时候到", "坐：我不太清楚"], id="does not know: that is hedging"),
        pytest.param(["客：为什么扣钱", "坐：因为您开通了套餐"], id="a reason"),
        pytest.param(["客：为什么扣钱", "坐：这是系统自动扣的"], id="what may be a reason"),
        pytest.param(
            ["客：什么时候到", "客：算了不用了谢谢", "坐：祝您生活愉快"], id="the customer took it back"
        ),
        pytest.param(["客：几天能到", "坐：您别着急好吗", "客：好的谢谢"], id="the customer is content"),
        pytest.param(["客：在吗", "坐：感谢您的来电祝您愉快"], id="a greeting is not a question to dodge"),
        pytest.param(["客：怎么办理", "坐：我们的产品很受欢迎"], id="how may be answered by anything"),
        pytest.param(
            ["客：你有没有听我说", "客：我家水管爆了", "坐：您先别着急"], id="the reply is to what came after"
        ),
        pytest.param(["客：什么时候到", "坐+40：感谢您的耐心"], id="too late to belong to it"),
        pytest.param(["客：什么时候到", "客：什么时候到"], id="asked twice before the agent could speak"),
        pytest.param(["客：什么时候到", "坐：嗯嗯", "客：什么时候到"], id="a back-channel in between"),
        pytest.param(
            ["客：几天能到", "坐：三天", "坐：三天到", "客：三天能到吗"], id="makes sure of the answer"
        ),
        pytest.param(
            ["客：能退吗", "坐：可以退", "客：能退吗", "坐：可以退"], id="asked again though answered"
        ),
        pytest.param(["客：能不能退", "坐：可以", "客：收费有没有发票", "坐：有的"], id="another question"),
        pytest.param(["坐：请问您什么时候方便", "客：你们的服务不错"], id="the customer dodges"),
        pytest.param(["谁：什么时候能修好", "谁：我们的师傅都是很专业的"], id="nobody knows who asks"),
        pytest.param(["机：什么时候能修好", "坐：我们的师傅都是很专业的"], id="a machine asks"),
    ],
)
def test_no_evasion(lines: list[str]) -> None:
    assert found(*lines) == []


def test_a_reply_that_was_not_heard_well_may_have_been_the_answer() -> None:
    asked, reply, again = dialogue("客：什么时候能修好", "坐：您先别着急", "客：到底几天能修好")
    unclear = utterance(reply.text, reply.span.start_ms, unreliable="quality.noise")

    assert tags_of(Evasion(), [asked, unclear, again]) == []


def test_the_repeat_quotes_the_reply_and_the_question() -> None:
    tags = tags_of(Evasion(), dialogue("客：几天能修好", "坐：您先别着急", "客：到底几天能修好"))
    again = next(tag for tag in tags if tag.label == "hedging.unanswered_repeat")

    assert [quote.text for quote in again.quotes] == ["您先别着急", "到底几天能修好"]
    assert again.role is Role.AGENT
    assert dict(again.because.values)["count"] == 2


def test_a_dodge_nobody_protests_against_is_known_when_the_time_for_an_answer_is_over() -> None:
    asked, reply = dialogue("客：什么时候能修好", "坐：我们的师傅都是很专业的")
    run = Evasion().start(CallFacts(parts=frozenset({"words"})))

    early = [*run.hear(asked), *run.hear(reply), *run.wait(asked.span.end_ms + 14_999)]

    assert early == []
    assert [tag.label for tag in run.wait(asked.span.end_ms + 15_000)] == ["hedging.evasion"]


def test_what_was_lost_may_have_been_the_answer() -> None:
    said = dialogue("客：几天能修好", "坐：您先别着急", "客：到底几天能修好")
    after = Span(said[1].span.end_ms, said[2].span.start_ms)

    assert tags_of(Evasion(), [*said, Sound(after, SoundKind.LOST)]) == []
    assert len(tags_of(Evasion(), [*said, Sound(after, SoundKind.NOISE)])) == 2


def test_without_words_nothing_is_heard() -> None:
    lines = dialogue("客：什么时候能修好", "坐：我们的师傅都是很专业的")

    assert tags_of(Evasion(), lines, about=CallFacts()) == []


#: Calls in which hardly anything is answered: the laws have something to hold for.
QUARREL = st.lists(
    st.tuples(
        st.sampled_from([Role.CUSTOMER, Role.AGENT]),
        st.integers(0, 3_000),
        st.sampled_from(
            [
                "到底几天能修好",
                "什么时候能修好",
                "你们收费有没有提前告诉我",
                "我问的是收费有没有提前告诉我",
                "应该快了吧您再等等",
                "这个不好说",
                "检测费是系统自动扣的呢",
                "我们的师傅都是很专业的",
                "三天",
                "我帮您查一下",
                "好的谢谢",
                "嗯",
            ]
        ),
        st.sampled_from([300, 1_000, 4_000, 9_000]),
    ),
    min_size=4,
    max_size=14,
)
HASTY = (Evasion(answer_ms=2_000), Noncommittal(follow_up_ms=1_500))


def quarrel(lines: list[tuple[Role, int, str, int]]) -> list[Utterance]:
    """Each speaker speaks on from where they ended, whatever the other does: they overlap freely."""
    said, free_ms = [], {Role.CUSTOMER: 0, Role.AGENT: 500}
    for role, pause_ms, text, length_ms in lines:
        start_ms = free_ms[role] + pause_ms
        free_ms[role] = start_ms + length_ms
        said.append(utterance(text, start_ms, free_ms[role], role=role))
    return said


@given(lines=QUARREL, ticks=st.lists(st.integers(50, 2_000), min_size=1, max_size=8))
def test_waiting_changes_nothing_when_people_talk_past_each_other(
    lines: list[tuple[Role, int, str, int]], ticks: list[int]
) -> None:
    said = quarrel(lines)
    end_ms = max(heard.span.end_ms for heard in said) + 5_000
    session, live, now_ms = Session.of(HASTY, said, facts()), [], 0

    for tick_ms in cycle(ticks):
        if (now_ms := now_ms + tick_ms) > end_ms:
            break
        live += session.until(now_ms, waits=tick_ms % 4 > 0)
    live += session.finish(end_ms)

    assert sorted(live) == tags_of(HASTY, said, end_ms=end_ms)


def test_such_quarrels_are_full_of_tags() -> None:
    turned_up: set[tuple[str, float]] = set()

    @settings(max_examples=200, derandomize=True, database=None)
    @given(lines=QUARREL)
    def listen(lines: list[tuple[Role, int, str, int]]) -> None:
        turned_up.update((tag.label, tag.confidence) for tag in tags_of(HASTY, quarrel(lines)))

    listen()

    assert {(DODGE_LABEL, 0.5), (DODGE_LABEL, 0.8), (AGAIN_LABEL, 0.75)} <= turned_up
    assert "hedging.noncommittal" in {label for label, _ in turned_up}
