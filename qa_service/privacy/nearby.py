"""What is said close to a card number: until when the card is good, and the code on its back."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from qa_service.core.time import Span
from qa_service.privacy.announced import heard
from qa_service.privacy.call import Call
from qa_service.privacy.cues import Cue
from qa_service.privacy.groups import Line
from qa_service.privacy.kinds import PersonalKind
from qa_service.privacy.runs import Found
from qa_service.privacy.sounds import Part
from qa_service.text.characters import MARKS

#: Codes and dates are personal this close to a card number (D2).
NEAR_MS = 15_000
#: Said with a word for it, and digits alone that may be either.
_NAMED, _ALONE = 0.9, 0.6
_CODE_LENGTHS = (3, 4)
_MONTH, _YEAR = "(?:0?[1-9]|1[0-2]|十[12]?)", "(?:20)?[2-4][0-9]"
_DATE = re.compile(
    f"{_YEAR}年(?:的)?{_MONTH}月(?:份)?|{_MONTH}月(?:份)?[{MARKS}]?{_YEAR}年?"
    f"|(?<![0-9])(?:0[1-9]|1[0-2])[{MARKS}/]{{0,2}}{_YEAR}(?![0-9])|(?<![0-9])[2-4][0-9][{MARKS}]?(?:0[1-9]|1[0-2])(?![0-9])"
)
#: How far behind the word 有效期 the date may begin, and how long an answer to it may be.
_REACH = 16


def near_cards(call: Call, cards: Sequence[Found]) -> Iterator[Found]:
    """Dates and codes that belong to the cards, or to a card that is named in the same breath."""
    times = [_time(call, card) for card in cards]
    yield from _dates(call, times)
    for line in call.lines:
        if _is_near(call, line.which, times) and line.bare and _is_code(line):
            yield Found(PersonalKind.CARD_CODE, _ALONE, tuple(_parts(line)))


def _time(call: Call, card: Found) -> Span:
    first, last = (
        call.utterances[call.text.which(part.start)].span for part in (card.parts[0], card.parts[-1])
    )
    return Span(min(first.start_ms, last.start_ms), max(first.end_ms, last.end_ms))


def _is_near(call: Call, which: int, times: Sequence[Span]) -> bool:
    return any(time.touches(call.utterances[which].span, within_ms=NEAR_MS) for time in times)


def _is_code(line: Line) -> bool:
    return sum(len(group.digits) for group in line.groups) in _CODE_LENGTHS


def _parts(line: Line) -> Iterator[Part]:
    yield from heard(line.groups)


def _dates(call: Call, times: Sequence[Span]) -> Iterator[Found]:
    """Dates behind 有效期, and in an answer to it."""
    for hit in call.cues.of_numbers:
        if hit.cue is not Cue.EXPIRY:
            continue
        which = call.text.which(hit.start)
        end = call.text.edges(which)[1]
        named_card = call.cues.before(hit.start, _REACH)
        if _is_near(call, which, times) or (named_card and named_card.cue in (Cue.CARD, Cue.CARD_NEAR)):
            yield from _date(call, hit.end, min(end, hit.end + _REACH))
    for line in call.lines:
        start, end = call.text.edges(line.which)
        asked = end - start <= _REACH and call.asked_before(line.which) is Cue.EXPIRY
        if asked and _is_near(call, line.which, times):
            yield from _date(call, start, end)


def _date(call: Call, start: int, end: int) -> Iterator[Found]:
    if match := _DATE.search(call.text.plain, start, end):
        yield Found(PersonalKind.CARD_EXPIRY, _NAMED, (Part(match.start(), match.end(), ""),))
