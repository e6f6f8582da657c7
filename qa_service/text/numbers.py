"""Numbers, amounts, dates, times, durations and deadlines in folded text: what makes an answer certain."""

from __future__ import annotations

import re
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from qa_service.text.normalize import Folded


class NumberKind(StrEnum):
    """What a number says."""

    DEADLINE = "deadline"  # 三个工作日内, 今天下午五点前, 最迟周五
    DURATION = "duration"  # 24小时, 两三天
    TIME = "time"  # 下午五点, 10:30
    DATE = "date"  # 明天, 下周三, 5月1号
    PERCENT = "percent"  # 3.5%, 八折
    AMOUNT = "amount"  # 一百块, 39.9元
    NUMBER = "number"  # 三台, 12315, 二十五


#: Kinds that say when.
WHEN = frozenset({NumberKind.DEADLINE, NumberKind.DURATION, NumberKind.TIME, NumberKind.DATE})


class NumberHit(NamedTuple):
    """A number of some kind at the folded characters [start, end)."""

    kind: NumberKind
    start: int
    end: int


_BIG = r"[零一二两三四五六七八九十百千万亿]"
# No number is longer: 两两两两 … of a recogniser in a loop is looked through quickly.
_RUN = rf"{_BIG}{{1,20}}"
_DIGIT = r"[一二两三四五六七八九]"
# 3万, 2万3千; what begins a clause after a number (12315万一打不通, 110千万别打) belongs to no number.
_FIGURES = rf"[0-9]+(?:\.[0-9]+)?(?:(?<![0-9]{{5}})(?!万一|千万[别不要]|万[分不别])[百千万亿](?:[0-9]|{_BIG}){{0,20}})?"
# 三点五 is a clock's, but before these.
_SHARED = r"(?:[%元块百千万亿折]|个点)"
_ONE = rf"(?:{_FIGURES}|{_RUN}(?:点[零一二三四五六七八九]+(?={_SHARED}))?|半)"
_MANY = rf"(?:{_ONE}(?:(?:到|至){_ONE})?)"
# 三点八五: minutes are said with 十 or 零, so two digits after 点 are places of a decimal.
_PLACES = rf"{_DIGIT}{{2,}}(?![分十一二三四五六七八九])"
_WEEKDAY = r"[一二三四五六日天末1-7]"
_PERIOD = r"(?:凌晨|清晨|早上|早晨|上午|中午|下午|傍晚|晚上|夜里|今晚|明早|今早|明晚)"
_DAY = (
    r"(?:今天|明天|后天|大后天|昨天|前天|当天|次日|第二天|今晚|明晚|明早|今早|今日|明日|当日"
    rf"|(?:这|本|下|下个|下下|上|上个|这个)?(?:周|星期){_WEEKDAY}(?!期|年|岁|边|围|到)"
    r"|(?:这|本|下|下个|上|上个|这个)(?:周|星期|月)(?:内|底|初|末|中)?|月底|月初|年底|年前|周末"
    rf"|(?:{_ONE}年)?{_ONE}月(?:份|底|初|{_ONE}(?:号|日)?)?|[0-9]{{4}}年|(?<!工号)(?<!编号)(?<!房间)(?:[0-9]{{1,3}}|三十一?|二?十{_DIGIT}?|{_DIGIT})[号日](?![线楼码店机常柜窗院库文坑]|坐席|客服|座席|人物|选手|员工))"
)
_CLOCK = (
    rf"(?:[0-9]{{1,2}}:[0-9]{{2}}|{_PERIOD}?{_ONE}点(?:钟|半|整|一刻|三刻|(?!{_PLACES}|(?<=零点){_DIGIT}(?![0-9零一二三四五六七八九十分]))[0-9零一二三四五六七八九十]+分?(?![0-9零一二三四五六七八九]|{_SHARED}))"
    rf"|{_PERIOD}{_ONE}点|[0-9]{{1,2}}点(?!几)|{_ONE}点(?=前|之前|以前|以后|之后|左右))"
)
_UNIT = r"(?:工作日|自然日|小时|h(?![a-z])|钟头|分钟|刻钟|秒钟?|礼拜|星期|天(?!猫|气))"
_LENGTH = (
    rf"(?:{_MANY}多?个?半?{_UNIT}半?|{_MANY}多?个半?月|半月|{_MANY}(?<![0-9]{{4}})年"
    rf"|{_MANY}(?<!下)(?<!上)周(?!{_WEEKDAY}))"
)
_POINT = rf"(?:{_DAY}的?(?:{_CLOCK}|{_PERIOD})?|{_CLOCK}|{_PERIOD})"
_BEFORE = r"(?:之前|以前|前(?!天|面|台|几|往|提)|以内|之内|内(?!容|部|存))"
_AT_MOST = r"(?:最迟|最晚|最长|最多|不超过|不会超过|截止到?)"
_TENTHS = rf"(?:[1-9]|{_DIGIT})"
# What is counted, or goes on counting: then 三千五 and 三块五 are no money, or more of it.
_COUNTED = (
    r"(?:[0-9零一二两三四五六七八九十百千万亿点半多几来余位台人次条件张份户名克斤里米楼号栋层秒周岁度瓦兆成倍字步页本瓶箱"
    r"吨单股亩平笔档辆座间只头套通班路级门排支首届部毫升卡转g%折]"
    r"|个(?!人)|家(?!里)|公(?!司)|分(?!期)|天(?!天|气)|年(?!底|化|费|利)|月(?!底|供|租|付|息)|小(?!姐)|期(?!间))"
)
_CENTS = rf"{_TENTHS}(?:分钱?|(?!{_COUNTED}))"
_PIECES = rf"(?:{_TENTHS}(?:[毛角]{_CENTS}|毛钱?|角)|{_TENTHS}(?!{_COUNTED}))?"
_YUAN = rf"{_MANY}(?:多?|(?:多|(?<=点{_DIGIT})|(?<=点{_DIGIT}{_DIGIT}))[百千万亿])"
# 三千五, 两万三, 一百二: money, but where a thing is measured, or somebody called names.
_ELIDED = (
    r"(?<!第)(?<!时速)(?<!血压)(?<!高压)(?<!低压)(?<!体重)(?<!身高)(?<!编号)(?<!工号)(?<!房间)(?!二百五)"
    rf"(?:(?:{_DIGIT}|十){_BIG}{{0,18}}?|[0-9]{{1,4}}(?!万一))[百千万]{_TENTHS}(?!{_COUNTED})"
)
# 存六千五百, 欠了五万: what these are done with is money, where nothing is counted.
_PAID = r"(?:(?<=[存欠扣贷借赔付])|(?<=[存欠扣贷借赔付充退还]了)|(?<=充值)|(?<=转账)|(?<=还款))"
_PAID_SUM = rf"{_PAID}(?:{_FIGURES}|{_RUN})(?<=[百千万亿])(?!{_COUNTED}|块|元|毛|角|美)"
# 年化三点八五, 利率是3.85: percent, and no time of the day.
_RATED = (
    r"(?:(?<=年化)|(?<=[利费]率)|(?<=[利费]率[是为在])|(?<=年化[是为在])|(?<=[利费]率大概)|(?<=年化大概))"
)
_RATE = (
    rf"{_RATED}(?:[0-9]+\.[0-9]+|{_RUN}点[零一二三四五六七八九]+)"
    r"(?![0-9零一二三四五六七八九十分钟%百千万倍块元折]|个点)"
)
# 月息一分五, 利息四厘.
_INTEREST = (
    r"(?:(?<=利息)|(?<=[年月日]息)|(?<=息[是按]))"
    rf"(?:{_TENTHS}分(?:{_TENTHS}厘?)?|{_TENTHS}厘{_TENTHS}?)(?![0-9一二两三四五六七八九十钟钱])"
)

_KINDS = {
    NumberKind.DEADLINE: rf"{_AT_MOST}(?:{_LENGTH}|{_POINT})|(?:{_LENGTH}|{_POINT}){_BEFORE}",
    NumberKind.DURATION: _LENGTH,
    NumberKind.PERCENT: (
        rf"{_MANY}(?:%|折|个点|成(?!功|为|本|立|交|都))"
        rf"|(?:百|千|(?<![0-9])万)分之{_MANY}(?:点[零一二三四五六七八九]+)?|{_RATE}|{_INTEREST}"
    ),
    NumberKind.TIME: rf"(?:{_DAY})?{_CLOCK}|{_DAY}{_PERIOD}",
    NumberKind.DATE: _DAY,
    NumberKind.AMOUNT: (
        rf"{_YUAN}(?:块钱|(?:块(?!儿)|元){_PIECES}|毛钱|角|分钱|美金)(?<!^一块)(?<![^0-9零一二两三四五六七八九十百千万亿]一块)"
        rf"|{_ELIDED}|{_PAID_SUM}"
    ),
    NumberKind.NUMBER: (
        rf"{_FIGURES}|{_RUN}点{_PLACES}|零点{_DIGIT}(?![0-9零一二三四五六七八九十分])|(?!万一|千万别|千万不|千万要|十分|万分|百般|一一|万万)"
        rf"(?:{_RUN}[十百千万亿]{_BIG}{{0,20}}|十[一二三四五六七八九]?)"
        r"|[二两三四五六七八九](?=个|次|条|台|位|件|张|份|笔|档|兆|楼|遍)"
    ),
}
# Where none of these stands, no number begins: most positions need no further look.
_BEGINS = "(?=[0-9零一二两三四五六七八九十百千万亿半今明后大昨前当次第这本下上周星月年凌清早中傍晚夜最不截])"
_PATTERN = re.compile(
    _BEGINS + "(?:" + "|".join(f"(?P<{kind}>{said})" for kind, said in _KINDS.items()) + ")"
)
_NAMED = {str(kind): kind for kind in NumberKind}
# Most sentences hold none of these and need no look at all.
_MAYBE = re.compile("[0-9零一二两三四五六七八九十百千万半今明后昨前当次周末底午晚早夜凌期月]")


@lru_cache(maxsize=4096)
def find_numbers(folded_text: str) -> tuple[NumberHit, ...]:
    """All numbers of a folded text from left to right, not overlapping; the most telling kind wins.

    >>> [hit.kind.value for hit in find_numbers("今天下午五点前给您退一百块")]
    ['deadline', 'amount']
    """
    if not _MAYBE.search(folded_text):
        return ()
    return tuple(
        NumberHit(_NAMED[match.lastgroup], match.start(), match.end())
        for match in _PATTERN.finditer(folded_text)
        if match.lastgroup
    )


def numbers(folded: Folded) -> tuple[NumberHit, ...]:
    """As `find_numbers`, without those that run over punctuation."""
    found = find_numbers(folded.text)
    if found and not _SIGNS.isdisjoint(folded.original):
        found = tuple(_signed(folded, hit) for hit in found)
    return tuple(hit for hit in found if not folded.crosses(hit.start, hit.end)) if folded.breaks else found


#: Folding drops the sign of ￥6000.
_SIGNS = frozenset("￥¥")


def _signed(folded: Folded, hit: NumberHit) -> NumberHit:
    """An amount, where the sign of money stands before a figure."""
    before = folded.original[: folded.starts[hit.start]].rstrip()
    is_money = hit.kind is NumberKind.NUMBER and before[-1:] in _SIGNS and bool(before)
    return hit._replace(kind=NumberKind.AMOUNT) if is_money else hit
