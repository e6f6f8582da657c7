"""What an answer is to the standard one: met, incomplete, contradicting, or for people to decide. Not a detector."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from qa_service.core.speech import Utterance
from qa_service.core.standard_answers import AnswerRow, Point, Verdict
from qa_service.core.tags import Evidence
from qa_service.core.texts import Reason
from qa_service.detectors import answer_reasons as reasons
from qa_service.detectors.answer_window import End, Window
from qa_service.text.normalize import Folded
from qa_service.text.point_bounds import leaves_room
from qa_service.text.point_ways import NUMBER_SURE, Sense, Spot
from qa_service.text.points import all_spoken, spoken, takes_back
from qa_service.text.smooth import smooth

#: What was not found may have been said in words that no table holds (as rules.hit.ABSENCE_CONFIDENCE).
_MISSING_SURE = 0.8
#: People decide what is between 0.4 and 0.7 (docs/rulebook.md).
UNDECIDED_SURE = 0.5
#: A question that is just like enough is this sure, one word for word this.
_LEAST, _MOST = 0.72, 0.95
#: Below this mean probability words were mostly misheard (rules.find.Certainty).
LEAST_WORDS = 0.5
#: Whoever asks in the last seconds of a call is mostly not heard out.
_LAST_MS = 8_000
_DEFERS = re.compile(
    r"转接|转给|帮您转|给您转|(?:稍后|回头|晚点|之后|随后|再)(?:给|跟)您(?:回电|回复|答复|打电话|联系)|回电给您|给您回电|回复您|答复您|有结果"
)


class Judged(NamedTuple):
    """A verdict with its reason and what it quotes of the agent."""

    verdict: Verdict
    because: Reason
    sure: float
    quotes: tuple[tuple[Utterance, Evidence], ...] = ()


def how_sure(alike: float, at_least: float) -> float:
    """How sure it is that a question is the row's."""
    beyond = (alike - at_least) / (1 - at_least) if at_least < 1 else 1.0
    return round(_LEAST + (_MOST - _LEAST) * max(0.0, min(1.0, beyond)), 2)


def contradiction(row: AnswerRow, said: Utterance, before: Sequence[Utterance] = ()) -> Judged | None:
    """What the agent says that must not be said, or that denies what must be; whatever else is said after it.

    Of what was said `before`, it counts that a point was made: a bound that leaves room for it (最长七个工作日 after
    三到五个工作日) is then no other number in its place.
    """
    folded = smooth(said.text)
    required = [(point, spoken(point.ways, folded)) for point in row.must]
    for point in row.must_not:
        spot = spoken(point.ways, folded)
        if spot and spot.sense is Sense.SAID and not _is_inside(spot, required):
            because = reasons.forbidden(row, point.wording)
            return _contradicting(because, said, folded, spot)
    for point, found in required:
        spot = found
        if spot and spot.sense is Sense.OTHER_NUMBER and _is_of_another(spot, point, required):
            continue
        if spot and spot.sense is Sense.OTHER_NUMBER:
            spot = _beyond_bounds(point, spot, folded, before)
        if spot and spot.sense in (Sense.DENIED, Sense.OTHER_NUMBER):
            tell = reasons.denied if spot.sense is Sense.DENIED else reasons.other_number
            because = tell(row, point.wording)
            return _contradicting(because, said, folded, spot)
    return None


def _beyond_bounds(point: Point, spot: Spot, folded: Folded, before: Sequence[Utterance]) -> Spot | None:
    """The other number: the first that is more than a bound, where the point was made already; nothing if none is."""
    if takes_back(folded) or not _is_made(point, before):
        return spot
    others = (one for one in all_spoken(point.ways, folded) if one.sense is Sense.OTHER_NUMBER)
    return next((one for one in others if not leaves_room(point.ways, folded, one)), None)


def _is_made(point: Point, before: Sequence[Utterance]) -> bool:
    """Whether its number was told, alone or with its words."""
    spots = (spoken(point.ways, smooth(one.text)) for one in before)
    return any(
        spot and spot.sense in (Sense.SAID, Sense.DOUBTFUL) and spot.sure >= NUMBER_SURE for spot in spots
    )


def _is_inside(spot: Spot, required: Sequence[tuple[Point, Spot | None]]) -> bool:
    """Whether it is part of what must be said: 免费 of 免费安装."""
    return any(
        other and other.sense is Sense.SAID and other.start <= spot.start and spot.end <= other.end
        for _, other in required
    )


def _is_of_another(spot: Spot, point: Point, required: Sequence[tuple[Point, Spot | None]]) -> bool:
    """Whether a number that is wrong for one point may be another's: 百分之五 where 利率5% and 手续费0.5% must be."""
    return any(
        other and one is not point and other.sense in (Sense.SAID, Sense.DOUBTFUL) and _overlap(spot, other)
        for one, other in required
    )


def _overlap(one: Spot, other: Spot) -> bool:
    return one.start < other.end and other.start < one.end


def _contradicting(because: Reason, said: Utterance, folded: Folded, spot: Spot) -> Judged:
    evidence = Evidence.said(said, *folded.origin(spot.start, spot.end))
    return Judged(Verdict.CONTRADICTING, because, spot.sure, ((said, evidence),))


def closing(
    rows: Sequence[AnswerRow], window: Window, end: End, by: Utterance | None, left_ms: int
) -> Judged:
    """The verdict when the time for an answer is over; `left_ms` is how long the call went on after the question."""
    if window.doubt == "much":
        return _undecided(reasons.much(rows[0]), window)
    told = [_told(row, window) for row in rows]
    met = next((one for one in told if one.is_met), None)
    if met is not None and window.doubt != "day":
        return met.judged()
    if window.doubt:
        return _undecided(_doubt(window, rows), window)
    (first, *_) = told
    if why := _excuse(first, window, end, by, left_ms):
        return _undecided(why, window)
    return first.judged()


class _Told(NamedTuple):
    """Which points of a row were said."""

    row: AnswerRow
    said: tuple[tuple[Utterance, Folded, Spot], ...]
    doubtful: tuple[Point, ...]
    missing: tuple[Point, ...]
    window: Window

    @property
    def is_met(self) -> bool:
        """Whether every point was said."""
        return not (self.missing or self.doubtful) and bool(self.window.said)

    def judged(self) -> Judged:
        """Met or incomplete."""
        if self.is_met:
            quotes = tuple((u, Evidence.said(u, *f.origin(s.start, s.end))) for u, f, s in self.said)
            sure = min((spot.sure for _, _, spot in self.said), default=_MISSING_SURE)
            return Judged(Verdict.MET, reasons.met(self.row), sure, quotes or _main(self.window))
        wanted = [point.wording for point in self.missing]
        because = reasons.incomplete(self.row, wanted)
        heard = min((one.confidence for one in self.window.said), default=1.0)
        sure = round(_MISSING_SURE * min(1.0, 0.5 + heard / 2), 2)
        return Judged(Verdict.INCOMPLETE, because, sure, _main(self.window))


def _told(row: AnswerRow, window: Window) -> _Told:
    around = window.characters
    said: list[tuple[Utterance, Folded, Spot]] = []
    doubtful: list[Point] = []
    missing: list[Point] = []
    for point in row.must:
        found = max(_spots(point, window, around), key=lambda one: (one[2].sense, one[2].sure), default=None)
        sense = found[2].sense if found else Sense.MISSING
        if found and sense is Sense.SAID:
            said.append(found)
        else:
            (missing if sense is Sense.MISSING else doubtful).append(point)
    return _Told(row, tuple(said), tuple(doubtful), tuple(missing), window)


def _spots(point: Point, window: Window, around: frozenset[str]) -> Iterator[tuple[Utterance, Folded, Spot]]:
    for said in window.said:
        folded = smooth(said.text)
        if spot := spoken(point.ways, folded, around):
            yield said, folded, spot


def _doubt(window: Window, rows: Sequence[AnswerRow]) -> Reason:
    match window.doubt:
        case "two":
            return reasons.two(rows[0], rows[1])
        case "half":
            return reasons.half(rows[0], round(100 * window.alike))
        case "day":
            return reasons.day(rows[0])
        case _:
            return reasons.words(rows[0])


def _excuse(told: _Told, window: Window, end: End, by: Utterance | None, left_ms: int) -> Reason | None:
    """Why nobody can say that what is missing was not said, or was not going to be."""
    row = told.row
    if told.is_met:
        return None
    if window.is_misheard or window.is_unheard or any(one.confidence < LEAST_WORDS for one in window.said):
        return reasons.misheard(row)
    if not window.turns:
        return reasons.at_end(row) if end is End.CALL else reasons.nothing(row)
    if end is End.CALL and not window.is_taken and left_ms < _LAST_MS:
        return reasons.at_end(row)
    if window.is_interrupted_by(by):
        return reasons.interrupted(row)
    if not told.said and any(_DEFERS.search(smooth(one.text).text) for one in window.said):
        return reasons.deferred(row)
    if not told.missing:
        return reasons.unclear(row, [point.wording for point in told.doubtful])
    return None


def _undecided(because: Reason, window: Window) -> Judged:
    return Judged(Verdict.UNDECIDED, because, UNDECIDED_SURE, _main(window))


def _main(window: Window) -> tuple[tuple[Utterance, Evidence], ...]:
    main = window.main
    return ((main, Evidence.said(main)),) if main else ()
