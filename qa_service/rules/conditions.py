"""Conditions: tests on tags. They are values; `rules.match` says which tags satisfy them.

A condition has *hits*: each is the tag at which it became true, with the tags that support it. More tags
never take a hit away, except below `Lacking` and `Absent`, and where another hit than the first is counted
(`Which`). Those, and scopes that count from the end or in shares of the leg, are settled when it has ended.
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
    """A part of the agent's leg, by one of these; all of it when every one is empty.

    Within the first of something is what begins there, within the last what ends there. Utterances are counted
    in the order in which they began: those of the role that a condition names, else of everybody but machines.
    """

    first_ms: int | None = None
    last_ms: int | None = None
    first_utterances: int | None = None
    last_utterances: int | None = None
    #: 0–1, of how long the leg is.
    first_share: float | None = None
    last_share: float | None = None

    @property
    def is_of_end(self) -> bool:
        """Whether it is counted from the end of the leg."""
        return not (self.last_ms is None and self.last_utterances is None and self.last_share is None)

    @property
    def utterances(self) -> int | None:
        """How many utterances it is, where it counts them."""
        return self.last_utterances if self.first_utterances is None else self.first_utterances


class Which(StrEnum):
    """Which hits of something count, where it is no single one by its number."""

    ANY = "any"
    LAST = "last"
    #: Beside each of them has to be a hit of the condition: one that is left alone takes all hits away.
    EVERY = "every"


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
    """Only beside an anchor: `what` happened at this distance from it; its n-th time, counted from one."""

    what: Condition
    distance: Distance
    which: Which | int = Which.ANY


@dataclass(frozen=True, slots=True)
class Lacking:
    """Only beside an anchor: `what` did not happen at this distance from it; not its n-th time."""

    what: Condition
    distance: Distance
    which: Which | int = Which.ANY


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


def deciding(condition: Condition) -> frozenset[str]:
    """The labels without which the condition says nothing: those it always asks for, and those it wants not to be.

    Where nobody can tell whether there are such tags, there being none is no answer.
    """
    match condition:
        case AllOf():
            return frozenset().union(*map(deciding, condition.parts))
        case AnyOf():
            return frozenset.intersection(*map(deciding, condition.parts))
        case Absent() | Lacking():
            return labels_of(condition.what)
        case Repeated() | Capped() | Nearby():
            return deciding(condition.what)
        case _:
            return always(condition)


def looks_around(condition: Condition) -> bool:
    """Whether it asks what stands in other utterances than its own."""
    match condition:
        case Tagged():
            return False
        case Nearby() | Lacking():
            is_counted = condition.which is not Which.ANY
            return is_counted or condition.distance.within_utterances != 0 or looks_around(condition.what)
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
            return condition.role is Role.AGENT and condition.scope.is_of_end
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
