"""Reads `when`: a condition in YAML → a condition on tags, plus the operators it needs.

A condition has one *what* (`tag`, `phrases`, `regex`, `all`, `any`, `absent`, `steps` …) and may have modifiers:
`role`, `first`/`last` (scope), `min_confidence`, `max_confidence`, `count: {at_least: n}`, `every`, and anchors
`after`, `before`, `near`, `not_after`, `not_before`, `not_near`, each a condition with `within: 30s` or
`within: 2 utterances`, and `which` of its hits.
What stands beside `all` or `any` holds for each of their parts that does not say otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass

from qa_service.core.errors import RulebookError
from qa_service.core.speech import Role
from qa_service.rulebook.anchors import ANCHORS, PLACING, anchored, bare_anchor, distance_of, inside, which_of
from qa_service.rulebook.every import each, least_chars
from qa_service.rulebook.mistakes import Mistakes, together
from qa_service.rulebook.modifiers import (
    NARROWING,
    ROLES,
    Narrowing,
    Node,
    capped,
    counted,
    narrowing_of,
    strange_keys,
)
from qa_service.rulebook.operators import Operators
from qa_service.rulebook.own import KINDS
from qa_service.rulebook.places import Place
from qa_service.rulebook.scopes import read_scope
from qa_service.rulebook.steps import StepsReader
from qa_service.rules.about import narrowed
from qa_service.rules.conditions import Absent, AllOf, AnyOf, Condition, Steps, Tagged

WHATS = ("tag", "phrases", "regex", "similar", "means", "answers", "all", "any", "absent", "steps", *KINDS)
MODIFIERS = (*NARROWING, "every", *ANCHORS, "settings")
#: An operator that may also stand beside another one: only in such calls.
BESIDE = "call"
#: Keys that stand inside operators, and are written beside them by mistake.
_HOLDING = {
    "unless": ("regex", "phrases"),
    "sounds_like": ("regex", "phrases"),
    "pattern": ("regex",),
    **dict.fromkeys(("whole_words", "at_least", "none", "window", "of"), ("phrases",)),
}
#: What may stand in a condition, whatever else does.
_MAY_STAND = frozenset((*WHATS, *MODIFIERS)).difference(PLACING)


@dataclass(frozen=True, slots=True)
class WhenReader:
    """Reads the conditions of one rule; `known` are the labels that detectors can emit."""

    known: frozenset[str]
    operators: Operators

    def read(self, node: object, place: Place, *, role: Role | None = None) -> Condition:
        """The condition at `place`; `role` is inherited from the surrounding one.

        Raises:
            RulebookError: everything in it that does not hold, by its path.
        """
        held = _condition(node, place)
        self.operators.limits.take("conditions", 1, place)
        key = _what(held, place)
        if held.keys() <= {key, "role"} and held.get("role", ROLES[0]) in ROLES:
            return self._operator(key, held, place, Role(held["role"]) if "role" in held else role)
        narrowing = Narrowing()
        with Mistakes() as mistakes:
            mistakes.note(*_strange(held, place))
            with mistakes.noted():
                narrowing = narrowing_of(held, place)
            with mistakes.noted():
                condition = self._operator(key, held, place, narrowing.role or role)
            with mistakes.noted():
                anchors = self._anchors(held, place)
            with mistakes.noted():
                _check_count(key, held, place)
            with mistakes.noted():
                least = least_chars(key, held, place)
            with mistakes.noted():
                _check_settings(key, held, place)
            with mistakes.noted():
                calls = self._calls(key, held, place)
        condition = narrowed(condition, narrowing.scope, narrowing.min_confidence)
        beside = AllOf((condition, *anchors, *calls)) if (*anchors, *calls) else condition
        if least is not None:
            beside = each(beside, narrowing.role or role, narrowing.scope, least)
        return counted(capped(beside, narrowing.max_confidence), narrowing.at_least)

    def _operator(self, key: str, node: Node, place: Place, role: Role | None) -> Condition:
        value, here = node[key], place.at(key)
        match key:
            case "tag":
                return self._tagged(node, place, role)
            case "phrases" | "regex" | "similar" | "means" | "answers":
                return self._words(key, value, here, role)
            case "absent":
                return self._absent(node, place, role)
            case "steps":
                return self._steps(value, here, role)
            case _ if key in KINDS:
                return self.operators.read_own(key, value, here, role)
        return self._parts(key, value, here, role)

    def _words(self, key: str, value: object, place: Place, role: Role | None) -> Tagged:
        """An operator on what was said."""
        if key == "answers":
            return self.operators.read_answers(value, place)
        read = {
            "phrases": self.operators.read_phrases,
            "regex": self.operators.read_regex,
            "similar": self.operators.read_similar,
            "means": self.operators.read_means,
        }
        return read[key](value, place, role)

    def _calls(self, key: str, node: Node, place: Place) -> list[Condition]:
        """`call` beside another operator."""
        if key == BESIDE or BESIDE not in node:
            return []
        return [self.operators.read_own(BESIDE, node[BESIDE], place.at(BESIDE))]

    def _tagged(self, node: Node, around: Place, role: Role | None) -> Tagged:
        value, place = node["tag"], around.at("tag")
        labels = [value] if isinstance(value, str) else value
        if not isinstance(labels, list) or not labels or not all(isinstance(x, str) for x in labels):
            fix = "Write a label such as pace.fast, or a list of them"
            raise place.error("label", "is not a label", fix)
        with Mistakes() as mistakes:
            for label in labels:
                if label not in self.known:
                    problem = f"no detector emits {label!r}"
                    mistakes.note(place.unknown("label_unknown", label, self.known, problem))
        if "settings" not in node:
            return Tagged(tuple(labels), role)
        if len(labels) > 1:
            problem = "has settings for several labels"
            raise around.at("settings").error(
                "settings_several", problem, "Write one label, and join several with any"
            )
        return self.operators.read_settings(labels[0], node["settings"], around.at("settings"), role)

    def _absent(self, node: Node, place: Place, role: Role | None) -> Absent:
        here, scope = place.at("absent"), read_scope(node, place)
        with Mistakes() as mistakes:
            with mistakes.noted():
                what = self.read(node["absent"], here, role=role)
            if role is None and "role" not in node:
                fix = "Add role: agent beside absent"
                mistakes.note(here.error("absent_role", "does not say who should have spoken", fix))
        return Absent(narrowed(what, scope), self.operators.label(), role or Role.UNKNOWN, scope)

    def _steps(self, value: object, place: Place, role: Role | None) -> Steps:
        def read(node: object, at: Place, around: Role | None) -> Condition:
            return self.read(node, at, role=around)

        return StepsReader(read, self.operators.label, WHATS, MODIFIERS).steps(value, place, role)

    def _parts(self, key: str, value: object, place: Place, role: Role | None) -> AllOf | AnyOf:
        if not isinstance(value, list) or not value:
            raise place.error("parts", "is not a list of conditions", "Write each condition after a dash")
        parts: list[Condition] = []
        with Mistakes() as mistakes:
            for i, node in enumerate(value):
                with mistakes.noted():
                    first = key == "any" or i == 0
                    parts.append(self._part(node, place.at(i), role, may_be_anchor=not first))
        return AllOf(tuple(parts)) if key == "all" else AnyOf(tuple(parts))

    def _part(self, node: object, place: Place, role: Role | None, *, may_be_anchor: bool) -> Condition:
        anchor = bare_anchor(node)
        if anchor is None or not isinstance(node, dict):
            return self.read(node, place, role=role)
        if not may_be_anchor:
            fix = "Write what it stands beside first, in a list under all"
            raise place.at(anchor).error("anchor_alone", "stands beside nothing", fix)
        return self._anchor(anchor, node, place, role)

    def _anchors(self, node: Node, place: Place) -> list[Condition]:
        anchors: list[Condition] = []
        if node.keys().isdisjoint(ANCHORS):
            return anchors
        with Mistakes() as mistakes:
            for name in ANCHORS:
                if name in node:
                    with mistakes.noted():
                        anchors.append(self._anchor(name, node, place))
        return anchors

    def _anchor(self, key: str, node: Node, place: Place, role: Role | None = None) -> Condition:
        value, here = node[key], place.at(key)
        with Mistakes() as mistakes:
            with mistakes.noted():
                what = self.read(inside(value, here), here, role=role)
            with mistakes.noted():
                distance = distance_of(key, value, here)
            with mistakes.noted():
                which = which_of(key, value, here)
        return anchored(key, what, distance, which)


def _condition(node: object, place: Place) -> Node:
    """The node as a mapping in which an operator may be found."""
    if not isinstance(node, dict):
        fix = f"Write a mapping with one of {', '.join(WHATS)}"
        raise place.error("condition", "is not a condition", fix, known=", ".join(WHATS))
    strange = _strange(node, place)
    if strange and not any(what in node for what in WHATS):
        raise together(strange)  # one of them was meant to be the operator
    return node


def _strange(node: Node, place: Place) -> list[RulebookError]:
    """An error for every key that may not stand in a condition."""
    if _MAY_STAND.issuperset(node):
        return []
    known = (*WHATS, *MODIFIERS, *PLACING)
    lost = [_beside_no_anchor(place.at(key), key) for key in node if key in PLACING]
    inner = [
        _inside_operator(place.at(key), key, what)
        for key in node
        for what in _HOLDING.get(key, ())
        if what in node and key not in known
    ]
    strange = strange_keys(
        {key: node[key] for key in node if key not in {one.steps[-1] for one in inner}}, known, place
    )
    return [*lost, *inner, *strange]


def _inside_operator(place: Place, key: str, what: str) -> RulebookError:
    form = f"{what}: {{{'pattern' if what == 'regex' else 'any'}: …, {key}: …}}"
    problem, fix = f"{key} stands beside {what}, and belongs inside it", f"Write {form}"
    return place.error("key_of_operator", problem, fix, word=key, operator=what, form=form)


def _beside_no_anchor(place: Place, key: str) -> RulebookError:
    fix = "Write it inside after, before or near"
    return place.error("key_of_anchor", f"{key} stands beside no anchor", fix, word=key)


def _what(node: Node, place: Place) -> str:
    """The one operator of a condition."""
    whats = [key for key in node if key in WHATS]
    whats = [key for key in whats if key != BESIDE] or whats
    if len(whats) != 1:
        known = ", ".join(WHATS)
        problem = "has several operators" if whats else "has no operator"
        fix = f"Use exactly one of {known}; join several with all or any"
        raise place.error("operator_count", problem, fix, known=known, count=len(whats))
    return whats[0]


def _check_settings(key: str, node: Node, place: Place) -> None:
    if key != "tag" and "settings" in node:
        problem = f"{key} has no settings beside it"
        raise place.at("settings").error(
            "settings_of_tag", problem, "Write them inside the operator", word=key
        )


def _check_count(key: str, node: Node, place: Place) -> None:
    if key == "absent" and "count" in node and not any(name in node for name in ANCHORS):
        problem = "something is absent once or not at all"
        raise place.at("count").error("count_absent", problem, "Remove count")
