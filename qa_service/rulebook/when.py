"""Reads `when`: a condition in YAML → a condition on tags, plus the operators it needs.

A condition has one *what* (`tag`, `phrases`, `regex`, `all`, `any`, `absent`) and may have modifiers:
`role`, `first`/`last` (scope), `min_confidence`, `count: {at_least: n}`, and anchors `after`, `before`,
`near`, `not_after`, `not_before`, `not_near`, each a condition with `within: 30s` or `within: 2 utterances`.
What stands beside `all` or `any` holds for each of their parts that does not say otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass

from qa_service.core.speech import Role
from qa_service.rulebook.anchors import ANCHORS, anchored, bare_anchor, inside
from qa_service.rulebook.modifiers import NARROWING, Node, confidence_of, counted, role_of, scope_of
from qa_service.rulebook.operators import Operators
from qa_service.rulebook.places import Place
from qa_service.rules.conditions import Absent, AllOf, AnyOf, Condition, Tagged, narrowed

_WHATS = ("tag", "phrases", "regex", "all", "any", "absent")
_MODIFIERS = (*NARROWING, *ANCHORS)
#: Operators that the language will have; named so that nobody looks for a slip of the pen.
_LATER = ("similar",)


@dataclass(frozen=True, slots=True)
class WhenReader:
    """Reads the conditions of one rule; `known` are the labels that detectors can emit."""

    known: frozenset[str]
    operators: Operators

    def read(self, node: object, place: Place, *, role: Role | None = None) -> Condition:
        """The condition at `place`; `role` is inherited from the surrounding one.

        Raises:
            RulebookError: what does not hold, by its path.
        """
        held = _condition(node, place)
        key = _what(held, place)
        own_role = role_of(held, place) or role
        condition = self._operator(key, held, place, own_role)
        condition = narrowed(condition, scope_of(held, place), confidence_of(held, place))
        anchors = [self._anchor(name, held[name], place.at(name)) for name in ANCHORS if name in held]
        return counted(AllOf((condition, *anchors)) if anchors else condition, held, place)

    def _operator(self, key: str, node: Node, place: Place, role: Role | None) -> Condition:
        value, here = node[key], place.at(key)
        match key:
            case "tag":
                return self._tagged(value, here, role)
            case "phrases":
                return self.operators.read_phrases(value, here, role)
            case "regex":
                return self.operators.read_regex(value, here, role)
            case "absent":
                return self._absent(node, place, role)
        return self._parts(key, value, here, role)

    def _tagged(self, value: object, place: Place, role: Role | None) -> Tagged:
        labels = [value] if isinstance(value, str) else value
        if not isinstance(labels, list) or not labels or not all(isinstance(x, str) for x in labels):
            fix = "Write a label such as pace.fast, or a list of them"
            raise place.error("label", "is not a label", fix)
        for label in labels:
            if label not in self.known:
                raise place.unknown("label_unknown", label, self.known, f"no detector emits {label!r}")
        return Tagged(tuple(labels), role)

    def _absent(self, node: Node, place: Place, role: Role | None) -> Absent:
        here, scope = place.at("absent"), scope_of(node, place)
        what = self.read(node["absent"], here, role=role)
        if role is None:
            fix = "Add role: agent beside absent"
            raise here.error("absent_role", "does not say who should have spoken", fix)
        return Absent(narrowed(what, scope), self.operators.label(), role, scope)

    def _parts(self, key: str, value: object, place: Place, role: Role | None) -> AllOf | AnyOf:
        if not isinstance(value, list) or not value:
            raise place.error("parts", "is not a list of conditions", "Write each condition after a dash")
        parts = []
        for i, node in enumerate(value):
            anchor, here = bare_anchor(node), place.at(i)
            if anchor and (key == "any" or i == 0):
                fix = "Write what it stands beside first, in a list under all"
                raise here.at(anchor).error("anchor_alone", "stands beside nothing", fix)
            parts.append(
                self._anchor(anchor, node[anchor], here.at(anchor), role)
                if anchor
                else self.read(node, here, role=role)
            )
        return AllOf(tuple(parts)) if key == "all" else AnyOf(tuple(parts))

    def _anchor(self, key: str, value: object, place: Place, role: Role | None = None) -> Condition:
        what = self.read(inside(value, place), place, role=role)
        return anchored(key, what, value if isinstance(value, dict) else {}, place)


def _condition(node: object, place: Place) -> Node:
    """The node as a mapping with known keys."""
    if not isinstance(node, dict):
        fix = f"Write a mapping with one of {', '.join(_WHATS)}"
        raise place.error("condition", "is not a condition", fix, known=", ".join(_WHATS))
    for key in node:
        if key in _LATER:
            problem = f"the operator {key} is not available yet"
            fix = "Use phrases or regex until it is, or leave the rule out"
            raise place.at(key).error("operator_later", problem, fix, word=key)
        if key not in _WHATS and key not in _MODIFIERS:
            known = (*_WHATS, *_MODIFIERS)
            raise place.at(str(key)).unknown("key_unknown", key, known, "is not a known key")
    return node


def _what(node: Node, place: Place) -> str:
    """The one operator of a condition."""
    whats = [key for key in node if key in _WHATS]
    if len(whats) != 1:
        known = ", ".join(_WHATS)
        problem = "has several operators" if whats else "has no operator"
        fix = f"Use exactly one of {known}; join several with all or any"
        raise place.error("operator_count", problem, fix, known=known, count=len(whats))
    return whats[0]
