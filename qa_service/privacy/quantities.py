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
_WORDS_OF_MANY: tuple[str, ...] = ("小时", "mb", "gb", "kb", "cm", "mm", "km", "kg", "多")
_WORD_UNITS = (*_WORDS_OF_MANY, "工作", "自然", "礼拜", "星期")
#: Without what nobody counts by the hundred: 5678点一下, 5678月底换.
_UNITS_OF_MANY = _UNITS - frozenset("月日点时周岁层楼级届期折")
_MANY = 3
# Words that begin like a unit and are none: 多少 asks, 万一 supposes, 个人, 年底, 套餐 and 分机 are words of their own.
_NO_UNIT = re.compile(
    "多[少大久长远高重]|万[一1](?![年个])|千万|元[旦宵]|角[落度色]|毛病|钱包|块头|个[人体别性]|位[置于]|名[字称]|天[天气生亮]"
    "|年[底初前后龄轻纪费]|分[机不开别期享手]|秒[回杀]|度[假过日]|次[次日要]|条[件款例]|台[湾风北]|张[嘴罗]|套[餐路]|号码|室[内外]"
    "|种[种类]|样[子式]|款[式项]|户[口主名型籍]|[箱袋]子|包[括月装裹含]|页面|首[先次页]|公(?!里|斤|分|顷|升|尺|克)|平[时台常安均]"
    "|口[头述音]|升[级职]|克服|卡[号住里上的是]|月租|点击|里[面头边程]|工作(?!日)|小时候"
)
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
    "|s?vip|e?sim|app|wi-?fi|zfb|etc|atm|pos|hi|hello|plus|pro|crm|sms|mail"
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
    return _counts(plain, at, 1) or plain.startswith("分之", at)


def _counts(plain: str, at: int, digits: int) -> bool:
    """Whether what stands there counts a number of so many digits."""
    if _NO_UNIT.match(plain, at):
        return False
    if digits >= _MOSTLY_NUMBER:
        units, words = _MONEY, _WORDS_OF_MANY
    elif digits >= _MANY:
        units, words = _UNITS_OF_MANY, _WORDS_OF_MANY
    else:
        units, words = _UNITS, _WORD_UNITS
    return plain[at : at + 1] in units or plain.startswith(words, at)


def _is_quantity(call: CallText, group: Group) -> bool:
    plain, start, end, count = call.plain, group.start, group.end, len(group.digits)
    if call.raw[start - 1 : start] in _MONEY_SIGNS:
        return True
    if count >= _ALWAYS_NUMBER:
        return False
    before = plain[start - 1 : start]
    return (
        _counts(plain, end, count)
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
