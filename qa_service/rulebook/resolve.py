"""Includes and overrides: several files → one flat book, every rule with its full name and origin."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from qa_service.core.errors import RulebookError
from qa_service.rulebook.places import Place
from qa_service.rulebook.schema import (
    WrittenOverride,
    WrittenRule,
    WrittenRulebook,
    WrittenSection,
    WrittenStrength,
)


@dataclass(frozen=True, slots=True)
class Found:
    """A book as written, and what to call its file in errors."""

    written: WrittenRulebook
    source: str


#: Finds `name@version` for an include, or raises RulebookError.
Library = Callable[[str], Found]


@dataclass(frozen=True, slots=True)
class FlatRule:
    """A rule with its full id, the book it came from (`name@version`) and where it was written."""

    id: str
    origin: str
    place: Place
    written: WrittenRule


@dataclass(frozen=True, slots=True)
class FlatStrength:
    """A good moment with its full id and where it was written."""

    id: str
    place: Place
    written: WrittenStrength


@dataclass(slots=True)
class FlatBook:
    """A rulebook with everything it includes."""

    place: Place
    written: WrittenRulebook
    pass_score: float = 80.0
    rules: dict[str, FlatRule] = field(default_factory=dict)
    strengths: dict[str, FlatStrength] = field(default_factory=dict)
    sections: dict[str, WrittenSection] = field(default_factory=dict)
    detectors: dict[str, dict[str, Any]] = field(default_factory=dict)
    #: Where each detector was last set.
    settings_at: dict[str, Place] = field(default_factory=dict)
    disabled: dict[str, str] = field(default_factory=dict)

    def canonical(self) -> dict[str, object]:
        """What the digest is taken of: the resolved whole."""
        return {
            "name": self.written.name,
            "version": self.written.version,
            "title": self.written.title,
            "effective": self.written.effective,
            "pass": self.pass_score,
            "sections": list(self.sections.values()),
            "detectors": self.detectors,
            "rules": [{"id": r.id, "origin": r.origin, "rule": r.written} for r in self.rules.values()],
            "strengths": [{"id": s.id, "strength": s.written} for s in self.strengths.values()],
            "disabled": self.disabled,
        }


def resolve(book: Found, library: Library, *, outer: tuple[str, ...] = ()) -> FlatBook:
    """Flattens a book: included books first, then its own parts, then its overrides.

    Raises:
        RulebookError: an include that is not there or goes in a circle, a name that stands twice, an
            override of nothing.
    """
    flat = FlatBook(Place(book.source), book.written)
    chain = (*outer, book.written.name)
    for i, name in enumerate(book.written.include):
        place = flat.place.at("include", i)
        if name.partition("@")[0] in chain:
            circle = " → ".join((*chain, name))
            problem = f"books include each other in a circle: {circle}"
            raise place.error("circle", problem, "Take one of them out", word=circle)
        _include(flat, resolve(_found(library, name, place), library, outer=chain), place)
    _add_own(flat)
    for rule_id, override in book.written.override.items():
        _override(flat, rule_id, override)
    return flat


def _found(library: Library, name: str, place: Place) -> Found:
    try:
        return library(name)
    except RulebookError as error:
        raise place.seen_from(error) from error


def _include(flat: FlatBook, inner: FlatBook, place: Place) -> None:
    for rule_id in sorted({*flat.rules, *flat.disabled} & {*inner.rules, *inner.disabled}):
        if flat.rules.get(rule_id) != inner.rules.get(rule_id):
            problem = f"{rule_id!r} comes by two ways, and not the same"
            raise place.error("include_twice", problem, "Include its book once, directly", word=rule_id)
    flat.rules |= inner.rules
    flat.strengths |= inner.strengths
    flat.disabled |= inner.disabled
    flat.pass_score = inner.pass_score
    _add_sections(flat, inner.sections.values())
    for label, settings in inner.detectors.items():
        _set_detector(flat, label, settings, inner.settings_at[label])


def _add_own(flat: FlatBook) -> None:
    written, origin = flat.written, f"{flat.written.name}@{flat.written.version}"
    for i, rule in enumerate(written.rules):
        full_id, place = f"{written.name}/{rule.id}", flat.place.at("rules", i).about(rule.id, i)
        _refuse_second(rule.id, full_id, flat, place)
        flat.rules[full_id] = FlatRule(full_id, origin, place, rule)
    for i, strength in enumerate(written.strengths):
        full_id, place = f"{written.name}/{strength.id}", flat.place.at("strengths", i).about(strength.id, i)
        _refuse_second(strength.id, full_id, flat, place)
        flat.strengths[full_id] = FlatStrength(full_id, place, strength)
    _refuse_second_criterion(flat)
    _add_sections(flat, written.scorecard.sections)
    if "pass_" in written.scorecard.model_fields_set:
        flat.pass_score = written.scorecard.pass_
    for label, settings in written.detectors.items():
        _set_detector(flat, label, settings, flat.place.at(f"detectors.{label}"))


def _refuse_second(own_id: str, full_id: str, flat: FlatBook, place: Place) -> None:
    if full_id in flat.rules or full_id in flat.strengths:
        raise place.at("id").error("id_twice", f"{own_id!r} stands twice", "Give one another id", word=own_id)


def _refuse_second_criterion(flat: FlatBook) -> None:
    seen: set[str] = set()
    for i, section in enumerate(flat.written.scorecard.sections):
        here = flat.place.at("scorecard", "sections", i)
        ids = [(section.id, here)]
        ids += [(f"{c.id}", here.at("criteria", j)) for j, c in enumerate(section.criteria)]
        for kind, (name, place) in zip(("section", *["criterion"] * len(section.criteria)), ids, strict=True):
            if f"{kind} {name}" in seen:
                raise place.at("id").error(
                    "id_twice", f"{name!r} stands twice", "Give one another id", word=name
                )
            seen.add(f"{kind} {name}")


def _add_sections(flat: FlatBook, sections: Iterable[WrittenSection]) -> None:
    """Adds criteria; one that is there already moves to where it is written last, with what is said there."""
    for section in sections:
        own = {criterion.id for criterion in section.criteria}
        for name, known in flat.sections.items():
            left = [c for c in known.criteria if c.id not in own]
            flat.sections[name] = known.model_copy(update={"criteria": left})
        kept = flat.sections[section.id].criteria if section.id in flat.sections else []
        flat.sections[section.id] = section.model_copy(update={"criteria": [*kept, *section.criteria]})
    for name in [name for name, section in flat.sections.items() if not section.criteria]:
        del flat.sections[name]


def _set_detector(flat: FlatBook, label: str, settings: dict[str, Any], place: Place) -> None:
    flat.detectors[label] = {**flat.detectors.get(label, {}), **settings}
    flat.settings_at[label] = place


def _override(flat: FlatBook, rule_id: str, override: WrittenOverride) -> None:
    if rule_id not in flat.rules:
        place = flat.place.at("override", rule_id)
        raise place.unknown("override_unknown", rule_id, flat.rules, "there is no such rule")
    if override.disable:
        del flat.rules[rule_id]
        flat.disabled[rule_id] = override.reason
        return
    changes = {
        key: value for key in ("severity", "stage", "points") if (value := getattr(override, key)) is not None
    }
    rule = flat.rules[rule_id]
    flat.rules[rule_id] = replace(rule, written=rule.written.model_copy(update=changes))
