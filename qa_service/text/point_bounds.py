"""最长七个工作日 after 三到五个工作日: a bound that leaves room for what was said takes nothing of it back."""

from __future__ import annotations

import re
from collections.abc import Sequence

from qa_service.text.normalize import Folded
from qa_service.text.point_ways import Spot, way_of
from qa_service.text.same_number import Named, named

#: What makes a number the most that it can be, or the least, before it and behind it.
_MOST_BEFORE = re.compile(
    r"(?:最长|最多|最晚|最迟|最慢|最高|最大|至多|顶多|顶天|撑死|不会?超过|超不过|不会?多于|上限|极限)[^\d，。]{0,6}$"
)
_LEAST_BEFORE = re.compile(
    r"(?:最快|最短|最早|最低|最少|最小|至少|起码|不会?低于|不会?少于|不会?早于|下限)[^\d，。]{0,6}$"
)
_MOST_BEHIND = re.compile(r"(?:以内|之内|内)(?=\n)|\n(?:以内|之内|内|封顶|为限|以下)")
_LEAST_BEHIND = re.compile(r"\n(?:以上|起步|起)")
#: Words of bounds may be a part of a number (最长七天, 七天以内), and stand before its first figure.
_FIGURE = re.compile("[0-9半一二两三四五六七八九十百千万]")


def leaves_room(ways: Sequence[str], folded: Folded, spot: Spot) -> bool:
    """Whether the number at `spot` is but a bound, and what some way says lies within it.

    >>> from qa_service.text.normalize import fold
    >>> from qa_service.text.point_ways import Sense
    >>> at_first = Spot(Sense.OTHER_NUMBER, 0, 4, 1.0)
    >>> [leaves_room(("三到五天",), fold(said), at_first) for said in ("最长七天", "最长四天", "七天以内")]
    [True, False, True]
    """
    told = next((one for one in named(folded) if one.start == spot.start), None)
    if told is None or not told.values:
        return False
    figure = _FIGURE.search(folded.text, told.start, told.end)
    before = folded.text[folded.clause_start(told.start) : figure.start() if figure else told.start]
    behind = f"{folded.text[told.start : told.end]}\n{folded.text[told.end : folded.clause_end(told.end)]}"
    is_most = bool(_MOST_BEFORE.search(before) or _MOST_BEHIND.search(behind))
    is_least = bool(_LEAST_BEFORE.search(before) or _LEAST_BEHIND.search(behind))
    wanted = (one for way in ways for one in way_of(way).numbers if one.what == told.what)
    return is_most != is_least and any(_holds(told, one, is_most=is_most) for one in wanted)


def _holds(bound: Named, wanted: Named, *, is_most: bool) -> bool:
    """Whether all that is wanted lies on the right side of the bound."""
    if is_most:
        return max(one.high for one in bound.values) >= max(one.high for one in wanted.values)
    return min(one.low for one in bound.values) <= min(one.low for one in wanted.values)
