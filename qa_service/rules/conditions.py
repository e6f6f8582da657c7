"""Conditions: tests on tags. They are values; `rules.match` says which tags satisfy them, `rules.about` what they ask.

A condition has *hits*: each is the tag at which it became true, with the tags that support it. More tags
never take a hit away, except below `Lacking`, `Absent`, `Every` and `Steps`, and where another hit than the first
is counted (`Which`). Those, and scopes that count from the end or in shares of the leg, are settled when it has
ended; steps, when the time for them is over.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from qa_service.core.speech import Role


class Side(StrEnum):
    """On which side of the anchor something has to be."""

    BEFORE = "before"
    AFTER = "after"
    AROUND = "around"


class Unit(StrEnum):
    """What a range of a leg is measured in."""

    MS = "ms"
    UTTERANCES = "utterances"
    #: 0–1, of how long the leg is.
    SHARE = "share"


@dataclass(frozen=True, slots=True)
class Between:
    """A range of the leg from `start` to `end`; below nothing they count from its end, None is the edge of the leg.

    Times and shares are half-open. Utterances have numbers, both ends included: 1 is the first, -1 the last.
    """

    unit: Unit
    start: float | None = None
    end: float | None = None

    @property
    def counts_back(self) -> bool:
        """Whether one of its ends is counted from the end of the leg."""
        return any(edge is not None and edge < 0 for edge in (self.start, self.end))

    @property
    def is_of_end(self) -> bool:
        """Whether it is what the leg ends with, however long that is."""
        return self.start is not None and self.start < 0 and self.end in {None, -1}


@dataclass(frozen=True, slots=True)
class Scope:
    """A part of the agent's leg, by one of these; all of it when every one is empty.

    Within the first of something is what begins there, within the last what ends there, in a range what begins in it.
    Utterances are counted in the order in which they began: those of the role that a condition names, else of
    everybody but machines.
    """

    first_ms: int | None = None
    last_ms: int | None = None
    first_utterances: int | None = None
    last_utterances: int | None = None
    #: 0–1, of how long the leg is.
    first_share: float | None = None
    last_share: float | None = None
    between: Between | None = None

    @property
    def is_of_end(self) -> bool:
        """Whether it is what the leg ends with."""
        if self.between is not None:
            return self.between.is_of_end
        return not (self.last_ms is None and self.last_utterances is None and self.last_share is None)

    @property
    def is_settled_late(self) -> bool:
        """Whether only the end of the leg tells what lies in it."""
        if self.between is not None:
            return self.between.counts_back or self.between.unit is Unit.SHARE
        return self.is_of_end or self.first_share is not None

    @property
    def counts_utterances(self) -> bool:
        """Whether it counts utterances, and not time."""
        return self.utterances is not None or (
            self.between is not None and self.between.unit is Unit.UTTERANCES
        )

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


@dataclass(frozen=True, slots=True)
class Every:
    """One hit where each utterance of `role` (of anybody but machines) in the scope has a hit of `what`.

    Utterances of fewer spoken characters than `min_chars` are not asked; where none is asked, there is no hit.
    """

    what: Condition
    role: Role | None = None
    scope: Scope = Scope()
    min_chars: int = 0


@dataclass(frozen=True, slots=True)
class Limit:
    """How far behind the step before a step may be: in time, in utterances of anybody, or without end."""

    ms: int | None = None
    utterances: int | None = None

    @property
    def is_open(self) -> bool:
        """Whether there is none."""
        return self.ms is None and self.utterances is None


@dataclass(frozen=True, slots=True)
class Step:
    """Something that `role` has to say next. `label` names the tag that stands for its being missing."""

    what: Condition
    title: str
    label: str
    role: Role
    limit: Limit = Limit()
    is_optional: bool = False


@dataclass(frozen=True, slots=True)
class Branch:
    """What follows when `on` comes next within the limit, and what follows when it does not."""

    on: Condition
    then: tuple[Step | Branch, ...] = ()
    otherwise: tuple[Step | Branch, ...] = ()
    limit: Limit = Limit()


@dataclass(frozen=True, slots=True)
class Steps:
    """One hit for each step that is missing, comes too late or before the one it has to follow (rules.steps)."""

    parts: tuple[Step | Branch, ...]
    scope: Scope = Scope()


Condition = Tagged | Nearby | Lacking | AllOf | AnyOf | Repeated | Absent | Capped | Every | Steps


def steps_of(parts: Iterable[Step | Branch]) -> Iterator[Step | Branch]:
    """All steps and branches, those inside branches too, in the order in which they are written."""
    for part in parts:
        yield part
        if isinstance(part, Branch):
            yield from steps_of((*part.then, *part.otherwise))


def inside(condition: Condition) -> tuple[Condition, ...]:
    """The conditions of which a condition is made; none for one that reads tags alone."""
    match condition:
        case Tagged():
            return ()
        case AllOf() | AnyOf():
            return condition.parts
        case Steps():
            return tuple(
                part.what if isinstance(part, Step) else part.on for part in steps_of(condition.parts)
            )
        case _:
            return (condition.what,)
