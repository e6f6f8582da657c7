"""Digits in any form, brought to one: 幺二三一五, 123-15 and 1 2 3 1 5 fold alike; 1-3天 stays a range."""

from __future__ import annotations

import re
from dataclasses import dataclass

from qa_service.text.characters import COLON, COMMA, DASH, DOT, DROP

_SPOKEN = dict(zip("零一二三四五六七八九幺", "01234567891", strict=True))
_DIGIT = "[0-9零一二三四五六七八九幺]"
_BETWEEN = f"[{DROP}{DOT}{DASH}{COMMA}{COLON}]"

#: Two or more digits, with what may stand between the digits of one number.
DIGITS = f"{_DIGIT}(?:{_BETWEEN}{{0,3}}{_DIGIT})+"

# Three spoken digits or more are read out one by one (幺幺零); fewer are ordinary words (一二线, 三五天).
_READ_OUT = 3
_ASCENDING = "零一二三四五六七八九"
_MULTIPLIERS = frozenset("十百千万亿")
# What makes 100-200 a range rather than a number with a dash in it.
_UNITS = frozenset("个天日月年号点时分秒周元块钱万千百次条折%倍岁兆g度")
_GROUP = re.compile("[0-9]+|[^0-9]+")


# 么三八么二: recognisers write 幺 so. 什么二, 多么, 要么 and a closing 么 that asks are words.
_RUN = re.compile(rf"(?:{_DIGIT}|么(?={_DIGIT}))(?:{_BETWEEN}{{0,3}}(?:{_DIGIT}|么))+")
_OF_A_WORD = frozenset("什甚怎这那多要没干嘛")
_LEAST_READ = 4


def with_ones(source: str) -> str:
    """The text with 么 as 幺 where digits are read out one by one; same length.

    >>> with_ones("号码是么三八么二"), with_ones("什么二三四"), with_ones("一共二三四五么")
    ('号码是幺三八幺二', '什么二三四', '一共二三四五么')
    """
    return _RUN.sub(_ones, source) if "么" in source else source


def _ones(match: re.Match[str]) -> str:
    run, before = match[0], match.string[max(0, match.start() - 1) : match.start()]
    kept = 1 if run[0] == "么" and before in _OF_A_WORD else 0
    asks = 1 if run.endswith("么") and "么" not in run[kept:-1] else 0
    read = run[kept : len(run) - asks]
    if sum(char in _SPOKEN or char in "0123456789么" for char in read) < _LEAST_READ:
        return run
    return run[:kept] + read.replace("么", "幺") + run[len(run) - asks :]


@dataclass(frozen=True, slots=True)
class Piece:
    """Folded characters for the source characters [start, end) of a digit run; no text means a mark stays."""

    start: int
    end: int
    text: str


def _reads_out(run: str, following: str) -> str:
    """The run with spoken digits as figures where they are being read out; same length."""
    spoken = [char for char in run if char in _SPOKEN]
    counting = len(spoken) == _READ_OUT and "".join(spoken) in _ASCENDING
    if counting or len(spoken) < _READ_OUT:
        return run
    if following in _MULTIPLIERS and run[-1] in _SPOKEN:
        return _reads_out(run[:-1], "") + run[-1]
    return "".join(_SPOKEN.get(char, char) for char in run)


def _joins_dash(left: str, right: str, *, following: str, all_single: bool) -> bool:
    """Whether a dash only groups a number; otherwise it is a range."""
    if all_single:
        return True
    return max(len(left), len(right)) >= _READ_OUT and following not in _UNITS


def _between(separator: str, left: str, right: str, *, following: str, all_single: bool) -> str | None:
    """What replaces a separator between two groups of figures; None leaves the marks as they are."""
    bare = separator.strip(DROP)
    if not bare:
        return ""
    if bare in (DOT, COLON):
        return "." if bare == DOT else ":"
    if bare == COMMA:
        return "" if len(right) == _READ_OUT and len(left) <= _READ_OUT and separator == COMMA else None
    if bare == DASH:
        return "" if _joins_dash(left, right, following=following, all_single=all_single) else "到"
    return None


def unify(run: str, following: str) -> list[Piece]:
    """Pieces that cover a match of DIGITS from end to end; `following` is the next character or nothing.

    >>> "".join(piece.text for piece in unify("幺二三一五", ""))
    '12315'
    """
    figures = _reads_out(run, following)
    groups = [(m.start(), m.end()) for m in _GROUP.finditer(figures)]
    numbers = [figures[a:b] for a, b in groups if figures[a].isdigit()]
    all_single = len(numbers) >= _READ_OUT and all(len(number) == 1 for number in numbers)
    pieces = []
    for which, (start, end) in enumerate(groups):
        text: str | None = figures[start:end]
        inside = 0 < which < len(groups) - 1
        if inside and not figures[start].isdecimal():
            left, right = groups[which - 1], groups[which + 1]
            text = _between(
                figures[start:end],
                figures[left[0] : left[1]],
                figures[right[0] : right[1]],
                following=following if right[1] == len(figures) else "",
                all_single=all_single,
            )
        pieces.append(Piece(start, end, figures[start:end] if text is None else text))
    return pieces
