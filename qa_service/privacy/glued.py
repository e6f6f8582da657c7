"""Whole numbers with a numeral glued to them: 幺三九…八两点以后打, 第一幺三九…, 13947286519十点."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from qa_service.privacy.plain import CallText
from qa_service.privacy.quantities import is_unit
from qa_service.privacy.shapes import LENGTHS, shape_of
from qa_service.privacy.sounds import AFTER_ONE, DOUBTFUL, Part

#: 三, 十三, 二三: a numeral that is glued to a number has hardly more digits than this.
_MOST = 2
#: 三到五天, 三百块: a range or a larger number goes on where a unit would follow; 两位 and 三位 are people.
_GOES_ON = frozenset("到至十百千万亿半位")
#: 3栋201室: what is left over would be an address, which is looked for with all that stands before it.
_OF_PLACES = (*"栋室楼层户幢座路弄组", "号楼", "号院", "单元")
_HAN = re.compile("[\u4e00-\u9fff]")
_ORDINAL = frozenset("第")


def beside_whole(call: CallText, parts: tuple[Part, ...]) -> tuple[Part, ...]:
    """The parts, those doubtful that are left over from a number that is whole without them.

    Nothing is doubted where all of them are one number, nor figures at an end of which nothing says that they count.
    """
    parts = _without_tens(parts) if _is_mixed(call, parts[-1]) else parts
    sure = sum(len(part.digits) for part in parts if part.sure)
    if sure <= LENGTHS.start or _is_whole(parts):
        return parts
    for way in _ways(call, parts):
        if _is_whole([part for part in way if part.sure]):
            return way
    return parts


def _ways(call: CallText, parts: tuple[Part, ...]) -> Iterator[tuple[Part, ...]]:
    """Ways to leave some out at the ends, the fewest first."""
    for end in (parts, _without_tens(parts), _without_count(parts)):
        most = min(_MOST, len(end) - 1)
        counts = [(front, back) for front in range(most + 1) for back in range(most + 1)]
        for front, back in sorted(counts, key=sum):
            left, right = end[:front], end[len(end) - back :]
            middle = end[front : len(end) - back]
            if _may_stand_before(call, left) and (
                _may_count(call, right) or _is_in_words(call, middle, right)
            ):
                yield (*_doubted(left), *middle, *_doubted(right))


def _may_stand_before(call: CallText, parts: Sequence[Part]) -> bool:
    """Whether these are a figure of the words before: 第一, and what is doubted already."""
    sure = [part for part in parts if part.sure]
    return not sure or (call.is_spoken(sure[0].start) and call.plain[sure[0].start - 1] in _ORDINAL)


def _may_count(call: CallText, parts: Sequence[Part]) -> bool:
    """Whether these may be a numeral of what follows: 三 of 三天, of 三到五天, of 三百, 一 of 一会儿."""
    if not parts:
        return True
    after = parts[-1].end
    follows = call.plain[after : after + 1]
    begins_word = parts[-1].digits == "1" and follows in AFTER_ONE and call.is_spoken(parts[-1].start)
    if call.plain.startswith(_OF_PLACES, after):
        return False
    return begins_word or is_unit(call.plain, after) or (follows != "" and follows in _GOES_ON)


def _is_in_words(call: CallText, number: Sequence[Part], rest: Sequence[Part]) -> bool:
    """Whether the rest is said in words behind figures, with something behind it: 13947286519五一打."""
    is_said = not call.is_spoken(number[-1].start) and all(call.is_spoken(part.start) for part in rest)
    is_plain = all(part.tens or part.end - part.start == 1 for part in rest)
    return is_said and is_plain and bool(rest) and _HAN.match(call.plain, rest[-1].end) is not None


def _without_tens(parts: tuple[Part, ...]) -> tuple[Part, ...]:
    """With the digit before 十 by itself, as it may be the last of the number: …519十点."""
    last = parts[-1]
    if not last.tens or last.end - last.start < 2 or not last.digits[:1].isdecimal():
        return parts
    digit = last._replace(end=last.start + 1, digits=last.digits[0], tens=False)
    rest = last._replace(start=last.start + 1, digits="1" + last.digits[1:], doubt=DOUBTFUL)
    return (*parts[:-1], digit, rest)


def _is_mixed(call: CallText, last: Part) -> bool:
    """Whether a figure stands before the word 十: nobody writes eighty as 8十."""
    return (
        last.tens and call.raw[last.start].isdecimal() and call.raw[last.start + 1 : last.start + 2] == "十"
    )


def _without_count(parts: tuple[Part, ...]) -> tuple[Part, ...]:
    """With the last digit of the first sound by itself: 充五十|幺三九…, 两个|幺三九…."""
    first = parts[0]
    if first.end - first.start < 2 or not first.digits[-1:].isdecimal():
        return parts
    digit = first._replace(start=first.end - 1, digits=first.digits[-1], tens=False)
    return (first._replace(end=first.end - 1, doubt=DOUBTFUL), digit, *parts[1:])


def _doubted(parts: Sequence[Part]) -> tuple[Part, ...]:
    return tuple(part._replace(doubt=DOUBTFUL) for part in parts)


def _is_whole(parts: Sequence[Part]) -> bool:
    shape = shape_of("".join(part.digits for part in parts if part.sure))
    return shape is not None and shape.exact
