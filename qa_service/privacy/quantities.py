"""Digits that count something rather than name somebody: amounts, dates, times; and models, which hang on letters."""

from __future__ import annotations

import re
from dataclasses import replace

from qa_service.privacy.groups import Group
from qa_service.privacy.plain import CallText
from qa_service.text.characters import COLON, DASH, DOT

# What makes a few digits a quantity rather than part of a number.
_UNITS = frozenset(
    "块元角毛钱万千亿百个位名天日号月年点时分秒周岁度兆次条台件张套层楼室栋米斤折倍%级届种样款户口瓶箱包袋页集首寸吨公平期升克卡g"
)
_WORD_UNITS = ("小时", "工作", "自然", "礼拜", "星期", "mb", "gb", "kb", "cm", "mm", "km", "kg", "多")
# 多少, 多大, 多久 ask something new; 万一, 元旦, 天天, 分机 are words of their own: no units of what stands before.
_NO_UNIT = re.compile("多[少大久长远高重]|万[一1](?![年个])|元旦|天天|分机|位置|号码|年纪|月租|点击")
_MONEY = frozenset("块元万亿")
_BEFORE_QUANTITY = frozenset("第千万亿初")
#: 周一, 星期三, 礼拜五.
WEEKDAY = frozenset("周期拜")
# From this length on, a unit behind the digits says nothing; from the other on, only money does.
_ALWAYS_NUMBER = 11
_MOSTLY_NUMBER = 7
_LONGEST_WORD = 8
# SF1234, and what a link or an identifier joins: com/1234, orderid_1234.
_LETTERS = re.compile("[a-z]+$")
_JOINS = frozenset("/_=#")
# Letters that name the number behind them rather than belong to it.
_NAMING_LETTERS = re.compile(
    "tel|(?:tele)?phone|mob(?:ile)?|call|no|num(?:ber)?|cv[vc]|cvn|pin|vx?|wx|qq|id|ok|[gpt]"
)
_MONEY_SIGNS = frozenset("¥￥$＄")
#: Fewer digits than this on either side of a dot or dash are a decimal, a time, a range.
_FEW = 3
_YEAR_DIGITS = 4


def counted(call: CallText, group: Group) -> Group:
    """The group, marked where it is a quantity or hangs on letters."""
    joined = call.raw[group.start - 1 : group.start] in _JOINS
    end = group.start - joined
    letters = _LETTERS.search(call.plain[max(0, end - _LONGEST_WORD) : end])
    lettered = bool(letters and not _NAMING_LETTERS.fullmatch(letters[0]) and group.digits != "X")
    return replace(group, quantity=_is_quantity(call, group), lettered=lettered)


def is_unit(plain: str, at: int) -> bool:
    """Whether what stands there says what is counted before it: 天, 块, 分之."""
    is_word = plain.startswith((*_WORD_UNITS, "分之"), at)
    return _NO_UNIT.match(plain, at) is None and (plain[at : at + 1] in _UNITS or is_word)


def _is_quantity(call: CallText, group: Group) -> bool:
    plain, start, end, count = call.plain, group.start, group.end, len(group.digits)
    if call.raw[start - 1 : start] in _MONEY_SIGNS:
        return True
    if count >= _ALWAYS_NUMBER:
        return False
    before, after = plain[start - 1 : start], plain[end : end + 1]
    is_followed = _NO_UNIT.match(plain, end) is None
    return (
        (is_followed and after in (_UNITS if count < _MOSTLY_NUMBER else _MONEY))
        or (is_followed and plain.startswith(_WORD_UNITS, end))
        or before in _BEFORE_QUANTITY
        or (before in WEEKDAY and count == 1)
        or (before == "点" and count < _FEW)
        or plain.endswith("百分之", 0, start)
    )


def is_quantity_pair(left: Group, right: Group, gap: str) -> bool:
    """Whether the mark between two groups makes them one quantity: 39.9, 10:30, 2026-11, 1-3."""
    ours, theirs = len(left.digits), len(right.digits)
    if gap == DOT:
        return ours <= _MOSTLY_NUMBER and theirs < _FEW
    if gap == COLON:
        return ours < _FEW and theirs < _FEW
    if gap == DASH:
        is_year = left.digits[:2] in ("19", "20") and ours == _YEAR_DIGITS and theirs < _FEW
        return is_year or (left.quantity and ours < _FEW and theirs < _FEW)
    return False
