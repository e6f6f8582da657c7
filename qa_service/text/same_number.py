"""Whether two texts name the same number, in whatever form it is said: 3–5 天, 三到五天, 最快三天最慢五天; not 3 天.

Numbers are compared by value in the unit of their kind. A range is the same as a range with the same ends, or as both
ends said apart; a part of it is another number. What nobody can tell (几百块, 99块多) is neither the same nor another.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from qa_service.text.figures import Range, worth
from qa_service.text.normalize import Folded
from qa_service.text.numbers import NumberHit, NumberKind, numbers
from qa_service.text.quantities import UNITS, quantity

_CLOSE = 1e-6
_HALF_DAY, _HOUR = 720, 60
_CLOCK = re.compile(
    r"(?P<period>早|晚|凌晨|清晨|早上|早晨|上午|中午|下午|傍晚|晚上|夜里|今晚|明晚|明早|今早)?(?:(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})"
    r"|(?P<point>[0-9零一二两三四五六七八九十]{1,3})点(?:钟|整)?(?:(?P<half>半)|(?P<quarter>一刻|三刻)|(?P<past>[0-9零一二三四五六七八九十]{1,3})分?)?)"
)
_LATE = ("下午", "傍晚", "晚", "晚上", "夜里", "今晚", "明晚")
#: 九点到六点: between what says that hours are meant; 三点建议 are no hours.
_BARE = re.compile(
    r"(?:(?<=[到至从是])|(?=[早晚](?!一点)))[早晚]?(?:[0-9]{1,2}|二?十?[一二三四五六七八九]|十|两)点(?:半|钟|整)?(?![要建意几])"
    r"|(?:[0-9]{1,2}|二?十?[二三四五六七八九]|十|十一)点(?:半|钟|整)?(?=[到至](?:[0-9早晚]|[二三四五六七八九十]))"
)
_DAY = re.compile(
    r"(?:.*年)?(?P<month>[0-9一二两三四五六七八九十]{1,3})月(?P<day>[0-9一二两三四五六七八九十]{1,3})[号日]?"
)
#: 每月28号: a day of any month.
_MONTHLY = re.compile(r"(?P<day>[0-9一二两三四五六七八九十]{1,3})[号日]")
_WORKING = "工作日"
#: 99元一个月: what follows an amount may be another number.
_DIGITS = tuple("0123456789一二两三四五六七八九")


class Named(NamedTuple):
    """A number at the folded characters [start, end)."""

    start: int
    end: int
    #: What is counted: a unit of text.quantities, `clock`, `date`, `day` (of a month), or a kind that has no value.
    what: str
    #: What it can be; a clock time without its half of the day is two. Nothing where nobody can tell.
    values: tuple[Range, ...]
    #: 3 个工作日 are no 3 天.
    is_working: bool = False

    @property
    def is_range(self) -> bool:
        """Whether it goes from one number to another."""
        return any(value.high - value.low > _CLOSE for value in self.values)


def named(folded: Folded) -> tuple[Named, ...]:
    """All numbers of a text, from left to right."""
    clocks = [Named(hit.start(), hit.end(), "clock", _clock(hit[0])) for hit in _BARE.finditer(folded.text)]
    found = [one for hit in numbers(folded) for one in _apart(folded, _named(folded, hit))]
    timed = [one for one in found if one.what == "clock"]
    bare = [one for one in clocks if not any(_overlap(one, other) for other in timed)]
    return tuple(sorted([one for one in found if not any(_overlap(one, other) for other in bare)] + bare))


def _overlap(one: Named, other: Named) -> bool:
    return one.start < other.end and other.start < one.end


def is_same(one: Named, other: Named) -> bool:
    """Whether both are the same number of the same thing.

    >>> from qa_service.text.normalize import fold
    >>> same = lambda a, b: is_same(named(fold(a))[0], named(fold(b))[0])
    >>> same("3–5天", "三到五天"), same("3–5天", "3天"), same("99元一个月", "九十九块"), same("9:00", "早上九点")
    (True, False, True, True)
    """
    return has_value(one, other) and one.is_working == other.is_working


def has_value(one: Named, other: Named) -> bool:
    """The same, but that working days count as days."""
    return one.what == other.what and any(
        abs(a.low - b.low) <= _CLOSE and abs(a.high - b.high) <= _CLOSE
        for a in one.values
        for b in other.values
    )


def among(wanted: Named, said: Sequence[Named]) -> tuple[Named, ...]:
    """The numbers of `said` that together are the one that is wanted: one that is the same, or both ends of a range."""
    for one in said:
        if is_same(wanted, one):
            return (one,)
    if not wanted.is_range:
        return ()
    low, high = wanted.values[0]
    ends = [_at(end, wanted, said) for end in (low, high)]
    found = tuple(end for end in ends if end is not None)
    return found if len(found) == len(ends) else ()


#: 九十九一个月, 一百二一年: a sum without its unit, and for how long.
_PRICE = re.compile(r"(?P<sum>[一二两三四五六七八九十百千万]{2,})(?P<per>一(?:个月|年|天))")


def _apart(folded: Folded, one: Named) -> tuple[Named, ...]:
    """What ran together: no number ends with 九十九一."""
    match = None if one.values else _PRICE.fullmatch(folded.text, one.start, one.end)
    price = worth(match["sum"]) if match else None
    if match is None or price is None:
        return (one,)
    rest = Folded(folded.original, match["per"], folded.starts[match.start("per") : one.end], ())
    days = [_named(rest, hit)._replace(start=match.start("per"), end=one.end) for hit in numbers(rest)]
    return (Named(one.start, match.end("sum"), UNITS[NumberKind.AMOUNT], (price,)), *days)


def _at(value: float, wanted: Named, said: Sequence[Named]) -> Named | None:
    end = wanted._replace(values=(Range(value, value),))
    return next((one for one in said if is_same(end, one)), None)


def _named(folded: Folded, hit: NumberHit) -> Named:
    said = folded.text[hit.start : hit.end]
    if hit.kind is NumberKind.TIME:
        return Named(hit.start, hit.end, "clock", _clock(said))
    if hit.kind is NumberKind.DATE:
        if (monthly := _MONTHLY.fullmatch(said)) and (day := worth(monthly["day"])):
            return Named(hit.start, hit.end, "day", (day,))
        return Named(hit.start, hit.end, "date", _date(said))
    value = quantity(_alone(folded, hit), hit)
    what = UNITS.get(hit.kind, hit.kind.value)
    return Named(hit.start, hit.end, what, () if value is None else (value,), _WORKING in said)


def _alone(folded: Folded, hit: NumberHit) -> Folded:
    """The text, ending with an amount after which another number begins."""
    if hit.kind is not NumberKind.AMOUNT or not folded.text.startswith(_DIGITS, hit.end):
        return folded
    return Folded(folded.original, folded.text[: hit.end], folded.starts[: hit.end], folded.ends[: hit.end])


def _clock(said: str) -> tuple[Range, ...]:
    """Minutes since midnight; both halves of the day where nobody says which."""
    match = _CLOCK.fullmatch(said)
    if match is None:
        return ()
    hour = worth(match["hour"] or match["point"])
    past = 30 if match["half"] else {"一刻": 15, "三刻": 45}.get(match["quarter"] or "", 0)
    more = worth(match["minute"] or match["past"] or "")
    if hour is None:
        return ()
    minutes, period = (
        round(hour.low) * _HOUR + past + (0 if more is None else more.low),
        match["period"] or "",
    )
    if period in _LATE and hour.low < 12:
        return (Range(minutes + _HALF_DAY, minutes + _HALF_DAY),)
    is_open = not period and 0 < hour.low <= 12 and not (match["hour"] or "").startswith("0")
    both = (minutes, (minutes + _HALF_DAY) % (2 * _HALF_DAY)) if is_open else (minutes,)
    return tuple(Range(one, one) for one in both)


def _date(said: str) -> tuple[Range, ...]:
    """A day of the year, as 100 × month + day; other days depend on when they are said."""
    match = _DAY.fullmatch(said)
    month, day = (worth(match["month"]), worth(match["day"])) if match else (None, None)
    if month is None or day is None:
        return ()
    value = 100 * month.low + day.low
    return (Range(value, value),)
