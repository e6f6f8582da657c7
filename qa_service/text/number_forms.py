"""The ways in which a wording's numbers are said and written: 120块, 一百二十元, 百分之三, 3%.

A recogniser writes 三天 or 3天 as it likes, and an author cannot write a rule for each. Digits that are read out one by
one (12315) are brought to one form by folding already.
"""

from __future__ import annotations

import re
from itertools import islice, product

from qa_service.text.figures import worth

#: A wording with many numbers is looked for in no more ways.
MOST = 24
_HAN = "零一二两三四五六七八九十百千万亿"
#: What a number is written with.
NUMERALS = frozenset(_HAN + "0123456789")
#: What is counted; behind one, two or three figures and words of number. 十分, 一点, 一下, 一样 are words of their own.
_UNIT = (
    r"(?:工作日|自然日|小时|分钟|个|天|日|月|年|号|周|期|岁|元|块|毛|角|折|成|倍|次|条|台|张|位|户|斤|里|米|公里|平|级|档|"
    r"份|层|度|步|家|款|种|项|笔|套|件|兆|秒|星期|到|至|万|千|百|%)"
)
_NUMBER = re.compile(
    rf"百分之(?P<percent>[0-9]+(?:\.[0-9]+)?|[{_HAN}]+(?:点[{_HAN}]+)?)"
    rf"|(?<![0-9a-z.])(?P<figures>[0-9]+(?:\.[0-9]+)?[万千百]?)(?:(?P<sign>%)|(?![0-9a-z.])(?P<unit>{_UNIT})?)"
    rf"|(?P<words>[{_HAN}]+)(?={_UNIT})"
)
_MONEY = re.compile(r"块钱|块|元")
_MONEY_FORMS = ("元", "块", "块钱")
#: Figures without a unit are words when they are said, up to here; more of them may be a number that is read out.
_SMALL = 100
_DIGITS = "零一二三四五六七八九"
_PLACES = ((1_000, "千"), (100, "百"), (10, "十"))
_MYRIAD, _MOST = 10_000, 100_000_000


def forms(folded_text: str) -> tuple[str, ...]:
    """The folded wording itself, and the other ways to say and write its numbers; at most MOST.

    >>> forms("120块")[:3]
    ('120块', '120元', '120块钱')
    >>> "一百二十块" in forms("120块"), "百分之三" in forms("3%"), forms("十分满意")
    (True, True, ('十分满意',))
    """
    if NUMERALS.isdisjoint(folded_text):
        return (folded_text,)
    parts: list[tuple[str, ...]] = []
    done = 0
    for match in _NUMBER.finditer(folded_text):
        said = _said(match)
        if len(said) > 1:
            start, end = match.span()
            if match["unit"]:
                end -= len(match["unit"])
            parts += [(folded_text[done:start],), said]
            done = end
            if money := _MONEY.match(folded_text, done):
                parts.append(tuple(dict.fromkeys((money[0], *_MONEY_FORMS))))
                done = money.end()
    if not parts:
        return (folded_text,)
    parts.append((folded_text[done:],))
    found = ("".join(choice) for choice in product(*parts))
    return tuple(islice(dict.fromkeys((folded_text, *islice(found, 4 * MOST))), MOST))


def _said(match: re.Match[str]) -> tuple[str, ...]:
    """All forms of one number, the written one first."""
    if match["percent"] or match["sign"]:
        return _percent(match[0], match["percent"] or match["figures"])
    written = match["figures"] or match["words"]
    value = worth(written)
    if value is None or value.low != value.high or not 0 < value.low < _MOST:
        return (written,)
    is_counted = bool(match["unit"] or match["words"]) or not written[-1].isdecimal()
    if not is_counted and (value.low >= _SMALL or written.startswith("0")):
        return (written,)
    return tuple(dict.fromkeys((written, *_numerals(value.low))))


def _percent(written: str, number: str) -> tuple[str, ...]:
    whole, _, part = number.partition("点")
    value = worth(whole)
    if value is None or value.low != value.high:
        return (written,)
    amount = value.low
    if part:
        amount = float(f"{value.low:g}." + "".join(str(_DIGITS.index(char)) for char in part))
    said = [f"百分之{numeral}" for numeral in _numerals(amount)]
    return tuple(dict.fromkeys((written, f"{amount:g}%", *said)))


def _numerals(value: float) -> tuple[str, ...]:
    """A number in figures and in words: 2 is 二 and 两, 3500 三千五百 and 三千五, 20000 also 2万."""
    if value != int(value):
        whole, _, part = f"{value:g}".partition(".")
        words = f"{_in_words(int(whole)) or '零'}点" + "".join(_DIGITS[int(char)] for char in part)
        return (f"{value:g}", words)
    number = int(value)
    words = _in_words(number)
    found = [str(number), words]
    if number >= _MYRIAD and number % 1_000 == 0:
        found.append(f"{number / _MYRIAD:g}万")
    found += [_two(form) for form in tuple(found[1:2])]
    if (short := _elided(words)) is not None:
        found += [short, _two(short)]
    return tuple(dict.fromkeys(found))


def _two(words: str) -> str:
    """两 where it may stand for 二: before a unit and before 百, 千, 万, not after 十."""
    return re.sub(r"(?<![十百千万零])二(?=[百千万]|$)", "两", words)


def _elided(words: str) -> str | None:
    """三千五 for 三千五百; 一百二 for 一百二十."""
    match = re.fullmatch(r"(.*)(?:(万.)千|(千.)百|(百.)十)", words)
    return None if match is None else match[1] + "".join(part or "" for part in match.groups()[1:])


def _in_words(number: int) -> str:
    """A whole number as it is said.

    >>> [_in_words(number) for number in (7, 12, 105, 120, 3500, 20000, 10050)]
    ['七', '十二', '一百零五', '一百二十', '三千五百', '二万', '一万零五十']
    """
    if number >= _MYRIAD:
        high, low = divmod(number, _MYRIAD)
        gap = "零" if 0 < low < _MYRIAD // 10 else ""
        return f"{_in_words(high)}万{gap}{_in_words(low)}"
    words, is_gap = "", False
    for size, name in _PLACES:
        digit, number = divmod(number, size)
        if digit:
            words += ("零" if is_gap and words else "") + _DIGITS[digit] + name
            is_gap = False
        else:
            is_gap = bool(words)
    if number:
        words += ("零" if is_gap else "") + _DIGITS[number]
    return words.removeprefix("一") if words.startswith("一十") else words
