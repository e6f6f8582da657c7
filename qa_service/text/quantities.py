"""How much a number of some kind is, in one unit a kind: yuan, percent, days. What nobody can tell is nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from math import inf, nextafter

from qa_service.text.figures import Range, step, worth
from qa_service.text.normalize import Folded
from qa_service.text.numbers import NumberHit, NumberKind

#: The unit of each kind that has one; times and dates have none.
UNITS: Mapping[NumberKind, str] = {
    NumberKind.AMOUNT: "yuan",
    NumberKind.PERCENT: "percent",
    NumberKind.DURATION: "days",
    NumberKind.DEADLINE: "days",
    NumberKind.NUMBER: "number",
}
_FIGURE = "[0-9.零一二两三四五六七八九十百千万亿]+"
_MANY = rf"(?:({_FIGURE})(?:到|至))?({_FIGURE}(?:点[零一二三四五六七八九]+)?|半)"
_YUAN = re.compile(
    rf"{_MANY}(?P<more>多?)(?P<unit>[百千万亿]?)"
    r"(?:(?P<change>毛钱|角|分钱)|(?:块钱|块|元)(?:(?P<tenths>[0-9一二两三四五六七八九])(?:[毛角](?:钱|(?P<cents>[0-9一二两三四五六七八九])(?:分钱?)?)?)?)?)"
)
_SHIFTS = {"百": 1e2, "千": 1e3, "万": 1e4, "亿": 1e8}
_SMALL_CHANGE = {"毛钱": 0.1, "角": 0.1, "分钱": 0.01}
_PERCENT = re.compile(
    rf"(?:(?P<of>[百千万])分之{_MANY}|{_MANY}(?:%|个点|(?P<tenth>成))|(?P<bare>[0-9]+\.[0-9]+|{_FIGURE}点[零一二三四五六七八九]+))"
)
_OF = {"百": 1.0, "千": 0.1, "万": 0.01}
#: 一分五, 四厘: of a hundred a month, of ten a year; what 利息 alone means nobody can tell.
_INTEREST = re.compile(
    r"(?:(?P<tenths>[0-9一二两三四五六七八九])分)?(?:(?P<rest>[0-9一二两三四五六七八九])厘?(?P<more>[0-9一二两三四五六七八九])?)?"
)
_INTEREST_OF = {"月息": 1.0, "年息": 10.0}
_DAYS = {
    **dict.fromkeys(("天", "工作日", "自然日"), 1.0),
    **dict.fromkeys(("礼拜", "星期", "周"), 7.0),
    **dict.fromkeys(("小时", "钟头", "h"), 1 / 24),
    **dict.fromkeys(("秒钟", "秒"), 1 / 86_400),
    "月": 30.0,
    "年": 365.0,
    "分钟": 1 / 1_440,
    "刻钟": 15 / 1_440,
}
_LONG = re.compile(rf"{_MANY}(?P<more>多?)个?(?P<half>半?)(?P<unit>{'|'.join(_DAYS)})(?P<and_half>半?)")
_AT_MOST = re.compile("(?:最迟|最晚|最长|最多|不超过|不会超过|截止到?)")
_INSIDE = re.compile("(?:以内|之内|内)$")
#: 几十块, 数百元: nobody says how many tens.
_SOME = ("几", "数")
#: 二十几块, 三千来个, 两年半, 两千出头, 5k: not quite so much, or more.
_ABOUT = (*"几来多余半wk", "出头")
_DIGITS = (*"0123456789一二两三四五六七八九",)
#: 三块五一个: five tenths, or one for three each; 十天半个月: about so long.
_GOES_ON: Mapping[NumberKind, tuple[str, ...]] = {
    NumberKind.AMOUNT: (*_ABOUT, *_DIGITS),
    NumberKind.PERCENT: (*_ABOUT, *_DIGITS),
    NumberKind.DURATION: (*_ABOUT, "个"),
    NumberKind.DEADLINE: (*_ABOUT, "个"),
}
_LONG_TIME = "半天"
#: Longer figures, and those that begin with 0, were read out: numbers of telephones, orders, cards.
_READ_OUT = 8


def quantity(folded: Folded, hit: NumberHit) -> Range | None:
    """What the number is worth in the unit of its kind; nothing where it has none, or nobody can tell."""
    said, kind = folded.text[hit.start : hit.end], hit.kind
    if folded.text.startswith(_GOES_ON.get(kind, _ABOUT), hit.end) or folded.text.endswith(
        _SOME, 0, hit.start
    ):
        return None
    match kind:
        case NumberKind.AMOUNT:
            return _yuan(said)
        case NumberKind.PERCENT:
            return _interest(folded, hit) if re.search("[分厘](?!之)", said) else _percent(said)
        case NumberKind.DURATION | NumberKind.DEADLINE:
            return _days(said, kind)
        case NumberKind.NUMBER:
            return None if _is_read_out(said) else worth(said)
    return None


def _is_read_out(said: str) -> bool:
    return said.isdecimal() and (len(said) > _READ_OUT or (said[0] == "0" and len(said) > 1))


def _yuan(said: str) -> Range | None:
    """一百二十块, 39.9元, 3到5万元, 三块五; 三千五 by itself. Dollars are none."""
    match = _YUAN.fullmatch(said)
    if match is None:
        return worth(said)
    factor = _SHIFTS.get(match["unit"], 1.0) * _SMALL_CHANGE.get(match["change"], 1.0)
    tenths, cents = (worth(match[name] or "零") for name in ("tenths", "cents"))
    return _many(match, factor, sum(part.low / by for part, by in ((tenths, 10), (cents, 100)) if part))


def _percent(said: str) -> Range | None:
    """3.5%, 百分之三, 三个点, 三成; 八折 leaves open of what."""
    match = _PERCENT.fullmatch(said)
    if match is None:
        return None
    if match["bare"]:
        return worth(match["bare"])
    if match["of"]:
        value = _between(*match.group(2, 3))
        return value.times(_OF[match["of"]]) if value else None
    value = _between(*match.group(4, 5))
    return value.times(10) if value and match["tenth"] else value


def _interest(folded: Folded, hit: NumberHit) -> Range | None:
    """月息一分五 (1.5), 年息四厘 (4); of other interest nobody says how much a 分 is."""
    before = folded.text[max(0, hit.start - 3) : hit.start].rstrip("是按")
    match = _INTEREST.fullmatch(folded.text, hit.start, hit.end)
    factor = _INTEREST_OF.get(before[-2:])
    if match is None or factor is None:
        return None
    parts = (worth(match[name] or "零") for name in ("tenths", "rest", "more"))
    value = sum(part.low / by for part, by in zip(parts, (1, 10, 100), strict=True) if part)
    return Range(value, value).times(factor)


def _days(said: str, kind: NumberKind) -> Range | None:
    """三天, 24小时内, 最迟一个半月; a deadline that is a day or an hour of the clock (周五前) is no length."""
    plain = _INSIDE.sub("", _AT_MOST.sub("", said)) if kind is NumberKind.DEADLINE else said
    match = _LONG.fullmatch(plain)
    if match is None or plain == _LONG_TIME:
        return None
    return _many(match, _DAYS[match["unit"]], 0.5 if match["half"] or match["and_half"] else 0.0)


def _many(match: re.Match[str], factor: float, extra: float) -> Range | None:
    """The number that a match begins with and what is added, so many times; with 多, up to the next such number."""
    low, high = match.group(1, 2)
    many = _between(low, high)
    if many is None:
        return None
    value = many.plus(extra).times(factor)
    if not match["more"]:
        return value
    more = step(high)
    return Range(
        nextafter(value.low, inf), inf if more is None else nextafter(value.low + more * factor, 0.0)
    )


def _between(low: str | None, high: str) -> Range | None:
    """One number, or from one to another: 三到五千 are thousands both."""
    most = worth(high)
    least = most if low is None else worth(low)
    if most is None or least is None:
        return None
    if low is not None and low[-1] not in _SHIFTS and high[-1] in _SHIFTS:
        least = least.times(_SHIFTS[high[-1]])
    return Range(least.low, most.high) if least.low <= most.high else None
