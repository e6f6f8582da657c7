"""Score and pass alone: what `evaluate` comes to (tests/scoring/test_tally.py), without an answer for people to read.

Judging millions of stored calls again, only the criteria that something was found of are worked out; what the others
come to is known from the call before.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from qa_service.core.evaluation import Verdict
from qa_service.scoring.score import UNCHARGED, Charged, by_criterion, points_left
from qa_service.scoring.scorecard import Charge, Criterion, Fatal, Scorecard

_MET, _NOT_MET, _OPEN, _NONE = Verdict.MET, Verdict.NOT_MET, Verdict.UNDECIDED, Verdict.NOT_APPLICABLE


class Counted(NamedTuple):
    """A finding, as far as points go."""

    rule: str
    needs_human: bool


class _Answer(NamedTuple):
    answer: Verdict
    points: float | None
    has_findings: bool = False


class _Place(NamedTuple):
    """A criterion, and which section it stands in."""

    criterion: Criterion
    section: int
    charged: Charged
    #: Points if a person decides against the agent.
    worst: float


class Base(NamedTuple):
    """What every criterion comes to while nothing is found, and the score and pass of that."""

    answers: tuple[_Answer, ...]
    outcome: tuple[float | None, bool | None]


class Tally:
    """A scorecard with what its rules cost. Nothing in it changes; all calls share it."""

    def __init__(self, scorecard: Scorecard, charges: tuple[Charge, ...]) -> None:
        charged = by_criterion(charges)
        self._mark = scorecard.pass_score
        self._places = tuple(
            _Place(one, at, held, one.floor if held.costs else one.start)
            for at, section in enumerate(scorecard.sections)
            for one in section.criteria
            for held in (charged.get(one.id, UNCHARGED),)
        )
        self._most = tuple(place.criterion.max_points for place in self._places)
        self._fatal = tuple(at for at, p in enumerate(self._places) if p.criterion.fatal is Fatal.CALL)
        self._losing = tuple(at for at, p in enumerate(self._places) if p.criterion.fatal is Fatal.SECTION)
        self._places_of = _places_of(self._places)

    def base(self, blocked: Mapping[str, bool]) -> Base:
        """For a call in which nothing is found, and these rules are no answer."""
        answers = tuple(_unhit(place, blocked) for place in self._places)
        return Base(answers, self._outcome(answers, answers))

    def outcome(
        self, base: Base, found: Sequence[Counted], *, is_whole: bool
    ) -> tuple[float | None, bool | None]:
        """The score, and whether the agent passed."""
        hit: defaultdict[int, list[Counted]] = defaultdict(list)
        for one in found:
            for at in self._places_of.get(one.rule, ()):
                hit[at].append(one)
        score, passed = self._of_hit(base, hit) if hit else base.outcome
        return score, passed if is_whole or passed is False else None

    def _of_hit(self, base: Base, hit: Mapping[int, Sequence[Counted]]) -> tuple[float | None, bool | None]:
        answers = list(base.answers)
        for at, found in hit.items():
            answers[at] = _answer(self._places[at], found, base.answers[at])
        if not any(one.needs_human for found in hit.values() for one in found):
            return self._outcome(answers, answers)
        worst = list(base.answers)
        for at, found in hit.items():
            place = self._places[at]
            worst[at] = _answer(place, _believed(place, found), base.answers[at])
        return self._outcome(answers, worst)

    def _outcome(
        self, answers: Sequence[_Answer], worst: Sequence[_Answer]
    ) -> tuple[float | None, bool | None]:
        if worst is answers and _OPEN not in [one.answer for one in answers]:
            answers = self._lost(answers)
            score = self._score(answers)
            return score, self._passed(answers, score, score)
        worst = self._lost([self._worst(at, one) for at, one in enumerate(worst)])
        answers = self._lost(answers)
        score, least = self._score(answers), self._score(worst)
        lowest = least if score is None or least is None else min(score, least)
        return score, self._passed(answers, score, lowest)

    def _lost(self, answers: Sequence[_Answer]) -> Sequence[_Answer]:
        lost = {self._places[at].section for at in self._losing if answers[at].answer is _NOT_MET}
        if not lost:
            return answers
        return [
            _lose(one) if p.section in lost else one for p, one in zip(self._places, answers, strict=True)
        ]

    def _worst(self, at: int, one: _Answer) -> _Answer:
        return _Answer(_NOT_MET, self._places[at].worst) if one.answer is _OPEN else one

    def _score(self, answers: Iterable[_Answer], *, best: bool = False) -> float | None:
        counted = [
            (most, most if answer is _OPEN else points or 0.0)
            for most, (answer, points, _) in zip(self._most, answers, strict=True)
            if answer is not _NONE and (best or answer is not _OPEN)
        ]
        # By `sum`, as `evaluate` does: it rounds otherwise than adding one after the other.
        possible, kept = sum([most for most, _ in counted]), sum([points for _, points in counted])
        return round(100 * kept / possible, 1) if possible else None

    def _passed(self, answers: Sequence[_Answer], score: float | None, lowest: float | None) -> bool | None:
        fatal = [answers[at] for at in self._fatal]
        if any(one.answer is _NOT_MET and one.has_findings for one in fatal):
            return False
        is_open = _OPEN in [one.answer for one in answers]
        highest = self._score(answers, best=True) if is_open else score
        if score is None or lowest is None or highest is None or lowest < self._mark <= highest:
            return None
        if any(one.answer is _OPEN for one in fatal):
            return None
        return lowest >= self._mark


def _places_of(places: Sequence[_Place]) -> Mapping[str, tuple[int, ...]]:
    """The criteria that each rule counts against."""
    held: defaultdict[str, list[int]] = defaultdict(list)
    for at, place in enumerate(places):
        for rule in place.charged.rules:
            held[rule].append(at)
    return {rule: tuple(at) for rule, at in held.items()}


def _believed(place: _Place, found: Sequence[Counted]) -> list[Counted]:
    """If a person confirms all that costs points, and none of the doubtful ones that earn them."""
    earning = place.charged.earning
    return [Counted(one.rule, False) for one in found if one.rule not in earning or not one.needs_human]


def _answer(place: _Place, found: Sequence[Counted], base: _Answer) -> _Answer:
    criterion, charged = place.criterion, place.charged
    if not charged.earning:
        certain = [one for one in found if not one.needs_human]
        if certain:
            return _Answer(_NOT_MET, points_left(criterion, charged, _hits(certain)), True)
        return _Answer(_OPEN, None, True) if found else base
    against = [one for one in found if one.rule not in charged.earning]
    credit = [one for one in found if one.rule in charged.earning]
    certain, earned = ([one for one in some if not one.needs_human] for some in (against, credit))
    has_findings = bool((*certain, *earned) if certain or not against else against)
    if certain:
        return _Answer(_NOT_MET, points_left(criterion, charged, _hits((*certain, *earned))), has_findings)
    if against:
        return _Answer(_OPEN, None, has_findings)
    if credit and criterion.start < criterion.max_points:
        if not earned:
            return _Answer(_OPEN, None, True)
        return _Answer(_MET, points_left(criterion, charged, _hits(earned)), has_findings)
    return base._replace(has_findings=has_findings)


def _hits(certain: Iterable[Counted]) -> dict[str, int]:
    hits: dict[str, int] = {}
    for one in certain:
        hits[one.rule] = hits.get(one.rule, 0) + 1
    return hits


def _unhit(place: _Place, blocked: Mapping[str, bool]) -> _Answer:
    rules, start = place.charged.rules, place.criterion.start
    if not rules:
        return _Answer(_NONE, None)
    held_up = [blocked[rule] for rule in rules if rule in blocked] if blocked else []
    if any(held_up):
        return _Answer(_OPEN, None)
    if len(held_up) == len(rules):
        return _Answer(_NONE, None)
    if start < place.criterion.max_points and all(
        rule in place.charged.earning or rule in blocked for rule in rules
    ):
        return _Answer(_NOT_MET, start)
    return _Answer(_MET, start)


def _lose(one: _Answer) -> _Answer:
    if one.answer is _MET:
        return _Answer(_NOT_MET, 0.0, one.has_findings)
    return one._replace(points=None if one.points is None else 0.0)
