"""Conditions: tests on tags. They are values; `rules.match` says which tags satisfy them.

A condition has *hits*: each is the tag at which it became true, with the tags that support it. More tags
never take a hit away, except below `Lacking` and `Absent`, which are settled when the leg has ended.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from qa_service.core.speech import Role


class Side(StrEnum):
    """On which side of the anchor something has to be."""

    BEFORE = "before"
    AFTER = "after"
    AROUND = "around"


@dataclass(frozen=True, slots=True)
class Scope:
    """A part of the agent's leg; all of it when both are empty.

    Within the first milliseconds is what begins there, within the last what ends there.
    """

    first_ms: int | None = None
    last_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Tagged:
    """Every tag with one of these labels, by this role, in this scope."""

    labels: tuple[str, ...]
    role: Role | None = None
    scope: Scope = Scope()
    min_confidence: float = 0.0


@dataclass(frozen=True, slots=True)
class Distance:
    """How far apart two things may be: in time, in utterances, or both; unlimited when empty."""

    side: Side = Side.AROUND
    within_ms: int | None = None
    within_utterances: int | None = None


@dataclass(frozen=True, slots=True)
class Nearby:
    """Only beside an anchor: `what` happened at this distance from it."""

    what: Condition
    distance: Distance


@dataclass(frozen=True, slots=True)
class Lacking:
    """Only beside an anchor: `what` did not happen at this distance from it."""

    what: Condition
    distance: Distance


@dataclass(frozen=True, slots=True)
class AllOf:
    """Hits of the first part for which every other part holds too."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Hits of any part."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Repeated:
    """From the `at_least`-th hit on, every hit; each rests on as many of those before it as it takes."""

    what: Condition
    at_least: int


@dataclass(frozen=True, slots=True)
class Absent:
    """One hit at the edge of the scope when `what` never happened there.

    `label` names the tag that stands for the absence; it quotes what `role` said first (or last) instead.
    """

    what: Condition
    label: str
    role: Role
    scope: Scope = Scope()


@dataclass(frozen=True, slots=True)
class Capped:
    """Every hit of `what`, never surer than `confidence`: its author knows that it is not always meant so."""

    what: Condition
    confidence: float


Condition = Tagged | Nearby | Lacking | AllOf | AnyOf | Repeated | Absent | Capped


def labels_of(condition: Condition) -> frozenset[str]:
    """All tag labels that the condition reads."""
    match condition:
        case Tagged():
            return frozenset(condition.labels)
        case AllOf() | AnyOf():
            return frozenset().union(*map(labels_of, condition.parts))
        case _:
            return labels_of(condition.what)


def always(condition: Condition) -> frozenset[str]:
    """The labels without one of which the condition never holds: of everything that it asks for at once."""
    match condition:
        case Tagged():
            return frozenset(condition.labels) if len(condition.labels) == 1 else frozenset()
        case AllOf():
            return frozenset().union(*map(always, condition.parts))
        case AnyOf():
            return frozenset.intersection(*map(always, condition.parts))
        case Repeated() | Capped():
            return always(condition.what)
        case _:
            return frozenset()


def looks_around(condition: Condition) -> bool:
    """Whether it asks what stands in other utterances than its own."""
    match condition:
        case Tagged():
            return False
        case Nearby() | Lacking():
            return condition.distance.within_utterances != 0 or looks_around(condition.what)
        case AllOf() | AnyOf():
            return any(map(looks_around, condition.parts))
        case _:
            return looks_around(condition.what)


def roles_of(condition: Condition) -> frozenset[Role]:
    """All roles that the condition names."""
    match condition:
        case Tagged():
            return frozenset(() if condition.role is None else (condition.role,))
        case AllOf() | AnyOf():
            return frozenset().union(*map(roles_of, condition.parts))
        case Absent():
            return roles_of(condition.what) | {condition.role}
        case _:
            return roles_of(condition.what)


def is_about_end(condition: Condition) -> bool:
    """Whether it holds only where the agent did not say something at the end of the leg."""
    match condition:
        case Absent():
            return condition.role is Role.AGENT and condition.scope.last_ms is not None
        case AnyOf():
            return all(map(is_about_end, condition.parts))
        case AllOf():
            return any(map(is_about_end, condition.parts))
        case Repeated() | Capped():
            return is_about_end(condition.what)
        case _:
            return False


def narrowed(condition: Condition, scope: Scope, min_confidence: float = 0.0) -> Condition:
    """The condition in a part of the leg, for surer tags; parts that have a scope of their own keep it.

    Anchors (Nearby, Lacking) are left as they are: their distance says where they look.
    """
    match condition:
        case Tagged():
            own = scope if condition.scope == Scope() else condition.scope
            least = max(condition.min_confidence, min_confidence)
            return replace(condition, scope=own, min_confidence=least)
        case AllOf() | AnyOf():
            parts = tuple(narrowed(part, scope, min_confidence) for part in condition.parts)
            return replace(condition, parts=parts)
        case Repeated() | Capped():
            return replace(condition, what=narrowed(condition.what, scope, min_confidence))
        case Absent():
            own = scope if condition.scope == Scope() else condition.scope
            what = narrowed(condition.what, own, min_confidence)
            return replace(condition, what=what, scope=own)
        case _:
            return condition
