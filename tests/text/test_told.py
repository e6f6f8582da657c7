"""What was answered to which question, and what is no answer that another one could be held against."""

from __future__ import annotations

import pytest

from qa_service.text.told import Answered, answers_told


def _told(*written: str) -> list[tuple[str, float, float]]:
    """坐： is the agent, 客： the customer."""
    said = ((line[0] == "坐", line[2:]) for line in written)
    return [(one.kind.value, one.value.low, one.value.high) for one in answers_told(said)]


@pytest.mark.parametrize(
    ("written", "found"),
    [
        pytest.param(["客：退款多久到账？", "坐：三到五天。"], [("days", 3, 5)], id="days"),
        pytest.param(["客：退款多久到账", "坐：24小时内到"], [("days", 1, 1)], id="hours"),
        pytest.param(["客：运费多少钱？", "坐：十二块"], [("yuan", 12, 12)], id="an amount"),
        pytest.param(["客：分期手续费率多少？", "坐：百分之零点六"], [("percent", 0.6, 0.6)], id="a rate"),
        pytest.param(["客：这款手机能退货吗？", "坐：可以的"], [("yes_no", 1, 1)], id="yes"),
        pytest.param(["客：拆封了能退货吗？", "坐：抱歉，不可以"], [("yes_no", 0, 0)], id="no"),
        pytest.param(["客：拆封了还能不能退货", "坐：退不了"], [("yes_no", 0, 0)], id="cannot be done"),
        pytest.param(
            ["客：退款多久到账？", "坐：好的，我看一下", "客：嗯", "坐：五天"],
            [("days", 5, 5)],
            id="a little later",
        ),
        pytest.param(
            ["客：退款多久到账？", "坐：三天", "客：运费多少钱？", "坐：十块"],
            [("days", 3, 3), ("yuan", 10, 10)],
            id="two questions",
        ),
        pytest.param(["客：退款多久到账？", "坐：三天，对，就三天"], [("days", 3, 3)], id="said twice"),
    ],
)
def test_the_value_is_that_of_the_kind_that_was_asked_for(
    written: list[str], found: list[tuple[str, float, float]]
) -> None:
    assert _told(*written) == found


@pytest.mark.parametrize(
    "written",
    [
        pytest.param(["坐：三天到账"], id="nobody asked"),
        pytest.param(["客：这个多少钱？", "坐：十块"], id="about anything"),
        pytest.param(["客：退款多久到账？", "坐：您付了三百元"], id="another kind"),
        pytest.param(["客：退款多久到账？", "坐：支付宝三天，银行卡七天"], id="it depends"),
        pytest.param(["客：退款多久到账？", "坐：好", "坐：您稍等", "坐：我查", "坐：三天"], id="long after"),
        pytest.param(["客：退款多久到账？", "坐：明天下午三点"], id="a time of day"),
        pytest.param(["客：退款多久到账？", "坐：不需要三天"], id="denied"),
        pytest.param(["客：运费多少钱？", "坐：几十块吧"], id="nobody knows how many tens"),
        pytest.param(["客：不能退货吗？", "坐：可以的"], id="asked with a no"),
        pytest.param(["客：这款手机能退货吗？", "坐：我帮您查一下"], id="neither yes nor no"),
        pytest.param(["客：这款手机能退货吗？", "坐：对不起，我不清楚"], id="unknown"),
    ],
)
def test_what_cannot_be_compared_is_no_answer(written: list[str]) -> None:
    assert _told(*written) == []


def test_one_answer_a_question_and_where_it_stands() -> None:
    said = [(False, "退款多久到账"), (True, "您好，大概三天。"), (True, "也可能五天")]

    (found,) = answers_told(said)

    assert isinstance(found, Answered)
    assert "您好大概三天"[found.start : found.end] == "三天"
