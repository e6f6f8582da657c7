"""Example lines: who says what, when, and how loud."""

from __future__ import annotations

import pytest

from qa_service.core.speech import Role
from qa_service.core.time import Span
from qa_service.rulebook.examples import ExampleLine, read_lines

AGENT, CUSTOMER, SYSTEM = Role.AGENT, Role.CUSTOMER, Role.SYSTEM


@pytest.mark.parametrize(
    ("line", "read"),
    [
        pytest.param("您好", ExampleLine(AGENT, Span(0, 500), "您好"), id="without a role the agent speaks"),
        pytest.param("坐席: 您好", ExampleLine(AGENT, Span(0, 500), "您好"), id="the agent"),
        pytest.param("客服：您好", ExampleLine(AGENT, Span(0, 500), "您好"), id="full-width colon"),
        pytest.param("客户: 喂", ExampleLine(CUSTOMER, Span(0, 250), "喂"), id="the customer"),
        pytest.param("客戶: 喂", ExampleLine(CUSTOMER, Span(0, 250), "喂"), id="in traditional characters"),
        pytest.param("customer: hi", ExampleLine(CUSTOMER, Span(0, 500), "hi"), id="in English"),
        pytest.param("系统: 请稍候", ExampleLine(SYSTEM, Span(0, 750), "请稍候"), id="the machine"),
        pytest.param("[1.5-2.25] 客户: 喂", ExampleLine(CUSTOMER, Span(1_500, 2_250), "喂"), id="with times"),
        pytest.param(
            "您别急 {-12.5 dB}", ExampleLine(AGENT, Span(0, 750), "您别急", -12.5), id="with loudness"
        ),
        pytest.param(
            "您别急 {210 Hz}", ExampleLine(AGENT, Span(0, 750), "您别急", None, 210.0), id="with pitch"
        ),
        pytest.param(
            "您别急 {-12 dB} {210.5 Hz}",
            ExampleLine(AGENT, Span(0, 750), "您别急", -12.0, 210.5),
            id="with loudness and pitch",
        ),
        pytest.param(
            "您别急 {很快}", ExampleLine(AGENT, Span(0, 1_250), "您别急 {很快}"), id="braces that are words"
        ),
        pytest.param(
            "一点: 先交费", ExampleLine(AGENT, Span(0, 1_250), "一点: 先交费"), id="a colon in a sentence"
        ),
        pytest.param("。", ExampleLine(AGENT, Span(0, 250), "。"), id="punctuation takes a moment"),
    ],
)
def test_a_line(line: str, read: ExampleLine) -> None:
    assert read_lines([line]) == (read,)


def test_lines_follow_each_other_with_a_breath_between() -> None:
    spans = [line.span for line in read_lines(["您好", "客户: 喂", "[9-10] 好", "行"])]

    assert spans == [Span(0, 500), Span(1_000, 1_250), Span(9_000, 10_000), Span(10_500, 10_750)]


def test_a_line_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(ValueError, match="start <= end"):
        read_lines(["[3-2] 您好"])
