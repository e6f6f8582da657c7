"""Digits that an earlier masking left readable on purpose: they are not found again.

A tail has at most four digits, and no other digits follow it at once (`spans` leaves none readable there).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from qa_service.privacy.call import Call
from qa_service.privacy.fillers import is_filler
from qa_service.privacy.groups import Group, Line, Link
from qa_service.privacy.kinds import COVER, TAIL_DIGITS


def without_tails(call: Call) -> Call:
    """The same call without up to four digits behind each cover, there or where the speaker goes on."""
    if COVER not in call.text.plain:
        return call
    left: dict[int, int] = {}
    lines = []
    for line in call.lines:
        kept, left[line.which] = _kept(call, line, _left_before(call, line.which, left))
        if kept.groups:
            lines.append(kept)
    return replace(call, lines=tuple(lines))


def _kept(call: Call, line: Line, left: int) -> tuple[Line, int]:
    """The line without its tails, and how many digits of a tail may still follow it."""
    start, end = call.text.edges(line.which)
    kept: list[Group] = []
    ends = line.ends
    for row in _rows(line.groups):
        left = _left_after(call.text.plain[start : row[0].parts[0].start], left)
        start = row[-1].parts[-1].end
        count = sum(len(group.digits) for group in row)
        if count <= left:
            left, ends = left - count, False
        else:
            kept += (replace(row[0], link=Link.NONE), *row[1:]) if len(kept) < _before(line, row) else row
            left, ends = 0, line.ends
    begins = line.begins and len(kept) == len(line.groups)
    rest = _left_after(call.text.plain[start:end], left)
    return replace(line, groups=tuple(kept), begins=begins, ends=ends), rest


def _before(line: Line, row: Sequence[Group]) -> int:
    """How many groups of the line stand before the row."""
    return sum(group.start < row[0].start for group in line.groups)


def _rows(groups: Sequence[Group]) -> Iterator[list[Group]]:
    """Groups with nothing but marks and fillers between them, as many as there are."""
    row: list[Group] = []
    for group in groups:
        if row and group.link < Link.TIGHT:
            yield row
            row = []
        row.append(group)
    if row:
        yield row


def _left_after(text: str, left: int) -> int:
    """How many digits of a tail may follow this text, `left` before it."""
    before, cover, after = text.rpartition(COVER)
    if not is_filler(after):
        return 0
    return TAIL_DIGITS if cover else left if not before else 0


def _left_before(call: Call, which: int, left: Mapping[int, int]) -> int:
    """How many digits of a tail an utterance may begin with, after those that it goes on from."""
    return max((_left_by(call, earlier, left) for earlier in _going_on_from(call, which)), default=0)


def _left_by(call: Call, which: int, left: Mapping[int, int]) -> int:
    return left[which] if which in left else _left_after(call.plain(which), 0)


def _going_on_from(call: Call, which: int) -> Iterator[int]:
    """The utterance before this one, back-channels skipped, and the speaker's own one before."""
    speaker, is_first = call.utterances[which].speaker, True
    for earlier in range(which - 1, -1, -1):
        if call.is_backchannel(earlier) and not call.covered(earlier):
            continue
        is_own = call.utterances[earlier].speaker == speaker
        if is_first or is_own:
            yield earlier
        if is_own or not call.is_transparent(earlier):
            return
        is_first = False
