"""What narrows a condition: who spoke, in which part of the call, how surely, how often."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from qa_service.core.speech import Role
from qa_service.rulebook.durations import parse_duration_ms
from qa_service.rulebook.places import Place
from qa_service.rules.conditions import Absent, Condition, Repeated, Scope

#: Keys that may stand beside any operator.
NARROWING = ("role", "first", "last", "min_confidence", "count")
_ROLES = ("agent", "customer")

Node = Mapping[str, Any]


def mapping_of(node: object, known: Collection[str], place: Place) -> Node:
    """The node as a mapping that holds known keys only."""
    if not isinstance(node, dict):
        raise place.error("mapping", "is not a mapping", f"Known keys: {', '.join(known)}")
    for key in node:
        if key not in known:
            raise place.at(str(key)).unknown("key_unknown", key, known, "is not a known key")
    return node


def role_of(node: Node, place: Place) -> Role | None:
    """Whose words count; nothing where the author does not say."""
    name = node.get("role")
    if name is None:
        return None
    if name not in _ROLES:
        raise place.at("role").unknown("role", name, _ROLES, f"{name!r} is not a role")
    return Role(name)


def scope_of(node: Node, place: Place) -> Scope:
    """The first or last stretch of the leg; all of it where neither is written."""
    if "first" in node and "last" in node:
        raise place.error("scope_both", "has both first and last", "Keep one of them")
    return Scope(_duration_ms(node, "first", place), _duration_ms(node, "last", place))


def confidence_of(node: Node, place: Place) -> float:
    """The least confidence of tags that count; 0 where the author does not say."""
    value = node.get("min_confidence", 0.0)
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value <= 1:
        problem = f"{value!r} is not between 0 and 1"
        raise place.at("min_confidence").error("confidence", problem, "Write 0.7", word=value)
    return float(value)


def counted(condition: Condition, node: Node, place: Place) -> Condition:
    """The condition, from its n-th time on where the author wants it several times."""
    if "count" not in node:
        return condition
    here = place.at("count")
    at_least = mapping_of(node["count"], ("at_least",), here).get("at_least")
    if not isinstance(at_least, int) or isinstance(at_least, bool) or at_least < 1:
        problem = f"{at_least!r} is not a count"
        raise here.at("at_least").error("count", problem, "Write 2, 3 …", word=at_least)
    if isinstance(condition, Absent):
        raise here.error("count_absent", "something is absent once or not at all", "Remove count")
    return Repeated(condition, at_least) if at_least > 1 else condition


def _duration_ms(node: Node, key: str, place: Place) -> int | None:
    if key not in node:
        return None
    duration_ms = parse_duration_ms(node[key])
    if duration_ms is None:
        problem = f"{node[key]!r} is not a duration"
        raise place.at(key).error("duration", problem, "Write it as 30s or 2m", word=node[key])
    return duration_ms
