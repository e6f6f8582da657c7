"""Much the same said once more, and numbers that were named."""

from __future__ import annotations

import pytest

from qa_service.core.speech import Role, Utterance
from qa_service.detectors.again import SaysAgain
from qa_service.detectors.said_number import SaidNumber
from tests.make import tags_of, utterance


def lines(*written: str) -> list[Utterance]:
    """坐： is the agent, 客： the customer, 机： a machine; ten seconds apart."""
    roles = {"坐": Role.AGENT, "客": Role.CUSTOMER, "机": Role.SYSTEM}
    return [
        utterance(text[2:], 10_000 * at, role=roles[text[0]], speaker=text[0])
        for at, text in enumerate(written)
    ]


def again(detector: SaysAgain, *written: str) -> list[str]:
    return [tag.quotes[-1].text for tag in tags_of(detector, lines(*written))]


OWN = SaysAgain()
ECHO = SaysAgain(of="other", alike=0.7)
SCRIPT = "坐：请您耐心等待我们会尽快处理"


@pytest.mark.parametrize(
    ("detector", "written", "found"),
    [
        pytest.param(OWN, [SCRIPT, "客：几天", SCRIPT], ["请您耐心等待我们会尽快处理"], id="word for word"),
        pytest.param(
            OWN,
            [SCRIPT, "坐：还请您耐心等待，我们会尽快处理的"],
            ["还请您耐心等待，我们会尽快处理的"],
            id="in nearly the same words",
        ),
        pytest.param(OWN, [SCRIPT, "坐：我们明天上午给您回电话"], [], id="something else"),
        pytest.param(OWN, ["坐：好的好的", "坐：好的好的"], [], id="courtesies"),
        pytest.param(OWN, ["客：我要退款我要退款", "客：我要退款我要退款"], [], id="the customer's words"),
        pytest.param(OWN, ["坐：我们可以给您退款的", "坐：我们不可以给您退款的"], [], id="the opposite"),
        pytest.param(SaysAgain(last=1), [SCRIPT, "坐：您先别着急听我说", SCRIPT], [], id="too long ago"),
        pytest.param(OWN, [SCRIPT, "机：请您耐心等待我们会尽快处理"], [], id="a machine"),
        pytest.param(
            ECHO,
            ["客：我的订单号是尾号三三一八的", "坐：您的订单号是尾号三三一八的"],
            ["您的订单号是尾号三三一八的"],
            id="the other's words, told back",
        ),
        pytest.param(ECHO, [SCRIPT, SCRIPT], [], id="own words are not the other's"),
    ],
)
def test_again(detector: SaysAgain, written: list[str], found: list[str]) -> None:
    assert again(detector, *written) == found


@pytest.mark.parametrize(
    ("kinds", "said", "found"),
    [
        pytest.param(("amount",), "坐：一共是一百二十块", ["一百二十块"], id="an amount in words"),
        pytest.param(("amount",), "坐：三天内到账", [], id="a deadline is no amount"),
        pytest.param(("deadline",), "坐：三个工作日内到账", ["三个工作日内"], id="a deadline"),
        pytest.param(("percent",), "坐：利率是百分之三点五", ["百分之三点五"], id="a share"),
        pytest.param(("amount", "date"), "坐：明天扣五十块", ["明天", "五十块"], id="of two kinds"),
        pytest.param(("amount",), "机：余额五十块", [], id="a machine's"),
        pytest.param(("amount",), "坐：千万别转账", [], id="千万 is no number"),
    ],
)
def test_numbers(kinds: tuple[str, ...], said: str, found: list[str]) -> None:
    tags = tags_of(SaidNumber(kinds=kinds), lines(said))

    assert [tag.quotes[0].text for tag in tags] == found


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(lambda: SaidNumber(kinds=()), id="no kind"),
        pytest.param(lambda: SaidNumber(kinds=("money",)), id="an unknown kind"),
        pytest.param(lambda: SaysAgain(of="both"), id="whose words"),
        pytest.param(lambda: SaysAgain(by="boss"), id="said by whom"),
    ],
)
def test_what_means_nothing_is_refused(make: object) -> None:
    assert callable(make)
    with pytest.raises(ValueError, match="not"):
        make()
