"""Personal numbers inside one utterance: what their form proves, what a word beside them announces, what was asked."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from operator import attrgetter

from qa_service.privacy.announced import EXPECTED, SAID, Manner, announced, public
from qa_service.privacy.call import Call
from qa_service.privacy.cues import Cue
from qa_service.privacy.groups import Group, Line, Link
from qa_service.privacy.kinds import PersonalKind
from qa_service.privacy.runs import Found, runs, whole

#: An answer to a question may hold this many characters beside its digits: 我的是…, 对吧.
_MOST_BESIDE = 6
#: Stays personal although it was called an order number: its check digit says what it is.
_STRONGER = frozenset({PersonalKind.ID_CARD})
#: 安全码 before 400-812-3123 is not about its 400.
_OF_CARDS = frozenset({Cue.CARD_CODE, Cue.CHECK})
#: What these name at once is nobody's: an order, a service.
_NO_PERSONS = frozenset({Cue.REFERENCE, Cue.HOTLINE})
_CALLS = frozenset({Cue.PHONE, Cue.PHONE_NEAR, Cue.HOTLINE})


def numbers(call: Call, line: Line) -> Iterator[Found]:
    """Every number of the line that is personal, and those that are references."""
    asked = call.asked_before(line.which) if line.other_chars <= _MOST_BESIDE else None
    proven = [*_clear([*_proven(call, line, asked)])]
    yield from proven
    personal = {
        part.start for found in proven if found.kind is not PersonalKind.REFERENCE for part in found.parts
    }
    services = public(line.groups)
    for run in runs(line.groups):
        named = call.named(run)
        cue = named or asked
        is_part = cue in _OF_CARDS and (_goes_on(line, run) or _goes_before(line, run))
        is_service = (cue in _CALLS or is_part) and services.issuperset(group.start for group in run)
        if cue and not is_service:
            said = Manner(
                asked=named is None,
                last=named is not None and line.ends and run[-1] is line.groups[-1],
                bare=named is None and line.bare,
                goes_before=_goes_before(line, run),
                goes_on=_goes_on(line, run),
            )
            found = announced(cue, run, said)
            if found and not (cue is Cue.REFERENCE and any(part.start in personal for part in found.parts)):
                yield found


def _goes_before(line: Line, run: Sequence[Group]) -> bool:
    """Whether more digits stand at once before the row."""
    return run[0].link >= Link.TIGHT and run[0] is not line.groups[0]


def _goes_on(line: Line, run: Sequence[Group]) -> bool:
    """Whether more digits follow the row at once."""
    at = bisect_left(line.groups, run[-1].end, key=attrgetter("start"))
    return at < len(line.groups) and line.groups[at].link >= Link.TIGHT and not line.groups[at].quantity


def _proven(call: Call, line: Line, asked: Cue | None) -> Iterator[Found]:
    for run in runs(line.groups):
        named = call.named(run)
        if found := _whole(call, run, named or asked, named=named):
            yield found


def _clear(everything: Sequence[Found]) -> Iterator[Found]:
    """Without what takes a word for a digit (是 for 4) where the same digits are as long a number without it."""
    certain = [found for found in everything if found.certain]
    for found in everything:
        if found.certain or not any(found.is_no_longer_than(other) for other in certain):
            yield found


def _whole(call: Call, run: Sequence[Group], expected: Cue | None, *, named: Cue | None) -> Found | None:
    """The whole number that the row says, as what the words beside it leave it to be."""
    found = whole(run, expected=EXPECTED.get(expected, frozenset()) if expected else frozenset())
    if found is None or _spans_cue(call, run):
        return None
    if found.kind in _STRONGER:
        return found
    if any(group.lettered for group in run):
        return None
    if named in _NO_PERSONS and call.names_at_once(run):
        if named is Cue.REFERENCE:
            return Found(PersonalKind.REFERENCE, SAID, found.parts)
        return None if found.kind is PersonalKind.LANDLINE else found
    return found


def _spans_cue(call: Call, run: Sequence[Group]) -> bool:
    """Whether strange words inside the row say what the second half is: that is then another number."""
    loose = any(group.link is Link.LOOSE for group in run[1:])
    return loose and call.cues.last_in(run[0].end, run[-1].start) is not None
