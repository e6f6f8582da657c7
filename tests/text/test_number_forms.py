from __future__ import annotations

import pytest

from qa_service.text.normalize import fold
from qa_service.text.number_forms import MOST, forms
from qa_service.text.phrases import PhraseScanner


@pytest.mark.parametrize(
    ("phrase", "said"),
    [
        ("120块", "一共一百二十块"),
        ("120块", "收您一百二十元"),
        ("一百二十块", "收您120元"),
        ("120元", "收您一百二块钱"),
        ("3%", "百分之三"),
        ("百分之三", "利率是3%"),
        ("百分之三点五", "年化3.5%"),
        ("3天", "三天内到"),
        ("三天", "3天内到"),
        ("7天无理由", "七天无理由退货"),
        ("3500元", "三千五百元"),
        ("3500元", "三千五块"),
        ("免费2个月", "免费两个月"),
        ("2万", "最多贷两万"),
        ("1.2万", "给您一万二千"),
        ("24小时", "二十四小时之内"),
        ("3-5天", "三到五天"),
        ("一个月", "首月1个月"),
        ("100%", "百分之一百"),
    ],
)
def test_a_number_is_found_in_all_its_forms(phrase: str, said: str) -> None:
    assert PhraseScanner([phrase]).scan(fold(said))


@pytest.mark.parametrize(
    ("phrase", "said"),
    [
        ("十分满意", "给您打10分满意"),
        ("一点不行", "下午1点不行"),
        ("二百五", "250块"),
        ("一下", "1下"),
        ("3天", "十三天"),
        ("3天", "23天"),
        ("120块", "一千一百二十块"),
        ("12315", "一万二千三百一十五"),
        ("万一", "10001"),
        ("p2p", "p二p"),
    ],
)
def test_what_is_no_number_or_another_is_not(phrase: str, said: str) -> None:
    assert not PhraseScanner([phrase]).scan(fold(said))


def test_a_wording_full_of_numbers_has_no_more_forms_than_are_looked_for() -> None:
    found = forms("1个2个3个4个5个6个7个8个")

    assert len(found) == len(set(found)) == MOST
    assert found[0] == "1个2个3个4个5个6个7个8个"
