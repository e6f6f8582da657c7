from __future__ import annotations

import pytest

from qa_service.core.calls import CallFacts
from qa_service.core.speech import Role
from qa_service.detectors.repeats import AsksAgain
from tests.make import tags_of, utterance


def asked(*lines: str, role: Role = Role.AGENT, gap_ms: int = 10_000) -> int:
    said = [utterance(line, gap_ms * i, role=role) for i, line in enumerate(lines)]
    return len(tags_of(AsksAgain(), said))


PHONE = "您的手机号码是多少"


@pytest.mark.parametrize(
    ("lines", "tags"),
    [
        pytest.param([PHONE, PHONE, PHONE], 1, id="three times"),
        pytest.param([PHONE, "麻烦问一下手机号码是多少呢", "那您手机号码多少"], 1, id="in other words"),
        pytest.param(["您的手機號碼是多少", PHONE, PHONE], 1, id="in either script"),
        pytest.param([PHONE] * 5, 1, id="five times are one tag"),
        pytest.param([PHONE, PHONE], 0, id="twice"),
        pytest.param([PHONE, "您家地址在哪个小区", "故障灯是什么颜色"], 0, id="different questions"),
        pytest.param(["请问还有其他可以帮您的吗"] * 3, 0, id="an offer"),
        pytest.param(["您听得到吗"] * 3, 0, id="a bad line"),
        pytest.param(["好吗", "好吗", "好吗"], 0, id="nothing asked about"),
        pytest.param(["您的手机号码我记下了"] * 3, 0, id="statements"),
    ],
)
def test_asking_again(lines: list[str], tags: int) -> None:
    assert asked(*lines) == tags


def test_customers_may_ask_as_often_as_they_like() -> None:
    assert asked(PHONE, PHONE, PHONE, role=Role.CUSTOMER) == 0


def test_long_ago_is_forgotten() -> None:
    assert asked(PHONE, PHONE, PHONE, gap_ms=200_000) == 0


def test_without_words_nothing_is_heard() -> None:
    said = [utterance(PHONE, 10_000 * i) for i in range(3)]

    assert tags_of(AsksAgain(), said, about=CallFacts()) == []
