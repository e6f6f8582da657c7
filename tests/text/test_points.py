"""Points that cannot be there are not looked for: never one that would have been found."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_service.text.normalize import fold
from qa_service.text.pinyin import SoundScanner
from qa_service.text.point_ways import Way, characters_of
from qa_service.text.points import _alike, spoken

# Few characters, many of one sound, words that deny and ask: what is drawn is often alike.
_SAID = st.text("退推腿到道款宽费收手不没能您你几天什么时候吗，。", min_size=2, max_size=14)


@given(_SAID, _SAID)
def test_what_is_passed_over_is_not_there(written: str, said: str) -> None:
    way, folded = Way.of(written), fold(said)
    characters = characters_of(folded.text)

    if not way.may_sound(characters):
        assert not SoundScanner((written,)).scan(folded)
    if not way.may_be_alike(characters):
        assert not list(_alike(way, folded))


@pytest.mark.parametrize(
    ("point", "said", "sense"),
    [
        ("手续费百分之零点五", "手续费百分之五", "OTHER_NUMBER"),
        ("手续费0.75%", "手续费百分之零点七五", "SAID"),
        ("手续费0.75%", "手续费千分之七点五", "SAID"),
        ("手续费0.05%", "手续费是万分之五", "SAID"),
        ("手续费0.5%", "手续费万分之五", "OTHER_NUMBER"),
        ("七个工作日到账", "三个工作日到账", "OTHER_NUMBER"),
        ("七个工作日到账", "15个工作日", "OTHER_NUMBER"),
        ("七个工作日", "大概三个工作日吧", "OTHER_NUMBER"),
        ("每月28号扣款", "每月二十八号扣款", "SAID"),
        ("每月28号扣款", "每月十八号扣款", "OTHER_NUMBER"),
        # Other numbers, of other things, or beside the right one.
        ("七个工作日", "一般三到五个工作日，最长七个工作日", "SAID"),
        ("七个工作日到账", "一般三到五个工作日到账。最长七个工作日。", "SAID"),
        ("七个工作日到账", "三个工作日审核，七个工作日到账", "SAID"),
        ("七个工作日到账", "审核三个工作日", None),
        ("七个工作日到账", "您三天前申请的", None),
        ("七个工作日", "已经三天了", None),
        ("七个工作日", "三个工作日？", None),
        ("手续费百分之零点五", "利率百分之五", None),
        ("工本费20元", "工本费三十元，邮费二十元", "DOUBTFUL"),
        ("工本费20元", "工本费三十元。邮费二十元。", "OTHER_NUMBER"),
        # Misheard units.
        ("七个工作日到账", "七个宫作日到账", "SAID"),
        ("七个工作日", "七个公作日就行了", "SAID"),
        ("七个工作日到账", "三个宫作日到账", "DOUBTFUL"),
        ("七个工作日", "七个人工作得很好", None),
        ("七个工作日", "七个公司工作人员", None),
        # In a clause of its own, sums without their unit, and a part of a range.
        ("3到5个工作日", "七个工作日，原路退回", "OTHER_NUMBER"),
        ("3到5个工作日", "四个工作日，原路退回", None),
        ("99元一个月", "九十九一个月", "SAID"),
        ("99元一个月", "一百二一个月", "OTHER_NUMBER"),
        ("每月99元", "每个月九十九", "DOUBTFUL"),
        ("每月99元", "每个月一百二", "OTHER_NUMBER"),
        ("每月99元", "每月用九十九个G", None),
    ],
)
def test_what_is_done_with_a_number(point: str, said: str, sense: str | None) -> None:
    spot = spoken((point,), fold(said))

    assert (spot.sense.name if spot else None) == sense
