"""Reads what a flat book says rule by rule: conditions, coaching texts, examples; every mistake is noted."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from qa_service.coaching.advice import Advice
from qa_service.coaching.strengths import Praise
from qa_service.core.errors import RulebookError
from qa_service.detectors.means import MeansRule
from qa_service.detectors.patterns import PatternRule
from qa_service.detectors.phrases import PhraseRule
from qa_service.detectors.registry import BY_LABEL
from qa_service.detectors.similar import SimilarRule
from qa_service.rulebook.answer_rules import AnswerDetectors, usual_advice
from qa_service.rulebook.beside import placed
from qa_service.rulebook.book import Example
from qa_service.rulebook.mistakes import Mistakes, together
from qa_service.rulebook.operators import Budget, Operators
from qa_service.rulebook.own import OwnDetectors
from qa_service.rulebook.places import Place
from qa_service.rulebook.resolve import FlatBook, FlatRule, FlatStrength
from qa_service.rulebook.tolerance import tolerance_of
from qa_service.rulebook.when import WhenReader
from qa_service.rulebook.wording import advice_of, examples_of, praise_of
from qa_service.rules.conditions import Condition

#: The labels that rules may name.
_KNOWN = frozenset(BY_LABEL)


@dataclass(slots=True)
class Parts:
    """What the rules and good moments of a book say, by their ids or in their order."""

    conditions: dict[str, Condition] = field(default_factory=dict)
    phrases: list[PhraseRule] = field(default_factory=list)
    patterns: list[PatternRule] = field(default_factory=list)
    similar: list[SimilarRule] = field(default_factory=list)
    means: list[MeansRule] = field(default_factory=list)
    own: OwnDetectors = field(default_factory=OwnDetectors)
    answers: AnswerDetectors = field(default_factory=AnswerDetectors)
    advice: dict[str, tuple[Advice, ...]] = field(default_factory=dict)
    praise: list[Praise] = field(default_factory=list)
    examples: list[Example] = field(default_factory=list)


def read_parts(flat: FlatBook) -> Parts:
    """Reads every rule and strength.

    Raises:
        RulebookError: a condition, text or reference that does not hold, and all the others of the book.
    """
    answers = AnswerDetectors(flat.tables, frozenset(flat.spoiled_tables))
    parts, budget = Parts(own=OwnDetectors(flat.detectors), answers=answers), Budget()
    criteria = {criterion.id for section in flat.sections.values() for criterion in section.criteria}
    with Mistakes() as mistakes:
        for rule in flat.rules.values():
            with mistakes.noted():
                _check_criterion(rule, criteria, is_whole=flat.is_whole)
            with mistakes.noted():
                parts.advice[rule.id] = advice_of(rule)
            _read(rule, parts, mistakes, budget)
            if not rule.written.coaching and parts.answers.is_asked_by(parts.conditions.get(rule.id)):
                parts.advice[rule.id] = usual_advice(rule.id)
        for strength in flat.strengths.values():
            with mistakes.noted():
                parts.praise.append(praise_of(strength))
            _read(strength, parts, mistakes, budget)
    return parts


def _read(held: FlatRule | FlatStrength, parts: Parts, mistakes: Mistakes, budget: Budget) -> None:
    operators = Operators(held.id, budget=budget, own=parts.own, answers=parts.answers)
    with mistakes.noted():
        spec = {} if held.written.sounds_like is None else {"sounds_like": held.written.sounds_like}
        operators.sounds_like = tolerance_of(spec, held.place)
    reader = WhenReader(_KNOWN, operators)
    with mistakes.noted(), _seen_from(held.limits_at if isinstance(held, FlatRule) else None):
        condition = reader.read(held.written.when, held.place.at("when"))
        parts.conditions[held.id] = condition
        if operators.patterns:
            parts.patterns += placed(operators.patterns, condition)
    parts.phrases += operators.phrases
    parts.similar += operators.similar
    parts.means += operators.means
    with mistakes.noted():
        has_others = isinstance(held, FlatRule) and held.is_set_by_another_book
        parts.examples += [replace(one, is_for_other_limits=has_others) for one in examples_of(held)]


@contextmanager
def _seen_from(place: Place | None) -> Iterator[None]:
    """What is wrong with a condition is told where its limits were set, by another book."""
    try:
        yield
    except RulebookError as error:
        if place is None:
            raise
        raise together([place.seen_from(one) for one in (error, *error.more)]) from None


def _check_criterion(rule: FlatRule, criteria: Collection[str], *, is_whole: bool) -> None:
    """A scoring rule counts against a criterion of the scorecard; another rule may name one."""
    criterion, place = rule.written.criterion, rule.place.at("criterion")
    if not criteria and is_whole and (criterion or rule.written.stage == "score"):
        raise _no_scorecard(criterion, place)
    if not criterion and rule.written.stage == "score":
        known = ", ".join(sorted(criteria))
        problem, fix = "scores, but names no criterion", f"Name one of {known}"
        raise place.error("criterion_missing", problem, fix, known=known)
    if criterion and criterion not in criteria and is_whole:
        problem = f"{criterion!r} is not on the scorecard"
        raise place.unknown("criterion_unknown", criterion, criteria, problem)


def _no_scorecard(criterion: str, place: Place) -> RulebookError:
    """The error about a criterion where the book has none at all: nothing can be suggested but to write one."""
    form = f"{{id: {criterion or 'care'}, title: …, max_points: 10}}"
    problem = (
        f"the book has no scorecard, so no criterion {criterion!r}"
        if criterion
        else "the book has no scorecard"
    )
    fix = f"Write scorecard: {{sections: [{{id: …, title: …, criteria: [{form}]}}]}}, or let the rule only coach"
    if criterion:
        return place.error("criterion_no_scorecard", problem, fix, word=criterion, form=form)
    return place.error("criterion_missing_no_scorecard", problem, fix, form=form)
