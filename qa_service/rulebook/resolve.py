"""Includes and overrides: several files → one flat book, every rule with its full name and origin."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from qa_service.core.errors import RulebookError
from qa_service.rulebook.schema import (
    WrittenOverride,
    WrittenRule,
    WrittenRulebook,
    WrittenSection,
    WrittenStrength,
)

#: Gives the written form of `name@version` for an include, or raises RulebookError.
Library = Callable[[str], WrittenRulebook]

#: Books that include books that include books: deeper than this is a loop or a maze.
MAX_DEPTH = 5


@dataclass(frozen=True, slots=True)
class FlatRule:
    """A rule with its full id and where it was written (`source: rules[3]`)."""

    id: str
    origin: str
    where: str
    written: WrittenRule


@dataclass(frozen=True, slots=True)
class FlatStrength:
    """A good moment with its full id and where it was written."""

    id: str
    where: str
    written: WrittenStrength


@dataclass(slots=True)
class FlatBook:
    """A rulebook with everything it includes."""

    source: str
    written: WrittenRulebook
    rules: dict[str, FlatRule] = field(default_factory=dict)
    strengths: dict[str, FlatStrength] = field(default_factory=dict)
    sections: dict[str, WrittenSection] = field(default_factory=dict)
    detectors: dict[str, dict[str, Any]] = field(default_factory=dict)
    disabled: dict[str, str] = field(default_factory=dict)

    def canonical(self) -> dict[str, object]:
        """What the digest is taken of: the resolved whole."""
        return {
            "name": self.written.name,
            "version": self.written.version,
            "title": self.written.title,
            "effective": self.written.effective,
            "pass": self.written.scorecard.pass_,
            "sections": list(self.sections.values()),
            "detectors": self.detectors,
            "rules": [{"id": r.id, "origin": r.origin, "rule": r.written} for r in self.rules.values()],
            "strengths": [{"id": s.id, "strength": s.written} for s in self.strengths.values()],
            "disabled": self.disabled,
        }


def resolve(written: WrittenRulebook, source: str, library: Library, *, depth: int = 0) -> FlatBook:
    """Flattens a book: included books first, then its own parts, then its overrides.

    Raises:
        RulebookError: an include that is not there, a name that stands twice, an override of nothing.
    """
    if depth > MAX_DEPTH:
        raise RulebookError(source=source, where="include", problem="books include each other in a circle")
    flat = FlatBook(source, written)
    for i, name in enumerate(written.include):
        _include(flat, library, name, where=f"include[{i}]", depth=depth)
    _add_own(flat)
    for rule_id, override in written.override.items():
        _override(flat, rule_id, override)
    return flat


def _include(flat: FlatBook, library: Library, name: str, *, where: str, depth: int) -> None:
    try:
        included = library(name)
    except RulebookError as error:
        raise RulebookError(
            source=flat.source, where=where, problem=f"{name!r} cannot be included: {error}"
        ) from error
    inner = resolve(included, name, library, depth=depth + 1)
    flat.rules |= inner.rules
    flat.strengths |= inner.strengths
    flat.sections |= inner.sections
    flat.disabled |= inner.disabled
    for label, settings in inner.detectors.items():
        flat.detectors[label] = {**flat.detectors.get(label, {}), **settings}


def _add_own(flat: FlatBook) -> None:
    written, origin = flat.written, f"{flat.written.name}@{flat.written.version}"
    for i, rule in enumerate(written.rules):
        full_id = f"{written.name}/{rule.id}"
        if full_id in flat.rules:
            raise RulebookError(
                source=flat.source, where=f"rules[{i}].id", problem=f"{rule.id!r} stands twice"
            )
        flat.rules[full_id] = FlatRule(full_id, origin, f"rules[{i}]", rule)
    for i, strength in enumerate(written.strengths):
        full_id = f"{written.name}/{strength.id}"
        flat.strengths[full_id] = FlatStrength(full_id, f"strengths[{i}]", strength)
    for section in written.scorecard.sections:
        flat.sections[section.id] = section
    for label, settings in written.detectors.items():
        flat.detectors[label] = {**flat.detectors.get(label, {}), **settings}


def _override(flat: FlatBook, rule_id: str, override: WrittenOverride) -> None:
    if rule_id not in flat.rules:
        raise RulebookError(
            source=flat.source, where=f"override.{rule_id}", problem="there is no such rule",
            fix=f"Rules: {', '.join(list(flat.rules)[:10])} …",
        )  # fmt: skip
    if override.disable:
        del flat.rules[rule_id]
        flat.disabled[rule_id] = override.reason
        return
    changes = {
        key: value for key in ("severity", "stage", "points") if (value := getattr(override, key)) is not None
    }
    rule = flat.rules[rule_id]
    flat.rules[rule_id] = replace(rule, written=rule.written.model_copy(update=changes))
