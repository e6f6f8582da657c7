"""Much the same said once more, and numbers that were named."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_service.core.speech import Role, Utterance
from qa_service.detectors.again import SaysAgain
from qa_service.detectors.said_number import SaidNumber
from qa_service.text.normalize import fold
from qa_service.text.resemblance import features, resemblance
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
    ("settings", "said", "found"),
    [
        pytest.param(SaidNumber(above=5_000), "坐：一共五千零一块", ["五千零一块"], id="just above"),
        pytest.param(SaidNumber(above=5_000), "坐：一共五千块", [], id="the limit itself is not above it"),
        pytest.param(SaidNumber(above=5_000), "坐：一共四千九", [], id="below"),
        pytest.param(SaidNumber(above=5_000), "坐：大概四千到六千块", [], id="it may be less"),
        pytest.param(SaidNumber(above=5_000), "坐：大概五千多块", ["五千多块"], id="more than the limit"),
        pytest.param(SaidNumber(above=5_000), "坐：几万块", [], id="nobody knows how much"),
        pytest.param(SaidNumber(above=5_000), "坐：九千美金", [], id="another currency"),
        pytest.param(SaidNumber(above=5_000), "坐：九千个", [], id="no amount"),
        pytest.param(SaidNumber(above=5_000), "坐：两万三，分期付", ["两万三"], id="the unit left out"),
        pytest.param(SaidNumber(below=100), "坐：三十九块九", ["三十九块九"], id="below"),
        pytest.param(SaidNumber(below=100), "坐：一百来块", [], id="about so much"),
        pytest.param(SaidNumber(below=100), "坐：一百块", [], id="the limit itself is not below it"),
        pytest.param(SaidNumber(above=100, below=200), "坐：一百五十元", ["一百五十元"], id="between two"),
        pytest.param(SaidNumber(above=100, below=200), "坐：一百元或者两百元", [], id="at the edges"),
        pytest.param(
            SaidNumber(kinds=("percent",), above=3), "坐：年化百分之三点五", ["百分之三点五"], id="a share"
        ),
        pytest.param(
            SaidNumber(kinds=("percent",), above=3), "坐：给您打八折", [], id="eighty percent of what"
        ),
        pytest.param(SaidNumber(kinds=("percent",), above=3), "坐：百分之三", [], id="the very share"),
        pytest.param(
            SaidNumber(kinds=("deadline", "duration"), above=7),
            "坐：两周内，最长半个月",
            ["两周内", "最长半个月"],
            id="longer than a week",
        ),
        pytest.param(SaidNumber(kinds=("deadline",), above=7), "坐：一百小时内", [], id="hours are no days"),
        pytest.param(SaidNumber(kinds=("deadline",), above=7), "坐：月底前", [], id="a day is no length"),
        pytest.param(SaidNumber(kinds=("deadline",), above=7), "客：半个月前我打过", [], id="it was before"),
        pytest.param(
            SaidNumber(kinds=("duration",), above=0.1), "客：我等了半天", [], id="半天 is how it feels"
        ),
        pytest.param(SaidNumber(kinds=("number",), above=100), "客：13800001111", [], id="read out"),
    ],
)
def test_a_limit_lets_only_values_beyond_it_through(
    settings: SaidNumber, said: str, found: list[str]
) -> None:
    assert [tag.quotes[0].text for tag in tags_of(settings, lines(said))] == found


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(lambda: SaidNumber(kinds=()), id="no kind"),
        pytest.param(lambda: SaidNumber(kinds=("money",)), id="an unknown kind"),
        pytest.param(lambda: SaidNumber(kind="money"), id="an unknown kind by itself"),
        pytest.param(lambda: SaysAgain(of="both"), id="whose words"),
        pytest.param(lambda: SaysAgain(by="boss"), id="said by whom"),
    ],
)
def test_what_means_nothing_is_refused(make: object) -> None:
    assert callable(make)
    with pytest.raises(ValueError, match="not"):
        make()


_SENTENCES = st.text("我们不能承诺保本，几天修好？", min_size=6, max_size=14).filter(
    lambda text: fold(text).text != ""
)


@given(_SENTENCES, _SENTENCES, st.sampled_from([0.3, 0.5, 0.75, 1.0]))
def test_alike_is_resemblance_either_way_round(before: str, now: str, alike: float) -> None:
    one, other = features(fold(before).text), features(fold(now).text)

    found = again(SaysAgain(alike=alike, min_chars=1), f"坐：{before}", f"坐：{now}")

    assert bool(found) == (min(resemblance(one, other), resemblance(other, one)) >= alike)
