"""Reads `steps`: what has to be said one after the other, and what follows from an answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from qa_service.core.speech import Role
from qa_service.rulebook.durations import parse_duration_ms, parse_steps
from qa_service.rulebook.mistakes import Mistakes, together
from qa_service.rulebook.modifiers import Node, role_of, strange_keys
from qa_service.rulebook.places import Place
from qa_service.rules.about import roles_of
from qa_service.rules.conditions import Branch, Condition, Limit, Step, Steps

#: Keys of a step beside those of its condition.
STEP = ("title", "within", "optional")
BRANCH = ("if", "within", "then", "else")
#: More is no process that an agent could keep.
MOST = 50
LONGEST_TITLE = 60
#: Bare words of a step are said by whoever denies or quotes nothing; steps are often questions.
_UNLESS = ["negated", "quoted"]

#: Reads a condition: the node, its place, the role around it.
Read = Callable[[object, Place, Role | None], Condition]


@dataclass(frozen=True, slots=True)
class StepsReader:
    """Reads the steps of one rule: conditions with `read`, the labels of what is missing with `label`."""

    read: Read
    label: Callable[[], str]
    #: Keys of a condition: those of its operators, and those beside them.
    whats: tuple[str, ...]
    modifiers: tuple[str, ...]

    def steps(self, value: object, place: Place, role: Role | None) -> Steps:
        """The whole course.

        Raises:
            RulebookError: everything in it that does not hold.
        """
        return Steps(self._parts(value, place, role))

    def _parts(self, value: object, place: Place, role: Role | None) -> tuple[Step | Branch, ...]:
        if not isinstance(value, list) or not value:
            fix = "Write each step after a dash: - {title: …, phrases: […]}"
            raise place.error("steps", "is not a list of steps", fix)
        if len(value) > MOST:
            raise place.error("too_many", f"has more than {MOST} entries", "Split it", limit=MOST)
        parts: list[Step | Branch] = []
        with Mistakes() as mistakes:
            for i, node in enumerate(value):
                with mistakes.noted():
                    parts.append(self._part(node, place.at(i), role))
        return tuple(parts)

    def _part(self, node: object, place: Place, role: Role | None) -> Step | Branch:
        if not isinstance(node, dict):
            fix = "Write a title and a condition, or if: and then:"
            raise place.error("step", "is neither a step nor a branch", fix)
        if not {"if", "then", "else"}.isdisjoint(node):
            return self._branch(node, place, role)
        return self._step(node, place, role)

    def _step(self, node: Node, place: Place, role: Role | None) -> Step:
        known = (*self.whats, *self.modifiers)
        rest, strange = (
            {key: node[key] for key in node if key in known},
            strange_keys(node, (*STEP, *known), place),
        )
        if strange and set(self.whats).isdisjoint(rest):
            raise together(strange)  # one of them was meant to be the operator
        label = self.label()
        with Mistakes() as mistakes:
            mistakes.note(*strange)
            with mistakes.noted():
                title = _title(node.get("title"), place.at("title"))
            with mistakes.noted():
                limit = _limit(node, place)
            with mistakes.noted():
                optional = _flag(node, place)
            with mistakes.noted():
                what = self.read(_worded(rest), place, role)
                said_by = _said_by(what, role_of(node, place), role, place)
        return Step(what, title, label, said_by, limit, optional)

    def _branch(self, node: Node, place: Place, role: Role | None) -> Branch:
        with Mistakes() as mistakes:
            mistakes.note(*strange_keys(node, BRANCH, place))
            with mistakes.noted():
                if "if" not in node:
                    fix = "Write if: {phrases: […], role: customer}"
                    raise place.error("branch_if", "does not say on what the way depends", fix)
                on = self.read(_worded(node["if"]), place.at("if"), None)
            with mistakes.noted():
                limit = _limit(node, place)
            with mistakes.noted():
                then = self._parts(node["then"], place.at("then"), role) if "then" in node else ()
            with mistakes.noted():
                otherwise = self._parts(node["else"], place.at("else"), role) if "else" in node else ()
            if "if" in node and not {"then", "else"} & set(node):
                problem, fix = "leads nowhere", "Write then: or else: with the steps that follow"
                mistakes.note(place.error("branch_then", problem, fix))
        return Branch(on, then, otherwise, limit)


def _worded(node: object) -> object:
    """`any: [词, 词]` with words alone is what was said, also as a question."""
    words = node.get("any") if isinstance(node, dict) else None
    if not isinstance(node, dict) or not isinstance(words, list) or not words:
        return node
    if not all(isinstance(word, str) for word in words):
        return node
    rest = {key: held for key, held in node.items() if key != "any"}
    return {"phrases": {"any": words, "unless": _UNLESS}, **rest}


def _title(value: object, place: Place) -> str:
    title = value.strip() if isinstance(value, str) else ""
    if not 1 <= len(title) <= LONGEST_TITLE:
        problem = f"is no name of a step of 1 to {LONGEST_TITLE} characters"
        raise place.error("step_title", problem, "Write for example title: 核实身份", most=LONGEST_TITLE)
    return title


def _limit(node: Node, place: Place) -> Limit:
    """How far behind the step before; anywhere behind where the author does not say."""
    if "within" not in node:
        return Limit()
    within = node["within"]
    utterances, span_ms = parse_steps(within), parse_duration_ms(within)
    if utterances is None and span_ms is None:
        problem = f"{within!r} is not a distance"
        raise place.at("within").error("distance", problem, "Write 30s or 2 utterances", word=within)
    return Limit(span_ms, utterances)


def _flag(node: Node, place: Place) -> bool:
    value = node.get("optional", False)
    if not isinstance(value, bool):
        problem, fix = f"{value!r} is neither true nor false", "Write true or false"
        raise place.at("optional").error("flag", problem, fix, word=value)
    return value


def _said_by(what: Condition, own: Role | None, around: Role | None, place: Place) -> Role:
    """Whose step it is: the role that is written in it, the only one that its condition names, the one around it."""
    named = roles_of(what)
    (only,) = named if len(named) == 1 else (None,)
    said_by = own or only or around
    if said_by is None:
        fix = "Add role: agent beside steps, or in the step"
        raise place.error("step_role", "does not say who should say it", fix)
    return said_by
