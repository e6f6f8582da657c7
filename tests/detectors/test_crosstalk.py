"""Crosstalk: who cuts in, who only listens aloud, and who was about to stop anyway."""

from __future__ import annotations

from dataclasses import replace

import pytest

from qa_service.core.calls import Clocks
from qa_service.core.speech import Role, Utterance
from qa_service.core.texts import Reason
from qa_service.core.time import Span
from qa_service.detectors.base import Event
from qa_service.detectors.crosstalk import Interruption, Overlap
from tests.make import Session, facts, spoken, tags_of, timed, utterance, voice

CUT_IN = Interruption(overlap_ms=800, delay_ms=1_000, min_chars=4)
OVERLAP = Overlap(overlap_ms=1_000, min_chars=4)
AGENT, CUSTOMER = Role.AGENT, Role.CUSTOMER
COMPLAINT = "我上个星期就报修了你们一直没有人来"


def customer(start_ms: int, end_ms: int, text: str = COMPLAINT) -> Utterance:
    return utterance(text, start_ms, end_ms, role=CUSTOMER)


def agent(start_ms: int, end_ms: int, text: str = "您先听我说完", role: Role = AGENT) -> Utterance:
    return utterance(text, start_ms, end_ms, role=role)


@pytest.mark.parametrize(
    ("events", "who"),
    [
        pytest.param(
            spoken(customer(0, 4_000), agent(3_000, 6_000)), "s0", id="the agent cuts in, the customer stops"
        ),
        pytest.param(spoken(agent(0, 4_000), customer(3_000, 6_000)), "s1", id="so may the customer"),
        pytest.param(
            spoken(customer(0, 4_000), agent(3_000, 6_000, "嗯嗯，您先聽我說完")),
            "s0",
            id="it begins with 嗯嗯 and goes on",
        ),
        pytest.param(spoken(customer(0, 3_800), agent(3_000, 6_000)), "s0", id="800 ms together are enough"),
        pytest.param(
            spoken(customer(0, 3_700), agent(3_000, 6_000)), "", id="700 ms: the customer was ending"
        ),
        pytest.param(spoken(customer(0, 4_000), agent(4_000, 6_000)), "", id="right after each other"),
        pytest.param(spoken(customer(0, 9_000), agent(3_000, 5_000)), "", id="the customer does not stop"),
        pytest.param(
            spoken(customer(0, 8_000), agent(3_000, 9_000)), "", id="stops five seconds later, by themselves"
        ),
        pytest.param(spoken(customer(0, 4_000), agent(3_000, 4_100)), "", id="both stop together"),
        pytest.param(spoken(customer(2_500, 4_500), agent(3_000, 6_000)), "", id="both just began together"),
        pytest.param(
            spoken(customer(0, 4_000), agent(0, 6_000)), "", id="at the same moment, so nobody is second"
        ),
        pytest.param(spoken(customer(0, 4_000), agent(3_000, 5_000, "嗯嗯嗯")), "", id="嗯嗯嗯 is listening"),
        pytest.param(
            spoken(customer(0, 4_000), agent(3_000, 5_000, "好的好的，明白了")), "", id="好的好的，明白了 too"
        ),
        pytest.param(
            spoken(customer(0, 4_000), agent(3_000, 5_000, "對對對，是的")),
            "",
            id="對對對 in traditional too",
        ),
        pytest.param(spoken(customer(0, 4_000), agent(3_000, 5_000, "哦，行")), "", id="哦，行"),
        pytest.param(
            spoken(customer(0, 4_000), agent(3_000, 5_000, "啊？什么")),
            "",
            id="too few characters to be a point",
        ),
        pytest.param(
            spoken(customer(0, 4_000), agent(3_000, 5_000, "一直没有人来")),
            "",
            id="reading back is listening",
        ),
        pytest.param(
            spoken(customer(0, 4_000, "嗯"), agent(3_000, 6_000)), "", id="who only says 嗯 is not cut off"
        ),
        pytest.param((*spoken(customer(0, 4_000)), voice(3_000, 6_000)), "", id="nobody knows what was said"),
        pytest.param(
            (voice(0, 4_000, CUSTOMER), *spoken(agent(3_000, 6_000))), "", id="nobody knows who was cut off"
        ),
        pytest.param(
            spoken(customer(0, 4_000), agent(3_000, 6_000, role=Role.SYSTEM)), "", id="a robot is talked over"
        ),
        pytest.param(
            spoken(customer(0, 4_000), utterance("您先听我说完", 3_000, 6_000, unreliable="leak")),
            "",
            id="not heard well",
        ),
        pytest.param(
            (*spoken(customer(0, 2_000)), *spoken(customer(2_700, 4_200)), *spoken(agent(2_300, 6_000))),
            "",
            id="the customer went on after a pause in which the agent took the turn",
        ),
    ],
)
def test_interruption(events: tuple[Event, ...], who: str) -> None:
    assert [tag.speaker for tag in tags_of(CUT_IN, events)] == [who] * bool(who)


def test_an_interruption_has_its_time_and_one_quote_of_each() -> None:
    (tag,) = tags_of(CUT_IN, spoken(customer(0, 4_000), agent(3_000, 6_000)))

    assert (tag.span, tag.role) == (Span(3_000, 4_000), AGENT)
    assert [quote.text for quote in tag.quotes] == ["您先听我说完", COMPLAINT]
    assert tag.because == Reason.of("crosstalk.interruption", overlap_ms=1_000, limit_ms=800)
    assert tag.confidence == 0.8  # 0.75 + 0.2 · 200/800


def test_breaths_do_not_make_a_new_beginning() -> None:
    breathing = (voice(0, 2_400, CUSTOMER), voice(2_800, 4_000, CUSTOMER), customer(0, 4_000))

    tags = tags_of(CUT_IN, (*breathing, *spoken(agent(3_000, 6_000))))

    assert [tag.label for tag in tags] == ["crosstalk.interruption"]


def test_only_what_was_said_at_that_time_counts() -> None:
    said = timed(agent(3_000, 9_000, "嗯，那我现在给您登记"))  # 600 ms a character: 嗯 ends at 3,600
    voices = (voice(3_000, 3_850), voice(5_000, 9_000))

    tags = tags_of(Interruption(overlap_ms=500), (*spoken(customer(0, 3_550)), *voices, said))

    assert tags == []


def test_the_words_may_come_long_after_the_voice() -> None:
    session = Session.of([CUT_IN], spoken(customer(0, 4_000), agent(3_000, 6_000)), facts())

    tags = [tag for now_ms in range(0, 9_000, 250) for tag in session.until(now_ms)]

    assert [tag.label for tag in tags] == ["crosstalk.interruption"]


@pytest.mark.parametrize(
    ("events", "tagged"),
    [
        pytest.param(
            spoken(customer(0, 9_000), agent(3_000, 5_000)), True, id="two seconds at once, nobody stops"
        ),
        pytest.param(spoken(customer(0, 4_000), agent(0, 6_000)), False, id="nobody came second"),
        pytest.param(spoken(customer(0, 9_000), agent(3_000, 3_900)), False, id="less than a second"),
        pytest.param(
            spoken(customer(0, 9_000), agent(3_000, 5_000, "是的，没错")), False, id="是的，没错 is listening"
        ),
        pytest.param(spoken(customer(0, 3_000), agent(5_000, 9_000)), False, id="one after the other"),
        pytest.param(
            spoken(customer(0, 9_000), utterance("请不要挂机", 3_000, 6_000, role=CUSTOMER)),
            False,
            id="one speaker does not talk over themselves",
        ),
    ],
)
def test_overlap(events: tuple[Event, ...], tagged: bool) -> None:
    assert [tag.label for tag in tags_of(OVERLAP, events)] == ["crosstalk.overlap"] * tagged


def test_three_people_are_two_pairs_and_one_blame() -> None:
    other = utterance("我是他的家属", 0, 9_000, role=Role.OTHER)

    tags = tags_of(OVERLAP, spoken(customer(1_000, 9_000), other, agent(4_000, 7_000)))

    assert sorted((tag.speaker, tag.span.start_ms) for tag in tags) == [("s0", 4_000), ("s1", 1_000)]


@pytest.mark.parametrize("detector", [CUT_IN, OVERLAP], ids=lambda it: str(it.name))
def test_deaf_on_one_channel_on_two_clocks_and_without_words(detector: Interruption | Overlap) -> None:
    events = spoken(customer(0, 4_000), agent(2_500, 6_000))

    assert tags_of(detector, events, about=facts(overlap_known=False)) == []
    assert tags_of(detector, events, about=facts(parts={"activity"})) == []
    assert tags_of(detector, events, about=replace(facts(), clocks=Clocks.UNPROVEN)) == []
    assert tags_of(detector, events, about=replace(facts(), clocks=Clocks.DOUBTED)) == []
    assert tags_of(detector, events) != []


@pytest.mark.parametrize(
    "text",
    [
        "您千万不要开灯，先开窗，马上离开房间",
        "您先别动，我告诉您怎么关",
        "先关煤气，快出去",
        "您先别转账，这是诈骗",
        "赶紧离開那裡，打119",
    ],
)
def test_a_warning_that_cuts_in_waits_for_a_person(text: str) -> None:
    (tag,) = tags_of(CUT_IN, spoken(customer(0, 4_000), agent(3_000, 7_000, text)))

    assert tag.confidence == 0.6


@pytest.mark.parametrize(
    "text",
    [
        "您先听我说完",
        "您先别说了听我说",
        "您别急先等一下",
        "您别动不动就投诉我们",
        "您打110也没用啊",
        "你别动气先消消火",
        "先别挂电话我跟您说",
        "您开门见山说吧",
        "电源线不在保修范围",
    ],
)
def test_whoever_cuts_in_without_a_warning_is_blamed_as_surely_as_before(text: str) -> None:
    (tag,) = tags_of(CUT_IN, spoken(customer(0, 4_000), agent(3_000, 7_000, text)))

    assert tag.confidence == 0.8
