"""A flat book → a Rulebook ready to judge with: rules, detectors, scorecard, advice."""

from __future__ import annotations

from collections.abc import Iterable

from qa_service.coaching.strengths import Praise
from qa_service.core.findings import Severity, Stage
from qa_service.detectors.base import Detector
from qa_service.detectors.patterns import PatternRule, Patterns
from qa_service.detectors.phrases import PhraseRule, Phrases
from qa_service.detectors.registry import BY_LABEL, TWO_CHANNEL_LABELS
from qa_service.rulebook.book import Rulebook
from qa_service.rulebook.operators import Operators
from qa_service.rulebook.places import Place
from qa_service.rulebook.resolve import FlatBook, FlatRule, FlatStrength
from qa_service.rulebook.schema import WrittenCriterion
from qa_service.rulebook.shipped import Shipped
from qa_service.rulebook.source import digest_of
from qa_service.rulebook.when import WhenReader
from qa_service.rulebook.wording import advice_of, examples_of, text_of
from qa_service.rules.conditions import AllOf, AnyOf, Condition, Repeated, Tagged, labels_of
from qa_service.rules.rule import LegScope, Rule
from qa_service.scoring.scorecard import Charge, Criterion, Fatal, Scorecard, Section


def compile_book(flat: FlatBook) -> Rulebook:
    """Builds the frozen rulebook.

    Raises:
        RulebookError: a condition, setting or reference that does not hold; names the file and the path.
    """
    return _Compiler(flat).book()


class _Compiler:
    """Works through one flat book; lives as long as one compilation."""

    def __init__(self, flat: FlatBook) -> None:
        self.flat = flat
        self.phrases: list[PhraseRule] = []
        self.patterns: list[PatternRule] = []
        self.shipped = Shipped(flat)
        self.scorecard = _scorecard(flat)
        self.criteria = {criterion.id for criterion in self.scorecard.criteria}

    def book(self) -> Rulebook:
        flat = self.flat
        rules = tuple(self._rule(rule) for rule in flat.rules.values())
        good = tuple(self._good(strength) for strength in flat.strengths.values())
        return Rulebook(
            name=flat.written.name,
            version=flat.written.version,
            title=text_of(flat.written.title),
            digest=digest_of(flat.canonical()),
            detectors=self._detectors((*rules, *good)),
            rules=rules,
            good=good,
            scorecard=self.scorecard,
            charges=tuple(_charge(rule) for rule in flat.rules.values() if rule.written.stage == "score"),
            advice={rule.id: advice_of(rule) for rule in flat.rules.values()},
            praise=tuple(Praise(s.id, text_of(s.written.text)) for s in flat.strengths.values()),
            examples=tuple(examples_of(flat)),
            origins={rule.id: rule.origin for rule in flat.rules.values()},
            disabled=dict(flat.disabled),
        )

    def _rule(self, flat: FlatRule) -> Rule:
        written = flat.written
        self._check_criterion(flat)
        when = self._when(flat.id, written.when, flat.place)
        labels = labels_of(when)
        return Rule(
            id=flat.id,
            title=text_of(written.title),
            label=written.label or _label_of(when, flat.id),
            severity=Severity[written.severity.upper()],
            stage=Stage(written.stage),
            when=when,
            criterion=written.criterion if written.stage == "score" else "",
            leg=LegScope(written.leg),
            needs=self._needs(labels),
            needs_two_channels=bool(labels & TWO_CHANNEL_LABELS),
        )

    def _good(self, flat: FlatStrength) -> Rule:
        when = self._when(flat.id, flat.written.when, flat.place)
        return Rule(
            id=flat.id,
            title=text_of(flat.written.text),
            label=_label_of(when, flat.id),
            severity=Severity.INFO,
            stage=Stage.OBSERVE,
            when=when,
            needs=self._needs(labels_of(when)),
            needs_two_channels=bool(labels_of(when) & TWO_CHANNEL_LABELS),
        )

    def _check_criterion(self, flat: FlatRule) -> None:
        """A scoring rule counts against a criterion of the scorecard; another rule may name one."""
        criterion, place = flat.written.criterion, flat.place.at("criterion")
        if not criterion and flat.written.stage == "score":
            known = ", ".join(sorted(self.criteria))
            problem, fix = "scores, but names no criterion", f"Name one of {known or 'a scorecard'}"
            raise place.error("criterion_missing", problem, fix, known=known)
        if criterion and criterion not in self.criteria:
            problem = f"{criterion!r} is not on the scorecard"
            raise place.unknown("criterion_unknown", criterion, self.criteria, problem)

    def _when(self, rule_id: str, node: object, place: Place) -> Condition:
        operators = Operators(rule_id)
        condition = WhenReader(frozenset(BY_LABEL), operators).read(node, place.at("when"))
        self.phrases += operators.phrases
        self.patterns += operators.patterns
        return condition

    def _needs(self, labels: Iterable[str]) -> frozenset[str]:
        """What must have been measured for the rule to be answered; its own operators read words."""
        parts = [self.shipped.emitting(x).needs if x in BY_LABEL else Phrases.needs for x in labels]
        return frozenset().union(*parts)

    def _detectors(self, rules: Iterable[Rule]) -> tuple[Detector, ...]:
        read = sorted({label for rule in rules for label in labels_of(rule.when) if label in BY_LABEL})
        shipped = dict.fromkeys(self.shipped.emitting(label) for label in read)
        words: list[Detector] = []
        if self.phrases:
            words.append(Phrases(tuple(self.phrases)))
        if self.patterns:
            words.append(Patterns(tuple(self.patterns)))
        return (*shipped, *words)


def _scorecard(flat: FlatBook) -> Scorecard:
    sections = tuple(
        Section(s.id, text_of(s.title), tuple(_criterion(c) for c in s.criteria))
        for s in flat.sections.values()
    )
    return Scorecard(flat.written.name, sections, flat.pass_score)


def _charge(rule: FlatRule) -> Charge:
    points = rule.written.points
    return Charge(rule.id, rule.written.criterion, points.deduct, points.per == "hit")


def _label_of(when: Condition, rule_id: str) -> str:
    """The label of what a rule finds: that of the tag its hits are anchored at, or the rule's own name."""
    match when:
        case Tagged() if when.labels[0] in BY_LABEL:
            return when.labels[0]
        case AllOf() | AnyOf():
            return _label_of(when.parts[0], rule_id)
        case Repeated():
            return _label_of(when.what, rule_id)
        case _:
            return f"rule.{rule_id}"


def _criterion(written: WrittenCriterion) -> Criterion:
    fatal = Fatal(written.fatal)
    return Criterion(written.id, text_of(written.title), written.max_points, written.floor, fatal)
