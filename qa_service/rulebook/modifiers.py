"""What narrows a condition: who spoke, in which part of the call, how surely, how often."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from qa_service.core.errors import RulebookError
from qa_service.core.speech import Role
from qa_service.rulebook.mistakes import Mistakes, together
from qa_service.rulebook.places import Place
from qa_service.rulebook.scopes import read_scope
from qa_service.rules.conditions import Capped, Condition, Repeated, Scope

#: Keys that may stand beside any operator.
NARROWING = ("role", "first", "last", "between", "min_confidence", "max_confidence", "count")
ROLES = ("agent", "customer")

_ANYWHERE = Scope()

Node = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What stands beside an operator and makes its condition narrower."""

    role: Role | None = None
    scope: Scope = _ANYWHERE
    min_confidence: float = 0.0
    max_confidence: float = 1.0
    at_least: int = 1


def narrowing_of(node: Node, place: Place) -> Narrowing:
    """What narrows the condition at `place`.

    Raises:
        RulebookError: every modifier that does not hold.
    """
    if node.keys().isdisjoint(NARROWING):
        return Narrowing()
    with Mistakes() as mistakes:
        with mistakes.noted():
            role = role_of(node, place)
        with mistakes.noted():
            scope = read_scope(node, place)
        with mistakes.noted():
            min_confidence = _confidence_of(node, "min_confidence", place, absent=0.0)
        with mistakes.noted():
            max_confidence = _confidence_of(node, "max_confidence", place, absent=1.0)
        with mistakes.noted():
            at_least = _count_of(node, place)
    return Narrowing(role, scope, min_confidence, max_confidence, at_least)


def mapping_of(node: object, known: Collection[str], place: Place, form: str) -> Node:
    """The node as a mapping, such as `form`; which of its keys may not stand there, `strange_keys` says."""
    if not isinstance(node, dict):
        keys = ", ".join(known)
        fix = f"Write for example {form}. Known keys: {keys}"
        raise place.error("mapping_keys", "is not a mapping", fix, form=form, known=keys)
    return node


def strange_keys(node: Node, known: Collection[str], place: Place) -> list[RulebookError]:
    """An error for every key that may not stand there."""
    return [place.at(str(key)).strange_key(key, known) for key in node if key not in known]


def role_of(node: Node, place: Place) -> Role | None:
    """Whose words count; nothing where the author does not say."""
    if "role" not in node:
        return None
    name = node["role"]
    if name not in ROLES:
        raise place.at("role").unknown("role", name, ROLES, f"{name!r} is not a role")
    return Role(name)


def counted(condition: Condition, at_least: int) -> Condition:
    """The condition, from its n-th time on where the author wants it several times."""
    return Repeated(condition, at_least) if at_least > 1 else condition


def capped(condition: Condition, confidence: float) -> Condition:
    """The condition, never surer than its author is."""
    return Capped(condition, confidence) if confidence < 1.0 else condition


def _confidence_of(node: Node, key: str, place: Place, *, absent: float) -> float:
    """A confidence from 0 to 1; `absent` where the author does not say."""
    value = node.get(key, absent)
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value <= 1:
        problem = f"{value!r} is not between 0 and 1"
        raise place.at(key).error("confidence", problem, "Write 0.7", word=value)
    return float(value)


def _count_of(node: Node, place: Place) -> int:
    if "count" not in node:
        return 1
    here, known = place.at("count"), ("at_least",)
    written = mapping_of(node["count"], known, here, "{at_least: 2}")
    if strange := strange_keys(written, known, here):
        raise together(strange)
    at_least = written.get("at_least")
    if not isinstance(at_least, int) or isinstance(at_least, bool) or at_least < 1:
        problem = f"{at_least!r} is not a count"
        raise here.at("at_least").error("count", problem, "Write 2, 3 …", word=at_least)
    return at_least
