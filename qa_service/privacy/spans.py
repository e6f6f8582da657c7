"""From what was found to spans in utterances: unbroken, in order, none over another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from qa_service.privacy.call import Call
from qa_service.privacy.fillers import digits_follow
from qa_service.privacy.kinds import TAIL_DIGITS, PersonalKind, PersonalSpan
from qa_service.privacy.runs import Found
from qa_service.privacy.sounds import Part
from qa_service.text.characters import MARKS


class _Stretch(NamedTuple):
    """Unbroken characters [start, end) of one finding, and where in them the last four digits begin."""

    start: int
    end: int
    tail: int
    found: Found


def spans(call: Call, everything: Sequence[Found]) -> tuple[PersonalSpan, ...]:
    """What covers every character that anything found; where findings meet, the surer one says the kind."""
    stretches = [stretch for found in everything for stretch in _stretches(call, found)]
    stretches.sort(key=_weight)
    owner: dict[int, _Stretch] = {}
    for stretch in stretches:
        owner.update(dict.fromkeys(range(stretch.start, stretch.end), stretch))
    return tuple(_written(call, owner))


def _weight(stretch: _Stretch) -> tuple[bool, float, int, int]:
    """Order in which findings are laid over each other: what is surest comes last."""
    found = stretch.found
    personal = found.kind is not PersonalKind.REFERENCE
    return (personal, found.confidence, stretch.end - stretch.start, stretch.start)


def _stretches(call: Call, found: Found) -> Iterator[_Stretch]:
    tail_from = _tail_from(call, found)
    for parts in _unbroken(call, found.parts):
        end = parts[-1].end
        tail = next((part.start for part in parts if part.start >= tail_from), end)
        yield _Stretch(parts[0].start, end, tail, found)


def _tail_from(call: Call, found: Found) -> int:
    """Where the last four digits of a whole number begin; behind everything where it is not whole or goes on."""
    left, start = TAIL_DIGITS, found.parts[-1].end
    if not found.exact or digits_follow(
        call.text.plain[start : call.text.edges(call.text.which(start - 1))[1]]
    ):
        return start
    for part in reversed(found.parts):
        left -= len(part.digits)
        if left < 0:
            break
        start = part.start
    return start


def _unbroken(call: Call, parts: Iterable[Part]) -> Iterator[list[Part]]:
    """Parts with nothing but marks and spaces between them."""
    held: list[Part] = []
    for part in parts:
        if held and call.text.plain[held[-1].end : part.start].strip(MARKS):
            yield held
            held = []
        held.append(part)
    if held:
        yield held


def _written(call: Call, owner: dict[int, _Stretch]) -> Iterator[PersonalSpan]:
    """The characters that have an owner as spans, cut where the owner changes or one is left out."""
    places = sorted(owner.items())
    numbered = enumerate(places)
    for _, run in groupby(numbered, key=lambda item: (item[1][0] - item[0], id(item[1][1]))):
        held = [place for _, place in run]
        start, stretch = held[0]
        end = held[-1][0] + 1
        which = call.text.which(start)
        base = call.text.starts[which]
        tail = max(start, min(end, stretch.tail))
        yield PersonalSpan(
            call.utterances[which].id,
            start - base,
            end - base,
            stretch.found.kind,
            stretch.found.confidence,
            tail - base,
        )
