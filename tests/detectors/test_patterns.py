from __future__ import annotations

from dataclasses import replace

import pytest

from qa_service.core.calls import CallFacts
from qa_service.core.errors import RulebookError
from qa_service.core.speech import Role
from qa_service.detectors.patterns import PatternRule, Patterns
from tests.make import tags_of, utterance

DETECTOR = Patterns(
    (
        PatternRule(
            "risk.credential_request",
            "(?:告诉我|报一下)[^，。]{0,8}(?:验证码|密码)|(?:验证码|密码)[^，。]{0,6}(?:告诉我|是多少)",
            Role.AGENT,
            frozenset({"negated", "quoted", "prohibited"}),
        ),
        PatternRule(
            "risk.absolute_promise",
            r"(?:肯定|绝对|保证).{0,4}(?:能|可以)(?:批|过|退)",
            Role.AGENT,
            frozenset({"negated"}),
        ),
    )
)


@pytest.mark.parametrize(
    ("role", "text", "quotes"),
    [
        pytest.param(Role.AGENT, "麻烦您把验证码告诉我", ["验证码告诉我"], id="a request"),
        pytest.param(Role.AGENT, "麻煩您報一下簡訊的驗證碼", ["報一下簡訊的驗證碼"], id="in traditional"),
        pytest.param(Role.AGENT, "您的密码是多少。绝对可以退", ["密码是多少", "绝对可以退"], id="two rules"),
        pytest.param(Role.AGENT, "請不要報一下驗證碼", [], id="denied"),
        pytest.param(Role.AGENT, "我们不能保证一定可以退", [], id="no promise"),
        pytest.param(Role.CUSTOMER, "你把密码告诉我", [], id="said by the customer"),
        pytest.param(Role.UNKNOWN, "你把密码告诉我", [], id="nobody knows who said it"),
        pytest.param(Role.AGENT, "密码您收好。告诉我姓名", [], id="not across sentences"),
        pytest.param(Role.AGENT, "", [], id="nothing said"),
    ],
)
def test_patterns(role: Role, text: str, quotes: list[str]) -> None:
    tags = tags_of(DETECTOR, [utterance(text, role=role)])

    assert [tag.quotes[0].text for tag in sorted(tags, key=lambda tag: tag.quotes[0].start)] == quotes


def test_what_was_not_heard_well_is_not_judged() -> None:
    assert tags_of(DETECTOR, [utterance("密码是多少", unreliable="quality.noise")]) == []


@pytest.mark.parametrize(
    ("tokens", "quote"),
    [
        pytest.param((0, 2, 4, 6, 8, 10, 11, 12, 13), "绝对可以退款", id="widened to whole words"),
        pytest.param((0,), "绝对可以退", id="not to a whole sentence that nobody cut into words"),
        pytest.param((), "绝对可以退", id="as it stands where there are no words"),
    ],
)
def test_a_quote_does_not_end_inside_a_word(tokens: tuple[int, ...], quote: str) -> None:
    said = replace(utterance("我们店里绝对可以退款给您的呀"), tokens=tokens)

    (tag,) = tags_of(DETECTOR, [said])

    assert tag.quotes[0].text == quote


def test_without_words_nothing_is_heard() -> None:
    assert tags_of(DETECTOR, [utterance("密码是多少")], about=CallFacts()) == []


def test_an_impossible_pattern_is_refused_before_any_call() -> None:
    with pytest.raises(RulebookError, match="look-around"):
        Patterns((PatternRule("x", "(?=保)本"),))


def test_a_rule_beside_another_is_silent_without_it() -> None:
    detector = Patterns(
        (PatternRule("a", "没空", Role.AGENT), PatternRule("b", "可以", beside=frozenset({"a"})))
    )
    said = [utterance("我没空，可以吗", role=Role.AGENT), utterance("我没空，可以吗", role=Role.CUSTOMER)]

    assert sorted(tag.label for tag in tags_of(detector, said)) == ["a", "b"]
