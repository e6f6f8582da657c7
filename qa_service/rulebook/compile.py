"""A flat book → a Rulebook ready to judge with: rules, detectors, scorecard, advice."""

from __future__ import annotations

from collections.abc import Iterable, Set
from dataclasses import dataclass

from qa_service.core.alerts import AlertPolicy
from qa_service.core.findings import Severity, Stage
from qa_service.detectors.base import Detector
from qa_service.detectors.call_is import CallIs
from qa_service.detectors.means import Means
from qa_service.detectors.patterns import Patterns
from qa_service.detectors.phrases import Phrases
from qa_service.detectors.registry import BY_LABEL
from qa_service.detectors.similar import Similar
from qa_service.rulebook.answer_files import kept_as
from qa_service.rulebook.book import Bundle, Effective, Rulebook, SwitchedOff
from qa_service.rulebook.calm import calm
from qa_service.rulebook.conditions import Conditions
from qa_service.rulebook.durations import parse_duration_ms
from qa_service.rulebook.found import held_at
from qa_service.rulebook.mistakes import Mistakes
from qa_service.rulebook.parts import Parts, read_parts
from qa_service.rulebook.resolve import FlatBook, FlatRule, FlatStrength
from qa_service.rulebook.schema import WrittenAlert, WrittenCriterion, WrittenEffective
from qa_service.rulebook.shipped import Shipped
from qa_service.rulebook.source import canonical_json, digest_of
from qa_service.rulebook.wording import text_of
from qa_service.rules.about import always, labels_of
from qa_service.rules.conditions import AllOf, AnyOf, Capped, Condition, Repeated, Tagged
from qa_service.rules.rule import LegScope, Rule
from qa_service.scoring.scorecard import Charge, Criterion, Fatal, Scorecard, Section


def compile_book(flat: FlatBook) -> Bundle:
    """Builds the frozen rulebook, with every text that went in.

    Raises:
        RulebookError: a condition, setting or reference that does not hold, and in `more` all the others.
    """
    with calm():
        return _compiled(flat)


def _compiled(flat: FlatBook) -> Bundle:
    with Mistakes() as mistakes:
        with mistakes.noted():
            shipped = Shipped(flat)
        with mistakes.noted():
            parts = read_parts(flat)
    texts = {found.written.name: found.text for found in flat.files.values()}
    texts |= {
        kept_as(found.written.name, file): table
        for found in flat.files.values()
        for file, table in found.tables.items()
    }
    canonical = canonical_json(flat.canonical())
    book = _Compiler(flat, shipped, parts, Conditions(shipped, parts), digest_of(canonical)).book()
    return Bundle(book, texts, canonical, overridden=dict(flat.overridden), off=_switched_off(flat))


def _switched_off(flat: FlatBook) -> dict[str, SwitchedOff]:
    return {
        rule.id: SwitchedOff(
            rule.id,
            rule.origin,
            text_of(rule.written.title),
            flat.disabled[rule.id],
            held_at(flat.files[rule.place.source].data, rule.place.steps),
        )
        for rule in flat.off.values()
    }


@dataclass(frozen=True, slots=True)
class _Compiler:
    """Puts one book together from parts that hold."""

    flat: FlatBook
    shipped: Shipped
    parts: Parts
    conditions: Conditions
    digest: str

    def book(self) -> Rulebook:
        flat, parts = self.flat, self.parts
        rules = tuple(self._rule(rule) for rule in flat.rules.values())
        good = tuple(self._good(strength) for strength in flat.strengths.values())
        return Rulebook(
            name=flat.written.name,
            version=flat.written.version,
            title=text_of(flat.written.title),
            digest=self.digest,
            detectors=self._detectors((*rules, *good)),
            rules=rules,
            good=good,
            scorecard=_scorecard(flat),
            charges=tuple(_charge(rule) for rule in flat.rules.values() if rule.written.stage == "score"),
            advice=parts.advice,
            praise=tuple(parts.praise),
            examples=tuple(parts.examples),
            origins={rule.id: rule.origin for rule in flat.rules.values()},
            alerts=_alerts(flat),
            disabled=dict(flat.disabled),
            answers=dict(flat.tables),
            effective=Effective(flat.written.effective.from_, flat.written.effective.to),
        )

    def _rule(self, flat: FlatRule) -> Rule:
        written, when = flat.written, self.parts.conditions[flat.id]
        days = written.effective or WrittenEffective()
        asked = self.conditions.asked(when)
        return Rule(
            id=flat.id,
            title=text_of(written.title),
            label=written.label or self._label_of(when, flat.id),
            severity=Severity[written.severity.upper()],
            stage=Stage(written.stage),
            when=when,
            criterion=written.criterion if written.stage == "score" else "",
            leg=LegScope(written.leg),
            needs=asked.needs,
            needs_two_channels=asked.two_channels,
            clocks=asked.clocks,
            jurisdictions=frozenset(written.jurisdiction),
            since=days.from_,
            until=days.to,
            rests_on_order=asked.rests_on_order,
            calls=self._calls(when),
            measures=asked.measures,
            asks=asked.asks,
        )

    def _good(self, flat: FlatStrength) -> Rule:
        when = self.parts.conditions[flat.id]
        asked = self.conditions.asked(when)
        return Rule(
            id=flat.id,
            title=text_of(flat.written.text),
            label=self._label_of(when, flat.id),
            severity=Severity.INFO,
            stage=Stage.OBSERVE,
            when=when,
            needs=asked.needs,
            needs_two_channels=asked.two_channels,
            clocks=asked.clocks,
            rests_on_order=asked.rests_on_order,
            calls=self._calls(when),
            measures=asked.measures,
            asks=asked.asks,
        )

    def _calls(self, when: Condition) -> tuple[CallIs, ...]:
        """In which calls alone the condition can hold: what it asks of all of them."""
        asked = (self.parts.own.by_label.get(label) for label in always(when))
        return tuple(detector for detector in asked if isinstance(detector, CallIs))

    def _label_of(self, when: Condition, rule_id: str) -> str:
        """The label of what a rule finds: that of the tag its hits are anchored at, or the rule's own name."""
        match when:
            case Tagged():
                label = self.parts.own.stands_for.get(when.labels[0], when.labels[0])
                return label if label in BY_LABEL else f"rule.{rule_id}"
            case AllOf() | AnyOf():
                return self._label_of(when.parts[0], rule_id)
            case Repeated() | Capped():
                return self._label_of(when.what, rule_id)
            case _:
                return f"rule.{rule_id}"

    def _detectors(self, rules: Iterable[Rule]) -> tuple[Detector, ...]:
        read = sorted({label for rule in rules for label in labels_of(rule.when) if label in BY_LABEL})
        shipped = dict.fromkeys(self.shipped.emitting(label) for label in read)
        words: list[Detector] = list(self.parts.own.by_label.values())
        if self.parts.phrases:
            words.append(Phrases(tuple(self.parts.phrases)))
        if self.parts.patterns:
            words.append(Patterns(tuple(self.parts.patterns)))
        if self.parts.similar:
            words.append(Similar(tuple(self.parts.similar)))
        if self.parts.means:
            words.append(Means(tuple(self.parts.means)))
        words += self.parts.answers.detectors
        return (*shipped, *words)


def _alerts(flat: FlatBook) -> dict[str, AlertPolicy]:
    """The rules that alert; `alert: true` is the schema's own measure. At `observe` none does: QA alone sees it."""
    said = {rule.id: rule.written.alert for rule in flat.rules.values() if rule.written.stage != "observe"}
    return {rule: _policy(alert) for rule, alert in said.items() if alert is not False}


def _policy(written: WrittenAlert | bool) -> AlertPolicy:
    alert = written if isinstance(written, WrittenAlert) else WrittenAlert()
    return AlertPolicy(parse_duration_ms(alert.cool_down) or 0, alert.at_most)


def _scorecard(flat: FlatBook) -> Scorecard:
    """The sections without criteria whose rules are only coached or switched off.

    No points stand where none can be won or lost.
    """
    named = _criteria_named(flat, {"coach", "observe"}) | flat.let_go
    scored = _criteria_named(flat, {"score"})
    kept = [
        (section, tuple(_criterion(c) for c in section.criteria if c.id in scored or c.id not in named))
        for section in flat.sections.values()
    ]
    sections = tuple(Section(s.id, text_of(s.title), criteria) for s, criteria in kept if criteria)
    return Scorecard(flat.written.name, sections, flat.pass_score)


def _criteria_named(flat: FlatBook, stages: Set[str]) -> frozenset[str]:
    """The criteria that rules of these stages name."""
    return frozenset(rule.written.criterion for rule in flat.rules.values() if rule.written.stage in stages)


def _charge(rule: FlatRule) -> Charge:
    points = rule.written.points
    return Charge(rule.id, rule.written.criterion, points.deduct, points.per == "hit", points.add)


def _criterion(written: WrittenCriterion) -> Criterion:
    fatal = Fatal(written.fatal)
    title, base = text_of(written.title), written.base
    return Criterion(written.id, title, written.max_points, written.floor, fatal, base)
