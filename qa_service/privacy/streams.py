"""Numbers said over several utterances, with 嗯 and 好的 of the other in between, or read back piece by piece."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from qa_service.privacy.announced import heard
from qa_service.privacy.call import Call
from qa_service.privacy.cues import Cue
from qa_service.privacy.fillers import corrects
from qa_service.privacy.groups import Group, Line, Link
from qa_service.privacy.kinds import PersonalKind
from qa_service.privacy.runs import Found, runs, whole

#: Between two pieces of one number there is at most this much time.
_LONGEST_PAUSE_MS = 20_000
#: How many digits a code has that was sent to somebody.
_CODE_DIGITS = range(4, 9)
_OF_PIECES = 0.6
#: What the other may say in between is no piece of a number: 请您稍等一下，我这边系统有点慢.
_MOST_BETWEEN = 2


def across(call: Call, references: Collection[int]) -> Iterator[Found]:
    """Every whole number that begins in one utterance and ends in a later one.

    `references` are where groups begin that were named as order numbers in their own utterance.
    """
    for stream in call.streams():
        for chain in _chains(call, stream):
            yield from _codes(call, chain)
            groups = tuple(_joined(call, chain, references))
            for run in runs(groups):
                if call.text.which(run[0].start) != call.text.which(run[-1].start) and (found := whole(run)):
                    yield found


def _codes(call: Call, chain: Sequence[Line]) -> Iterator[Found]:
    """A code that is read out in pieces, from where it was announced or asked for, as long as it can be one."""
    for first, line in enumerate(chain[:-1]):
        if (call.named(line.groups) or call.asked_before(line.which)) is not Cue.CODE:
            continue
        groups: list[Group] = []
        for at, piece in enumerate(chain[first:]):
            groups += piece.groups
            digits = sum(len(group.digits) for group in groups)
            if digits >= _CODE_DIGITS.stop or any(group.quantity or group.lettered for group in piece.groups):
                break
            if at and digits in _CODE_DIGITS:
                yield Found(PersonalKind.ONE_TIME_CODE, _OF_PIECES, tuple(heard(groups)))


def _chains(call: Call, lines: Sequence[Line]) -> Iterator[list[Line]]:
    """Lines of which each goes on where the one before stopped, two or more in a row."""
    chain: list[Line] = []
    for line in lines:
        if chain and not _goes_on(call, chain[-1], line):
            if len(chain) > 1:
                yield chain
            chain = []
        chain.append(line)
    if len(chain) > 1:
        yield chain


def _goes_on(call: Call, line: Line, following: Line) -> bool:
    if not (line.ends and following.begins):
        return False
    before, after = call.utterances[line.which], call.utterances[following.which]
    if after.span.start_ms - before.span.end_ms > _LONGEST_PAUSE_MS:
        return False
    ours = {before.speaker, after.speaker}
    if following.which - line.which - 1 > _MOST_BETWEEN and not all(
        call.is_transparent(which) for which in range(line.which + 1, following.which)
    ):
        return False
    return all(_lets_go_on(call, which, ours) for which in range(line.which + 1, following.which))


def _lets_go_on(call: Call, which: int, ours: Collection[str]) -> bool:
    """Whether an utterance in between leaves the word: a back-channel, or the other saying digits back."""
    if call.utterances[which].speaker in ours:
        return call.is_backchannel(which) and not call.covered(which)
    return call.is_transparent(which) or not (call.has_cue(which) or call.has_digits(which))


def _joined(call: Call, chain: Sequence[Line], references: Collection[int]) -> Iterator[Group]:
    """The groups of all lines, the first of each tied to the last of the one before."""
    for at, line in enumerate(chain):
        for place, group in enumerate(line.groups):
            joined = replace(group, quantity=True) if group.start in references or group.lettered else group
            if at and place == 0:
                said_before = call.text.plain[call.text.starts[line.which] : group.start]
                joined = replace(joined, link=Link.CORRECTED if corrects(said_before) else Link.TIGHT)
            yield joined
