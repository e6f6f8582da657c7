"""Reads `when`: a condition in YAML → a condition on tags, plus the operators it needs.

A condition has one *what* (`tag`, `phrases`, `regex`, `all`, `any`, `absent`) and may have modifiers:
`role`, `first`/`last` (scope), `min_confidence`, `count: {at_least: n}`, and anchors `after`, `before`,
`near`, `not_after`, `not_before`, `not_near`, each a condition with `within: 30s` or `within: 2 utterances`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from qa_service.core.errors import RulebookError
from qa_service.core.speech import Role
from qa_service.detectors.patterns import PatternRule
from qa_service.detectors.phrases import PhraseRule
from qa_service.rulebook.durations import parse_duration_ms, parse_steps
from qa_service.rules.conditions import (
    Absent,
    AllOf,
    AnyOf,
    Condition,
    Distance,
    Lacking,
    Nearby,
    Repeated,
    Scope,
    Side,
    Tagged,
)

_WHATS = ("tag", "phrases", "regex", "all", "any", "absent")
_ANCHORS: dict[str, tuple[type[Nearby] | type[Lacking], Side]] = {
    "after": (Nearby, Side.BEFORE),
    "before": (Nearby, Side.AFTER),
    "near": (Nearby, Side.AROUND),
    "not_after": (Lacking, Side.BEFORE),
    "not_before": (Lacking, Side.AFTER),
    "not_near": (Lacking, Side.AROUND),
}
_MODIFIERS = ("role", "first", "last", "min_confidence", "count", *_ANCHORS)
_EXCUSES = ("negated", "quoted", "question", "conditional", "prohibited", "bounded")


@dataclass(slots=True)
class Operators:
    """The phrase and pattern operators that a rule's conditions compile to (decisions.md 1)."""

    rule: str
    phrases: list[PhraseRule] = field(default_factory=list)
    patterns: list[PatternRule] = field(default_factory=list)
    count: int = 0

    def label(self) -> str:
        """The next label `rule.<rule id>.<n>`."""
        self.count += 1
        return f"rule.{self.rule}.{self.count}"


@dataclass(frozen=True, slots=True)
class WhenReader:
    """Reads the conditions of one rule; `known` are the labels that detectors can emit."""

    source: str
    known: frozenset[str]
    operators: Operators

    def read(self, node: object, where: str, *, role: Role | None = None) -> Condition:
        """The condition at `where`; `role` is inherited from the surrounding one."""
        if not isinstance(node, dict):
            raise self.error(where, "is not a condition", f"Write a mapping with one of {', '.join(_WHATS)}")
        whats = [key for key in node if key in _WHATS]
        if len(whats) != 1:
            raise self.error(where, "needs exactly one operator", f"Use one of {', '.join(_WHATS)}")
        unknown = [key for key in node if key not in _WHATS and key not in _MODIFIERS]
        if unknown:
            raise self.error(f"{where}.{unknown[0]}", "is not a known key", f"Known: {', '.join(_MODIFIERS)}")
        own_role = self._role(node, where) or role
        condition = self._what(whats[0], node, where, own_role)
        condition = self._anchored(condition, node, where)
        return self._counted(condition, node, where)

    def error(self, where: str, problem: str, fix: str = "") -> RulebookError:
        """An error at `where` in this file."""
        return RulebookError(source=self.source, where=where, problem=problem, fix=fix)

    def _what(self, key: str, node: Mapping[str, Any], where: str, role: Role | None) -> Condition:
        value, here = node[key], f"{where}.{key}"
        match key:
            case "tag":
                return self._tagged(value, node, here, role)
            case "phrases":
                return self._phrases(value, node, here, role)
            case "regex":
                return self._regex(value, node, here, role)
            case "absent":
                return self._absent(value, node, here, role)
        if not isinstance(value, list) or not value:
            raise self.error(here, "is not a list of conditions", "Write each condition after a dash")
        parts = tuple(self._part(part, f"{here}[{i}]", role) for i, part in enumerate(value))
        return AllOf(parts) if key == "all" else AnyOf(parts)

    def _part(self, node: object, where: str, role: Role | None) -> Condition:
        """A part of all/any: a condition, or a bare anchor such as `near: {any: [词], within: …}`."""
        if isinstance(node, dict) and len(node) == 1 and next(iter(node)) in _ANCHORS:
            key = next(iter(node))
            return self._anchor(key, node[key], f"{where}.{key}", role)
        return self.read(node, where, role=role)

    def _tagged(self, value: object, node: Mapping[str, Any], where: str, role: Role | None) -> Tagged:
        labels = [value] if isinstance(value, str) else value
        if not isinstance(labels, list) or not labels or not all(isinstance(x, str) for x in labels):
            raise self.error(where, "is not a label", "Write a label such as pace.fast, or a list of them")
        for label in labels:
            if label not in self.known:
                raise self.error(
                    where, f"no detector emits {label!r}", f"Known: {', '.join(sorted(self.known))}"
                )
        return Tagged(tuple(labels), role, self._scope(node, where), self._confidence(node, where))

    def _phrases(self, value: object, node: Mapping[str, Any], where: str, role: Role | None) -> Tagged:
        spec = self._mapping(
            {"any": value} if isinstance(value, list) else value,
            ("any", "role", "unless", "sounds_like"),
            where,
        )
        words = spec.get("any")
        if (
            not isinstance(words, list)
            or not words
            or not all(isinstance(w, str) and w.strip() for w in words)
        ):
            raise self.error(f"{where}.any", "is not a list of phrases", "Write at least one phrase")
        role = self._role(spec, where) or role
        label = self.operators.label()
        self.operators.phrases.append(
            PhraseRule(
                label=label,
                any=tuple(words),
                role=role,
                unless=self._unless(spec, where),
                sounds_like=self._sounds_like(spec, where),
            )
        )
        return Tagged((label,), role, self._scope(node, where))

    def _regex(self, value: object, node: Mapping[str, Any], where: str, role: Role | None) -> Tagged:
        spec = self._mapping(
            {"pattern": value} if isinstance(value, str) else value, ("pattern", "role", "unless"), where
        )
        pattern = spec.get("pattern")
        if not isinstance(pattern, str) or not pattern:
            raise self.error(f"{where}.pattern", "is not a regular expression", "Write one in quotes")
        role = self._role(spec, where) or role
        label = self.operators.label()
        self.operators.patterns.append(
            PatternRule(label=label, pattern=pattern, role=role, unless=self._unless(spec, where))
        )
        return Tagged((label,), role, self._scope(node, where))

    def _absent(self, value: object, node: Mapping[str, Any], where: str, role: Role | None) -> Absent:
        scope = self._scope(node, where)
        what = self.read(value, where, role=role)
        if role is None:
            raise self.error(where, "does not say who should have spoken", "Add role: agent beside it")
        if isinstance(what, Tagged):
            what = Tagged(what.labels, what.role, scope, what.min_confidence)
        return Absent(what, self.operators.label(), role, scope)

    def _anchored(self, condition: Condition, node: Mapping[str, Any], where: str) -> Condition:
        anchors = [self._anchor(key, node[key], f"{where}.{key}", None) for key in node if key in _ANCHORS]
        return AllOf((condition, *anchors)) if anchors else condition

    def _anchor(self, key: str, value: object, where: str, role: Role | None) -> Condition:
        if not isinstance(value, dict):
            raise self.error(where, "is not a condition", "Write for example {tag: …, within: 30s}")
        rest = {k: v for k, v in value.items() if k != "within"}
        if isinstance(rest.get("any"), list) and all(isinstance(x, str) for x in rest["any"]):
            rest = {"phrases": {"any": rest.pop("any"), "unless": []}, **rest}
        kind, side = _ANCHORS[key]
        what, distance = self.read(rest, where, role=role), self._distance(value, side, where)
        return kind(what, distance)

    def _distance(self, node: Mapping[str, Any], side: Side, where: str) -> Distance:
        if "within" not in node:
            return Distance(side)
        within = node["within"]
        steps, ms = parse_steps(within), parse_duration_ms(within)
        if steps is None and ms is None:
            raise self.error(f"{where}.within", f"{within!r} is not a distance", "Write 30s or 2 utterances")
        return Distance(side, within_ms=ms, within_utterances=steps)

    def _counted(self, condition: Condition, node: Mapping[str, Any], where: str) -> Condition:
        if "count" not in node:
            return condition
        count = self._mapping(node["count"], ("at_least",), f"{where}.count")
        at_least = count.get("at_least")
        if not isinstance(at_least, int) or at_least < 1:
            raise self.error(f"{where}.count.at_least", f"{at_least!r} is not a count", "Write 2, 3 …")
        return Repeated(condition, at_least) if at_least > 1 else condition

    def _scope(self, node: Mapping[str, Any], where: str) -> Scope:
        if "first" in node and "last" in node:
            raise self.error(where, "has both first and last", "Keep one of them")
        return Scope(self._ms(node, "first", where), self._ms(node, "last", where))

    def _ms(self, node: Mapping[str, Any], key: str, where: str) -> int | None:
        if key not in node:
            return None
        duration_ms = parse_duration_ms(node[key])
        if duration_ms is None:
            raise self.error(f"{where}.{key}", f"{node[key]!r} is not a duration", "Write it as 30s or 2m")
        return duration_ms

    def _confidence(self, node: Mapping[str, Any], where: str) -> float:
        value = node.get("min_confidence", 0.0)
        if not isinstance(value, int | float) or not 0 <= value <= 1:
            raise self.error(f"{where}.min_confidence", f"{value!r} is not between 0 and 1", "Write 0.7")
        return float(value)

    def _role(self, node: object, where: str) -> Role | None:
        name = node.get("role") if isinstance(node, dict) else None
        if name is None:
            return None
        if name not in {"agent", "customer"}:
            raise self.error(f"{where}.role", f"{name!r} is not a role", "Write agent or customer")
        return Role(name)

    def _unless(self, spec: object, where: str) -> frozenset[str]:
        excuses = spec.get("unless", ["negated", "quoted", "question"]) if isinstance(spec, dict) else []
        if not isinstance(excuses, list) or not set(excuses) <= set(_EXCUSES):
            raise self.error(f"{where}.unless", "has unknown words", f"Known: {', '.join(_EXCUSES)}")
        return frozenset(excuses)

    def _sounds_like(self, spec: object, where: str) -> str:
        value = spec.get("sounds_like", "exact") if isinstance(spec, dict) else "exact"
        tolerance = value.get("tolerance") if isinstance(value, dict) else value
        if tolerance not in {"exact", "near"}:
            raise self.error(
                f"{where}.sounds_like", f"{tolerance!r} is not a tolerance", "Write exact or near"
            )
        return str(tolerance)

    def _mapping(self, node: object, known: tuple[str, ...], where: str) -> Mapping[str, Any]:
        if not isinstance(node, dict):
            raise self.error(where, "is not a mapping", f"Known keys: {', '.join(known)}")
        for key in node:
            if key not in known:
                raise self.error(f"{where}.{key}", "is not a known key", f"Known: {', '.join(known)}")
        return node
