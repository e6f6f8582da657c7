"""Digits that an earlier masking left readable on purpose: they are not found again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
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
    tied = True
    for group in line.groups:
        left = _left_after(call.text.plain[start : group.parts[0].start], left)
        start = group.parts[-1].end
        if len(group.digits) <= left:
            left -= len(group.digits)
            tied = False
        else:
            kept.append(group if tied else replace(group, link=Link.NONE))
            tied, left = True, 0
    begins = line.begins and len(kept) == len(line.groups)
    rest = _left_after(call.text.plain[start:end], left)
    return replace(line, groups=tuple(kept), begins=begins, ends=line.ends and tied), rest


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
