"""The surroundings of a finding: whose words are quoted, and how much of them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_service.coaching.context import QUOTE_CHARS, clock, sentence_around, surroundings
from qa_service.core.speech import Role, Utterance
from qa_service.core.tags import Evidence, Quote
from qa_service.core.time import Span
from tests.coaching.made import LEG, finding, wordless
from tests.make import VOCABULARY, utterance


@pytest.mark.parametrize(
    ("text", "words", "sentence"),
    [
        pytest.param("您好。这款保本的。再见。", "保本", "这款保本的。", id="the sentence around the words"),
        pytest.param("这款保本的", "保本", "这款保本的", id="no punctuation at all"),
        pytest.param("保本吗？保本。", "保本", "保本吗？", id="a question mark ends a sentence"),
        pytest.param("您好。保本。", "您好。", "您好。", id="words that end with the sentence"),
        pytest.param(
            "一" * 100 + "保本" + "二" * 100, "保本", "一" * 19 + "保本" + "二" * 19, id="cut to forty"
        ),
        pytest.param("好" * 200, "好" * 200, "好" * 40, id="a long quote is cut too"),
        pytest.param(
            "您家的宽带要到周三下午才能恢复，我给您先送十个G的流量应急，五分钟内到账，您开热点先上课，其余的我再跟进",
            "五分钟内到账",
            "我给您先送十个G的流量应急，五分钟内到账，您开热点先上课，其余的我再跟进",
            id="whole clauses of a long sentence",
        ),
        pytest.param(
            "一" * 30 + "，保本，" + "二" * 60,
            "保本",
            "保本",
            id="a clause by itself where its neighbours are long",
        ),
    ],
)
def test_a_quote_is_widened_to_its_sentence(text: str, words: str, sentence: str) -> None:
    said = utterance(text)
    start = text.index(words)

    quote = sentence_around(said, Quote.of(said, start, start + len(words)))

    assert quote.text == sentence


@given(st.lists(st.sampled_from(VOCABULARY), max_size=4).map("".join).filter(bool), st.data())
def test_a_quote_is_exact_short_and_holds_the_words(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    said = utterance(text)

    quote = sentence_around(said, Quote.of(said, start, end))

    assert text[quote.start : quote.end] == quote.text
    assert 0 < len(quote.text) <= QUOTE_CHARS
    assert quote.start <= start
    assert end <= quote.end or end - quote.start > QUOTE_CHARS


def test_a_quote_that_begins_inside_a_clause_says_so_in_the_note() -> None:
    said = utterance("这里" * 20 + "保本" + "那里" * 20)
    around = surroundings(finding(said, "保本"), [said], LEG)

    assert around
    assert str(dict(around.values)["quote"]).startswith("……")


def test_a_quote_that_was_cut_says_so_in_the_note() -> None:
    said = utterance("好" * 200)

    around = surroundings(finding(said), [said], LEG)

    assert around
    assert dict(around.values)["quote"] == "好" * 40 + "……"


def test_of_a_finding_with_earlier_evidence_the_place_where_it_became_true_is_quoted() -> None:
    first, last = utterance("我不是说了吗", 10_000), utterance("你听不懂吗", 50_000)
    repeated = replace(finding(last), evidence=(Evidence.said(first), Evidence.said(last)))

    around = surroundings(repeated, [first, last], LEG)

    assert around
    assert (around.quote.text, dict(around.values)["time"]) == ("你听不懂吗", "00:50")


def test_the_words_of_whoever_the_finding_is_about_are_quoted() -> None:
    customer, agent = utterance("你说了算吗", 10_000, role=Role.CUSTOMER), utterance("您别说了", 10_500)
    both = Evidence(Span(10_500, 11_000), (Quote.of(customer), Quote.of(agent)))
    interrupts = replace(finding(agent), evidence=(both,), span=both.span)

    around = surroundings(interrupts, [customer, agent], LEG)

    assert around
    assert around.quote.text == "您别说了"


def test_beside_a_silence_the_agents_words_are_quoted_before_the_customers() -> None:
    agent, customer = utterance("我查一下", 10_000), utterance("好", 11_500, role=Role.CUSTOMER)

    around = surroundings(wordless(12_000, 20_000, role=Role.AGENT), [agent, customer], LEG)

    assert around
    assert around.quote.text == "我查一下"


@pytest.mark.parametrize("role", [Role.AGENT, Role.UNKNOWN])
def test_the_customers_line_is_never_quoted_as_the_agents(role: Role) -> None:
    agent = utterance("提交以后老师会给您打电话确认。", 14_000)
    asks = utterance("那我能退多少钱？", 28_000, role=Role.CUSTOMER)
    later = utterance("您好，查到了。", 43_000)

    around = surroundings(wordless(30_000, 38_000, role=role), [agent, asks, later], LEG)

    assert around
    assert around.quote.text == agent.text
    assert surroundings(wordless(30_000, 38_000, role=role), [asks], LEG) is None


def test_a_quote_of_the_customer_alone_gives_way_to_the_agents_line() -> None:
    agent, asks = utterance("我查一下", 10_000), utterance("到底几天能修好？", 12_000, role=Role.CUSTOMER)

    around = surroundings(finding(asks, role=Role.AGENT), [agent, asks], LEG)

    assert around
    assert around.quote.text == "我查一下"


def test_what_was_missing_at_the_start_quotes_the_next_line_but_a_silence_does_not() -> None:
    later = utterance("您哪位", 9_000)

    missing = surroundings(wordless(0, 8_000, role=Role.AGENT), [later], LEG)

    assert missing
    assert missing.quote.text == "您哪位"
    assert surroundings(wordless(0, 8_000), [later], LEG) is None


@pytest.mark.parametrize(
    "beside",
    [
        pytest.param(utterance("好的", 10_000, unreliable="quality.noise"), id="not heard surely"),
        pytest.param(utterance("好的", 10_000), id="long ago"),
        pytest.param(utterance("请稍等", 49_000, role=Role.SYSTEM), id="a machine's"),
    ],
)
def test_no_line_of_the_agent_beside_it_is_no_quote(beside: Utterance) -> None:
    assert surroundings(wordless(50_000, 58_000), [beside], LEG) is None


def test_unreliable_words_are_neither_question_nor_reply() -> None:
    said = utterance("应该快了吧", 20_000)
    noise = [
        utterance("到底几天能修好", at, role=Role.CUSTOMER, unreliable="quality.noise")
        for at in (15_000, 25_000)
    ]

    around = surroundings(finding(said), [noise[0], said, noise[1]], LEG)

    assert around
    assert {"question", "reply"}.isdisjoint(dict(around.values))


def test_times_are_minutes_and_seconds_even_after_an_hour() -> None:
    assert [clock(at) for at in (0, 59_999, 60_000, 3_600_000)] == ["00:00", "00:59", "01:00", "60:00"]


@pytest.mark.parametrize(
    ("said", "told"),
    [
        pytest.param("会不会亏钱？我亏不起。", "会不会亏钱？我亏不起", id="a short line is told whole"),
        pytest.param(
            "你好，我家冰箱坏了，师傅上个星期来看过一次，说要等零件。到底几天能修好？",
            "到底几天能修好？",
            id="of a story, what it asks",
        ),
        pytest.param(
            "师傅上门收了我一百块钱检测费。你们收费有没有提前告诉我？我真的不明白。",
            "你们收费有没有提前告诉我？",
            id="the question in the middle of a story",
        ),
        pytest.param(
            "我家暖气三天没热了，家里还有老人。我打了好几次电话，都没有人来修。",
            "我家暖气三天没热了，家里还有老人。我打了好几次电话，都没有人来修",
            id="a story that asks nothing",
        ),
    ],
)
def test_of_what_the_customer_said_the_question_is_told(said: str, told: str) -> None:
    asks, answers = utterance(said, 10_000, 18_000, role=Role.CUSTOMER), utterance("应该快了吧", 19_000)

    around = surroundings(finding(answers), [asks, answers], LEG)

    assert around
    assert dict(around.values)["question"] == told
    assert around.question == said


@pytest.mark.parametrize(
    ("answer", "is_met"),
    [
        pytest.param("我已经请主管优先处理，今天下午五点前给您答复。", True, id="a step and a time"),
        pytest.param("您的情况我已经记录下来了。", False, id="a step without a time"),
        pytest.param("最晚明天。", False, id="a time without a step"),
        pytest.param("那您去打吧。", False, id="neither"),
    ],
)
def test_a_threat_is_met_by_a_step_and_a_time(answer: str, is_met: bool) -> None:
    threat, said = utterance("我要打12315", 10_000, role=Role.CUSTOMER), utterance(answer, 13_000)

    around = surroundings(finding(threat), [threat, said], LEG)

    assert around
    assert around.is_met is is_met
    assert dict(around.values)["answer"] == answer.rstrip("。")
