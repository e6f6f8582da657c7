"""What a figure is worth, in figures or in words: 3500, 3.5万, 一百二十, 三千五 (3500), 两三百 (200 to 300)."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

_DIGITS = {**dict(zip("零一二三四五六七八九", range(10), strict=True)), "两": 2}
_SMALL = {"十": 10, "百": 100, "千": 1_000}
_LARGE = {"亿": 100_000_000, "万": 10_000}
_MULTIPLIERS = _SMALL | _LARGE
_FIGURES = re.compile(r"([0-9]+(?:\.[0-9]+)?)([百千万亿]*)(.*)")
#: 两三百, 三四十, 七八万: two neighbours are an estimate between them.
_ESTIMATE = re.compile("([一二两三四五六七八九])([二两三四五六七八九])([十百千万亿]*)")
_DECIMAL = re.compile("([零一二两三四五六七八九十百千万亿]+)点([零一二三四五六七八九]+)")
_DIGIT = "[一二两三四五六七八九]"
_SECTION = re.compile(
    f"(?:({_DIGIT})千)?零?(?:({_DIGIT})百)?零?(?:(?:({_DIGIT})|(?<![百千]))(十))?零?({_DIGIT})?"
)
#: 二百零五 says its zeros; without one, what follows 百, 千 or 万 last of all is the next place: 三千五.
_ELIDING = frozenset("百千")
_ELIDED = 100
#: No figure is longer; what is, was read out, or is no figure.
_LONGEST = 20


class Range(NamedTuple):
    """From the least to the most that is meant; both are the same where a number is exact."""

    low: float
    high: float

    def times(self, factor: float) -> Range:
        """So many of something."""
        return Range(round(self.low * factor, 9), round(self.high * factor, 9))

    def plus(self, more: float) -> Range:
        """So much more."""
        return Range(self.low + more, self.high + more)


@lru_cache(maxsize=4096)
def worth(said: str) -> Range | None:
    """The number that a folded text is; nothing where it is none, or nobody can say how much it is.

    >>> worth("三千五"), worth("两三百"), worth("百八十")
    (Range(low=3500, high=3500), Range(low=200, high=300), None)
    """
    if len(said) > _LONGEST:
        return None
    if said == "半":
        return Range(0.5, 0.5)
    if estimate := _ESTIMATE.fullmatch(said):
        return _estimated(*estimate.groups())
    value = _of_figures(said) if said[:1].isdecimal() else _of_words(said)
    return None if value is None else Range(value, value)


def step(said: str) -> float | None:
    """How much 多 may add: as much as one of the last place that is said (三千多: less than 1000)."""
    last = said[-1:]
    if last in _MULTIPLIERS:
        return _MULTIPLIERS[last]
    zeros = len(said) - len(said.rstrip("0"))
    return 10.0**zeros if said.isdecimal() and zeros else None


def _estimated(one: str, other: str, unit: str) -> Range | None:
    low, high, factor = _DIGITS[one], _DIGITS[other], _factor(unit)
    return Range(low * factor, high * factor) if low < high else None


def _factor(multipliers: str) -> int:
    factor = 1
    for char in multipliers:
        factor *= _MULTIPLIERS[char]
    return factor


def _of_figures(said: str) -> float | None:
    """3500, 3.5万, 2万3千."""
    match = _FIGURES.fullmatch(said)
    if match is None:
        return None
    figures, multipliers, rest = match.groups()
    factor = _factor(multipliers)
    value = round((float(figures) if "." in figures else int(figures)) * factor, 6)
    if not rest:
        return value
    more = _after(rest, factor)
    return None if more is None else value + more


def _after(rest: str, factor: int) -> float | None:
    """What stands after 2万 or 3千: 3千, 三千五, and for the last place a digit alone."""
    if len(rest) == 1 and factor >= _ELIDED:
        digit = int(rest) if rest.isdecimal() else _DIGITS.get(rest)
        return None if digit is None else digit * factor / 10
    plain = rest.removeprefix("零")
    more = _of_figures(plain) if plain[:1].isdecimal() else _of_words(plain)
    return more if more is not None and more < factor else None


def _of_words(said: str) -> float | None:
    """一百二十, 三点五, 三千五; 百八十 and 上千 begin with no digit and say no number."""
    if decimal := _DECIMAL.fullmatch(said):
        whole = _of_words(decimal[1])
        return (
            None if whole is None else float(f"{whole}.{''.join(str(_DIGITS[char]) for char in decimal[2])}")
        )
    for unit, factor in _LARGE.items():
        many, sign, rest = said.rpartition(unit)
        if sign:
            whole, more = _of_words(many), _after(rest, factor) if rest else 0
            return None if not whole or more is None else whole * factor + more
    return _below_ten_thousand(said)


def _below_ten_thousand(said: str) -> int | None:
    match = _SECTION.fullmatch(said)
    if match is None or not said:
        return None
    thousands, hundreds, tens, ones = (_DIGITS.get(digit or "", 0) for digit in match.group(1, 2, 3, 5))
    value = thousands * 1_000 + hundreds * 100 + (tens or bool(match[4])) * 10
    is_elided = said[-2:-1] in _ELIDING
    return value + ones * (_SMALL[said[-2]] // 10 if is_elided else 1)
