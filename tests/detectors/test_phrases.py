from __future__ import annotations

from dataclasses import replace

import pytest

from qa_service.core.calls import CallFacts
from qa_service.core.errors import RulebookError
from qa_service.core.speech import Role
from qa_service.detectors.phrases import PhraseRule, Phrases
from tests.make import tags_of, utterance

AGENT_PROMISE = PhraseRule(
    "risk.guaranteed_return",
    ("保本", "稳赚不赔", "稳赚", "保证收益"),
    Role.AGENT,
    frozenset({"negated", "quoted", "question", "conditional", "prohibited"}),
)
CUSTOMER_THREAT = PhraseRule(
    "customer.threat_escalation", ("12315", "投诉热线", "曝光"), Role.CUSTOMER, frozenset({"negated"}), "near"
)
ANYONE = PhraseRule("talk.refund", ("退款",))
DETECTOR = Phrases((AGENT_PROMISE, CUSTOMER_THREAT, ANYONE))


def found(role: Role, text: str) -> list[tuple[str, str]]:
    return [(tag.label, tag.quotes[0].text) for tag in tags_of(DETECTOR, [utterance(text, role=role)])]


PROMISE, THREAT, REFUND = "risk.guaranteed_return", "customer.threat_escalation", "talk.refund"


@pytest.mark.parametrize(
    ("role", "text", "tags"),
    [
        pytest.param(Role.AGENT, "这款理财您放心，保本的", [(PROMISE, "保本")], id="a promise"),
        pytest.param(
            Role.AGENT, "這個商品穩賺不賠", [(PROMISE, "穩賺不賠")], id="the longest phrase, in traditional"
        ),
        pytest.param(Role.AGENT, "保本而且稳赚", [(PROMISE, "保本"), (PROMISE, "稳赚")], id="two promises"),
        pytest.param(Role.AGENT, "这款没有风险保本的", [(PROMISE, "保本")], id="no risk is no denial"),
        pytest.param(Role.CUSTOMER, "我打幺二三一五", [(THREAT, "幺二三一五")], id="digits as spoken"),
        pytest.param(Role.CUSTOMER, "我打123-15了", [(THREAT, "123-15")], id="digits as recognised"),
        pytest.param(Role.CUSTOMER, "我要打头诉热现", [(THREAT, "头诉热现")], id="homophones"),
        pytest.param(
            Role.UNKNOWN, "我要退款", [(REFUND, "退款")], id="a rule for anyone hears an unknown role"
        ),
        pytest.param(Role.OTHER, "我要退款", [(REFUND, "退款")], id="and a third party"),
        pytest.param(Role.AGENT, "我们不能承诺保本", [], id="denied"),
        pytest.param(Role.AGENT, "您刚才说的保本我们没有承诺过", [], id="quoted"),
        pytest.param(Role.AGENT, "您是问能不能保本", [], id="asked"),
        pytest.param(Role.AGENT, "要是能保本大家都买了", [], id="supposed"),
        pytest.param(Role.AGENT, "任何人不得承诺保本", [], id="forbidden"),
        pytest.param(Role.CUSTOMER, "你们上次说是保本的", [], id="said by the customer"),
        pytest.param(Role.UNKNOWN, "这款保本的", [], id="nobody knows who said it"),
        pytest.param(Role.SYSTEM, "退款请按一，保本", [], id="said by a machine"),
        pytest.param(Role.AGENT, "您可以打12315", [], id="the agent gives the number"),
        pytest.param(Role.CUSTOMER, "我没有要曝光你们", [], id="a threat denied"),
        pytest.param(Role.CUSTOMER, "投资热线是多少", [], id="another word that sounds unlike"),
        pytest.param(Role.AGENT, "宝本", [], id="a homophone where only exact words count"),
        pytest.param(Role.AGENT, "", [], id="nothing said"),
    ],
)
def test_phrases(role: Role, text: str, tags: list[tuple[str, str]]) -> None:
    assert found(role, text) == tags


def test_homophones_are_less_sure_than_the_words_themselves() -> None:
    sure, less = (
        tags_of(DETECTOR, [utterance(text, role=Role.CUSTOMER)])[0] for text in ("投诉热线", "头诉热现")
    )

    assert sure.confidence > less.confidence
    assert (sure.because.code, less.because.code) == ("phrases.exact", "words.heard_as")


def test_what_was_not_heard_well_is_not_judged() -> None:
    assert tags_of(DETECTOR, [utterance("保本", unreliable="quality.noise")]) == []


def test_without_words_nothing_is_heard() -> None:
    assert tags_of(DETECTOR, [utterance("保本")], about=CallFacts()) == []


def test_labels_are_those_of_the_rules() -> None:
    assert DETECTOR.labels == (PROMISE, THREAT, REFUND)


@pytest.mark.parametrize("rule", [{"unless": frozenset({"negative"})}, {"sounds_like": "far"}])
def test_a_rule_that_means_nothing_is_refused(rule: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="x: "):
        PhraseRule("x", ("保本",), **rule)  # type: ignore[arg-type]


def test_a_phrase_without_words_is_refused_before_any_call() -> None:
    with pytest.raises(RulebookError, match="no letter"):
        Phrases((PhraseRule("x", ("，",)),))


@pytest.mark.parametrize(
    ("text", "tokens", "quotes"),
    [
        pytest.param("我要找媒体曝光你们", (0, 2, 3, 5, 7), ["媒体"], id="a word of its own"),
        pytest.param("我们的多媒体设备", (0, 2, 3, 6), [], id="the end of another word"),
        pytest.param("流媒体服务", (0, 3), [], id="inside another word"),
        pytest.param("去告诉媒体", (0, 1, 3), ["媒体"], id="at the end of the sentence"),
        pytest.param("我们的多媒体设备", (), ["媒体"], id="nobody measured the words"),
    ],
)
def test_whole_words(text: str, tokens: tuple[int, ...], quotes: list[str]) -> None:
    detector = Phrases((PhraseRule("threat", ("媒体",), whole_words=True),))
    said = replace(utterance(text, role=Role.CUSTOMER), tokens=tokens)

    assert [tag.quotes[0].text for tag in tags_of(detector, [said])] == quotes
