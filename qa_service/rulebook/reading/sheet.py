"""One rule of a book, and the book around its rules, as lines for people who do not write YAML."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from qa_service.core.texts import Text
from qa_service.detectors.own import Own
from qa_service.detectors.registry import BY_LABEL
from qa_service.i18n.catalogue import Catalogue
from qa_service.rulebook.book import Bundle, Overridden, Rulebook, SwitchedOff
from qa_service.rulebook.reading.as_written import as_written
from qa_service.rulebook.reading.conditions import Line, Reader
from qa_service.rulebook.reading.operators import operators_of
from qa_service.rulebook.reading.quoting import duration
from qa_service.rulebook.reading.settings import settings_of
from qa_service.rules.about import labels_of
from qa_service.rules.rule import LegScope, Rule
from qa_service.scoring.scorecard import Criterion, Fatal


@dataclass(frozen=True)
class Sheet:
    """Reads a book out: its rules one by one, and what stands around them."""

    bundle: Bundle
    texts: Catalogue

    @property
    def book(self) -> Rulebook:
        """The book that is read."""
        return self.bundle.book

    @cached_property
    def _written(self) -> Mapping[str, Mapping[str, Any]]:
        """The rules and good moments as they were written, by their full names."""
        whole = json.loads(self.bundle.canonical) if self.bundle.canonical else {}
        rules = {held["id"]: held["rule"] for held in whole.get("rules", ())}
        return rules | {held["id"]: held["strength"] for held in whole.get("strengths", ())}

    @cached_property
    def _criteria(self) -> Mapping[str, Criterion]:
        return {criterion.id: criterion for criterion in self.book.scorecard.criteria}

    def around(self) -> Iterator[Line]:
        """The days it judges, what it includes, and its scorecard."""
        say, book = self.texts.say, self.book
        if book.effective.since or book.effective.until:
            yield Line(0, say("sheet.effective", days=self._days(book.effective.since, book.effective.until)))
        packs = [origin for origin in dict.fromkeys(book.origins.values()) if origin != _name(book)]
        if packs:
            yield Line(0, say("sheet.includes", packs=say("says.comma").join(packs)))
        yield Line(0, say("sheet.scorecard", points=f"{book.scorecard.pass_score:g}"))
        for section in book.scorecard.sections:
            yield Line(1, say("sheet.section", word=self.texts.text(section.title), name=section.id))
            for criterion in section.criteria:
                yield Line(2, self._criterion(criterion))

    def changes(self) -> Iterator[Line]:
        """What was changed in included rules, and which were switched off; detectors that the book sets."""
        for rule_id, changes in self.bundle.overridden.items():
            yield from (Line(0, f"{rule_id} {self._override(change)}") for change in changes)
        for rule_id, reason in self.book.disabled.items():
            yield Line(0, self.texts.say("rulebook.disabled", rule=rule_id, reason=reason))
        for detector in self.book.detectors:
            if set(detector.labels) <= BY_LABEL.keys() and (told := settings_of(detector, is_all=False)):
                yield Line(0, self._settings(detector.labels[0], told))

    def in_short(self, rule: Rule) -> str:
        """What the rule listens for, on one line."""
        return Reader.of(self.book, self.texts, is_brief=True).in_short(rule.when)

    def rule(self, rule: Rule) -> Iterator[Line]:
        """Everything about one rule; its id and title first."""
        say, written = self.texts.say, self._written.get(rule.id, {})
        yield Line(0, f"{rule.id}  {self.texts.text(rule.title)}")
        yield Line(1, say("sheet.from", name=self.book.origins.get(rule.id, _name(self.book))))
        for change in self.bundle.overridden.get(rule.id, ()):
            yield Line(1, self._override(change))
        severity, stage = say(f"severity.{rule.severity.word}"), say(f"stage_of_rule.{rule.stage.value}")
        if rule.id in self.book.origins:
            yield Line(1, say("sheet.standing", severity=severity, stage=stage))
        yield from (Line(1, said) for said in self._costs(written))
        yield from (Line(1, said) for said in self._asked_of(rule, written))
        yield Line(1, say("sheet.listens"))
        yield from Reader.of(self.book, self.texts).lines(rule.when, 2)
        yield from self._limits(rule)
        yield from self._advice(rule)
        yield Line(1, self._examples(rule))

    def off(self, rule: SwitchedOff) -> Iterator[Line]:
        """A rule that is switched off: why, and what it says, so that it can be copied."""
        yield Line(0, f"{rule.id}  {self.texts.text(rule.title)}")
        yield Line(1, self.texts.say("sheet.from", name=rule.origin))
        yield Line(1, self.texts.say("rulebook.disabled", rule=rule.id, reason=rule.reason))
        yield Line(1, self.texts.say("rulebook.off_as_written"))
        yield from (Line(1, line) for line in as_written(rule.written))

    def _costs(self, written: Mapping[str, Any]) -> Iterator[str]:
        """The criterion, and what a hit costs or earns."""
        criterion = self._criteria.get(written.get("criterion", ""))
        if criterion is not None:
            yield self.texts.say("sheet.criterion", what=self._criterion(criterion))
        points = written.get("points", {})
        if written.get("stage") == "score":
            add, deduct = points.get("add"), points.get("deduct")
            key = "earns" if add is not None else "costs_all" if deduct is None else "costs"
            per = self.texts.say(f"sheet.per.{points.get('per', 'once')}")
            yield self.texts.say(f"sheet.{key}", points=f"{add or deduct or 0:g}", per=per)

    def _asked_of(self, rule: Rule, written: Mapping[str, Any]) -> Iterator[str]:
        """Of which calls it is asked, when it alerts, and what it rests on."""
        say = self.texts.say
        if rule.leg is not LegScope.ANY:
            yield say(f"sheet.leg.{rule.leg.value}")
        if rule.jurisdictions:
            yield say("sheet.jurisdiction", names=say("says.comma").join(sorted(rule.jurisdictions)))
        if rule.since or rule.until:
            yield say("sheet.asked", days=self._days(rule.since, rule.until))
        if alert := self.book.alerts.get(rule.id):
            yield say("sheet.alert", within=duration(alert.cool_down_ms), count=alert.at_most)
        if citation := written.get("citation"):
            yield say("sheet.citation", word=citation)

    def _limits(self, rule: Rule) -> Iterator[Line]:
        """The settings of the detectors that it listens to."""
        told: dict[str, None] = {}
        for label in sorted(labels_of(rule.when)):
            detector = operators_of(self.book).get(label)
            if label in BY_LABEL and detector is not None and (held := settings_of(detector)):
                told[self._settings(label, held)] = None
            elif isinstance(detector, Own) and (held := settings_of(detector.heard)):
                told[self._settings(detector.emits, held)] = None
        yield from (Line(1, said) for said in told)

    def _settings(self, label: str, settings: tuple[str, ...]) -> str:
        held = self.texts.say("says.comma").join(settings)
        return self.texts.say("sheet.settings", label=self.texts.label(label), name=label, settings=held)

    def _advice(self, rule: Rule) -> Iterator[Line]:
        for advice in self.book.advice.get(rule.id, ()):
            yield Line(1, self.texts.say("sheet.advice"))
            for key in ("what", "why", "instead"):
                text: Text = getattr(advice, key)
                yield Line(2, self.texts.say(f"sheet.{key}", word=self.texts.text(text)))

    def _examples(self, rule: Rule) -> str:
        sides = [example.must_match for example in self.book.examples if example.rule == rule.id]
        return self.texts.say("sheet.examples", match=sum(sides), no_match=len(sides) - sum(sides))

    def _criterion(self, criterion: Criterion) -> str:
        say, told = self.texts.say, [self.texts.say("sheet.most", points=f"{criterion.max_points:g}")]
        if criterion.base is not None:
            told.append(say("sheet.base", points=f"{criterion.base:g}"))
        if criterion.floor:
            told.append(say("sheet.floor", points=f"{criterion.floor:g}"))
        if criterion.fatal is not Fatal.NO:
            told.append(say(f"sheet.fatal.{criterion.fatal.value}"))
        settings = say("says.comma").join(told)
        return f"{criterion.id} {self.texts.text(criterion.title)}" + say("says.settings", settings=settings)

    def _override(self, change: Overridden) -> str:
        before, after = _short(change.before), _short(change.after)
        said = self.texts.say(
            "sheet.overridden", name=change.book, key=change.key, before=before, after=after
        )
        return said + (self.texts.say("sheet.reason", reason=change.reason) if change.reason else "")

    def _days(self, since: object, until: object) -> str:
        return self.texts.say("sheet.days", since=since or "…", until=until or "…")


def _name(book: Rulebook) -> str:
    return f"{book.name}@{book.version}"


def _short(value: object) -> str:
    """What a key held, as an author would write it on one line."""
    held = (
        value.model_dump(mode="json", by_alias=True, exclude_none=True)
        if hasattr(value, "model_dump")
        else value
    )
    if isinstance(held, dict):
        return ", ".join(
            f"{key}: {one:g}" if isinstance(one, float) else f"{key}: {one}" for key, one in held.items()
        )
    return "–" if held is None else str(held)
