"""Where digits are said, however they are said: groups of them, and how each group follows the one before."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from qa_service.privacy.fillers import corrects, is_filler, others
from qa_service.privacy.glued import beside_whole
from qa_service.privacy.groups import Group, Line, Link
from qa_service.privacy.kinds import COVER, HIDDEN
from qa_service.privacy.plain import CallText
from qa_service.privacy.quantities import WEEKDAY, counted, is_quantity_pair, is_unit
from qa_service.privacy.sounds import (
    AFTER_ONE,
    ALIKE,
    ALIKE_CHARACTER,
    ATOM,
    COMMON,
    DOUBTFUL,
    RADIO,
    SURE,
    WORDED,
    Part,
    parts_of,
)
from qa_service.text.characters import CLOSE, DASH, DROP, OPEN, SOFT

# The 2 of CVV2 is no digit of the code.
_GROUP = re.compile(f"(?!(?<=cv[vcn])2(?![0-9]))(?:{ATOM})(?:{ALIKE_CHARACTER}{{0,3}}(?:{ATOM}))*")
_MASKED = re.compile(f"[{COVER}{HIDDEN}]")
# Characters that sound like digits may hang on at either end of a group, no more of them than this.
_MOST_ALIKE = 3
_LEAST_BESIDE_RADIO = 2

# 后四位, 最后一位.
_PLACES, _ENDS = frozenset("位组段"), frozenset("后面末前间尾头")
# Other words of up to this many characters may stand in a number that proves itself by its check digit.
_LOOSE = 8


#: So many digits one by one are a number; and what is counted that way: years, rooms, buses.
_READ_OUT = 5
_READ_OUT_UNITS = frozenset("年号路室栋楼")

#: Utterances with fewer digits than this are looked at only if they hold little else.
_LEAST_DIGITS = 3
_LITTLE_ELSE = 8


def read(call: CallText) -> tuple[Line, ...]:
    """Every utterance in which enough digits are said to be part of a number."""
    lines: list[Line] = []
    spans: list[tuple[int, int]] = []
    which = -1
    for match in _GROUP.finditer(call.plain):
        held = match.span()
        if which < 0 or held[0] >= call.starts[which + 1]:
            lines += _line(call, which, spans)
            which, spans = call.which(held[0]), []
        spans.append(held)
    lines += _line(call, which, spans)
    return tuple(lines)


def _line(call: CallText, which: int, spans: list[tuple[int, int]]) -> Iterator[Line]:
    chars = sum(end - start for start, end in spans)
    if chars == 0:
        return
    start, end = call.edges(which)
    if chars < _LEAST_DIGITS and end - start > chars + _LITTLE_ELSE:
        return
    groups = _linked(call, list(_groups(call, spans, (start, end))))
    if groups:
        first, last = groups[0].parts[0].start, groups[-1].parts[-1].end
        begins = is_filler(call.plain[start:first])
        ends = is_filler(call.plain[last:end])
        yield Line(which, groups, begins, ends, others(call.plain[start:end]))


def _groups(call: CallText, spans: list[tuple[int, int]], edges: tuple[int, int]) -> Iterator[Group]:
    """Each stretch with its parts, what hangs on to it, and what it counts."""
    plain, done = call.plain, edges[0]
    for at, (start, end) in enumerate(spans):
        if _is_ordinal(plain, start, end):
            continue
        following = spans[at + 1][0] if at + 1 < len(spans) else edges[1]
        left = _hanging(plain, start - 1, max(done, start - _MOST_ALIKE) - 1, -1)
        right = _hanging(plain, end, min(following, end + _MOST_ALIKE), 1)
        parts = _unglued(call, _with_radio(plain, tuple(parts_of(plain, start - left, end + right))))
        parts = beside_whole(call, parts)
        done = end + right
        if any(part.sure for part in parts):
            yield counted(call, Group.of(parts))


def _is_ordinal(plain: str, start: int, end: int) -> bool:
    """Whether the figure says which digits, and is none: 后四位, 最后的一位."""
    if end - start > 1 or plain[end : end + 1] not in _PLACES:
        return False
    return plain[max(0, start - 2) : start].removesuffix("的")[-1:] in _ENDS


def _hanging(plain: str, start: int, stop: int, step: int) -> int:
    """How many characters in a row sound like digits, going from `start` towards `stop`."""
    count = 0
    for at in range(start, stop, step):
        if plain[at] not in ALIKE:
            break
        count += 1
    return count


def _with_radio(plain: str, parts: tuple[Part, ...]) -> tuple[Part, ...]:
    """With 洞, 拐 and 勾 as digits like others, where there are others."""
    if sum(part.sure for part in parts) < _LEAST_BESIDE_RADIO:
        return parts
    return tuple(part._replace(doubt=SURE) if plain[part.start] in RADIO else part for part in parts)


def _unglued(call: CallText, parts: tuple[Part, ...]) -> tuple[Part, ...]:
    """With the first or last digit doubtful where it belongs to a word: 周一, 一会儿, 号码是."""
    plain, first, last = call.plain, parts[0], parts[-1]
    if plain[first.start - 1 : first.start] in WEEKDAY and len(first.digits) == 1:
        parts = (first._replace(doubt=DOUBTFUL), *parts[1:])
    elif first.doubt == COMMON and plain[first.start - 1 : first.start].isalnum():
        parts = (first._replace(doubt=WORDED), *parts[1:])
    is_next = plain[last.end : last.end + 1] in AFTER_ONE and last.digits == "1"
    if (is_next or _begins_a_count(call, parts)) and call.is_spoken(last.start):
        parts = (*parts[:-1], last._replace(doubt=DOUBTFUL))
    return parts


def _begins_a_count(call: CallText, parts: Sequence[Part]) -> bool:
    """Whether the last digit counts what follows: behind figures, 三 of 三天 is said as a word.

    So it is behind digits that are said one by one: nobody counts 六七八九三天 like that, but years (二零二六年).
    """
    *_, before, last = (parts[0], *parts)
    if not is_unit(call.plain, last.end):
        return False
    if not call.is_spoken(before.start):
        return True
    sure = [part for part in parts if part.sure]
    is_read_out = len(sure) >= _READ_OUT and not any(part.tens for part in sure)
    return is_read_out and call.plain[last.end] not in _READ_OUT_UNITS


#: Between the pieces of one telephone number as it is written: nothing, a dash, a space, brackets.
_JOINT = frozenset((DASH, DROP, SOFT, OPEN, CLOSE))
_TELEPHONE = re.compile("1[3-9][0-9]{9}|0[0-9]{9,11}")


def _linked(call: CallText, groups: list[Group]) -> tuple[Group, ...]:
    """The groups with how each follows the one before; dates, times, decimals and sums of money apart."""
    linked = groups[:1]
    joined = groups[0].digits if groups else ""
    for group in groups[1:]:
        before = linked[-1]
        gap = call.plain[before.parts[-1].end : group.parts[0].start]
        joined = (joined if _JOINT.issuperset(gap) else "") + group.digits
        if _TELEPHONE.fullmatch(joined) and joined != group.digits:
            # 0755-85639185分机8001: what is said behind the last piece counts nothing.
            linked.append(replace(group, link=_link(gap), quantity=False))
            continue
        paired = before.link < Link.TIGHT and is_quantity_pair(before, group, gap)
        if paired:
            linked[-1] = replace(before, quantity=True)
        linked.append(replace(group, link=_link(gap), quantity=group.quantity or paired))
    return tuple(linked)


def _link(gap: str) -> Link:
    if is_filler(gap):
        return Link.CORRECTED if corrects(gap) else Link.TIGHT
    return Link.LOOSE if len(gap) <= _LOOSE and not _MASKED.search(gap) else Link.NONE
