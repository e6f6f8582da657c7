"""A flat book → a Rulebook ready to judge with: rules, detectors, scorecard, advice."""

from __future__ import annotations

from collections.abc import Iterable

from qa_service.coaching.advice import Advice, Fit
from qa_service.coaching.strengths import Praise
from qa_service.core.errors import RulebookError
from qa_service.core.findings import Severity, Stage
from qa_service.core.texts import Text
from qa_service.detectors.base import Detector
from qa_service.detectors.patterns import PatternRule, Patterns
from qa_service.detectors.phrases import PhraseRule, Phrases
from qa_service.detectors.registry import BY_LABEL, TWO_CHANNEL_LABELS
from qa_service.rulebook.book import Example, Rulebook
from qa_service.rulebook.resolve import FlatBook, FlatRule, FlatStrength
from qa_service.rulebook.schema import (
    WrittenAdvice,
    WrittenCriterion,
    WrittenExamples,
    WrittenText,
)
from qa_service.rulebook.settings import configure
from qa_service.rulebook.source import digest_of
from qa_service.rulebook.when import Operators, WhenReader
from qa_service.rules.conditions import Condition, Tagged, labels_of
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
        self.configured = {label: self._detector(label) for label in flat.detectors}

    def book(self) -> Rulebook:
        flat = self.flat
        rules = tuple(self._rule(rule) for rule in flat.rules.values())
        good = tuple(self._good(strength) for strength in flat.strengths.values())
        scorecard = self._scorecard()
        return Rulebook(
            name=flat.written.name,
            version=flat.written.version,
            title=_text(flat.written.title),
            digest=digest_of(flat.canonical()),
            detectors=self._detectors((*rules, *good)),
            rules=rules,
            good=good,
            scorecard=scorecard,
            charges=tuple(self._charges(scorecard)),
            advice={rule.id: _advice(rule) for rule in flat.rules.values()},
            praise=tuple(Praise(s.id, _text(s.written.text)) for s in flat.strengths.values()),
            examples=tuple(self._examples()),
            origins={rule.id: rule.origin for rule in flat.rules.values()},
            disabled=dict(flat.disabled),
        )

    def _detector(self, label: str) -> Detector:
        where = f"detectors.{label}"
        if label not in BY_LABEL:
            raise RulebookError(
                source=self.flat.source,
                where=where,
                problem="no detector emits this label",
                fix=f"Known: {', '.join(sorted(BY_LABEL))}",
            )
        return configure(BY_LABEL[label], self.flat.detectors[label], source=self.flat.source, where=where)

    def _rule(self, flat: FlatRule) -> Rule:
        written = flat.written
        when = self._when(flat.id, written.when, flat.where)
        labels = labels_of(when)
        return Rule(
            id=flat.id,
            title=_text(written.title),
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
        when = self._when(flat.id, flat.written.when, flat.where)
        return Rule(
            id=flat.id,
            title=_text(flat.written.text),
            label=_label_of(when, flat.id),
            severity=Severity.INFO,
            stage=Stage.OBSERVE,
            when=when,
            needs=self._needs(labels_of(when)),
        )

    def _when(self, rule_id: str, node: object, where: str) -> Condition:
        operators = Operators(rule_id)
        reader = WhenReader(self.flat.source, frozenset(BY_LABEL), operators)
        condition = reader.read(node, f"{where}.when")
        self.phrases += operators.phrases
        self.patterns += operators.patterns
        return condition

    def _needs(self, labels: Iterable[str]) -> frozenset[str]:
        shipped = [self._for_label(label) for label in labels if label in BY_LABEL]
        return frozenset().union(*(detector.needs for detector in shipped))

    def _for_label(self, label: str) -> Detector:
        """The detector that emits `label`: as configured, else with its defaults."""
        for detector in self.configured.values():
            if label in detector.labels:
                return detector
        self.configured[label] = configure(BY_LABEL[label], {}, source=self.flat.source, where=label)
        return self.configured[label]

    def _detectors(self, rules: Iterable[Rule]) -> tuple[Detector, ...]:
        read = sorted({label for rule in rules for label in labels_of(rule.when) if label in BY_LABEL})
        shipped = dict.fromkeys(self._for_label(label) for label in read)
        words: list[Detector] = []
        if self.phrases:
            words.append(Phrases(tuple(self.phrases)))
        if self.patterns:
            words.append(Patterns(tuple(self.patterns)))
        return (*shipped, *words)

    def _scorecard(self) -> Scorecard:
        sections = tuple(
            Section(s.id, _text(s.title), tuple(_criterion(c) for c in s.criteria))
            for s in self.flat.sections.values()
        )
        return Scorecard(self.flat.written.name, sections, self.flat.written.scorecard.pass_)

    def _charges(self, scorecard: Scorecard) -> Iterable[Charge]:
        known = {criterion.id for criterion in scorecard.criteria}
        for rule in self.flat.rules.values():
            written = rule.written
            if written.stage != "score":
                continue
            if written.criterion not in known:
                raise RulebookError(
                    source=self.flat.source,
                    where=f"{rule.where}.criterion",
                    problem=f"{written.criterion!r} is not on the scorecard",
                    fix=f"Use one of {', '.join(sorted(known)) or '(the scorecard is empty)'}",
                )
            yield Charge(rule.id, written.criterion, written.points.deduct, written.points.per == "hit")

    def _examples(self) -> Iterable[Example]:
        held: list[tuple[str, WrittenExamples]] = [
            *((r.id, r.written.examples) for r in self.flat.rules.values()),
            *((s.id, s.written.examples) for s in self.flat.strengths.values()),
        ]
        for rule_id, examples in held:
            for lines in examples.match:
                yield Example(rule_id, _lines(lines), must_match=True)
            for lines in examples.no_match:
                yield Example(rule_id, _lines(lines), must_match=False)


def _label_of(when: Condition, rule_id: str) -> str:
    """The label of what a rule finds: the tag it names, or its own name where it is all operators."""
    if isinstance(when, Tagged) and when.labels[0] in BY_LABEL:
        return when.labels[0]
    named = sorted(label for label in labels_of(when) if label in BY_LABEL)
    return named[0] if len(named) == 1 else f"rule.{rule_id}"


def _criterion(written: WrittenCriterion) -> Criterion:
    fatal = Fatal(written.fatal)
    return Criterion(written.id, _text(written.title), written.max_points, written.floor, fatal)


def _advice(rule: FlatRule) -> tuple[Advice, ...]:
    return tuple(_variant(written, f"{rule.id}#{i}") for i, written in enumerate(rule.written.coaching))


def _variant(written: WrittenAdvice, name: str) -> Advice:
    fit = Fit(tuple(written.fit.customer), written.fit.touchpoint)
    return Advice(_text(written.what), _text(written.why), _text(written.instead), fit, name)


def _text(written: WrittenText) -> Text:
    return Text(written.zh_CN, written.zh_TW, written.en)


def _lines(lines: str | list[str]) -> tuple[str, ...]:
    return (lines,) if isinstance(lines, str) else tuple(lines)
