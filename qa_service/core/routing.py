"""Routing: which rulebooks judge a call, how it is heard, and under which rules it is kept. Values alone.

A table is an ordered list of routes. The first one whose conditions all hold decides; what it leaves open, and every
call that none of them takes, is decided by the default.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

#: Fields of a call that a condition may name; `metadata.<key>` comes to them.
FIELDS = ("line", "skill_group", "direction", "source", "business", "team", "agent")
METADATA = "metadata."


@dataclass(frozen=True, slots=True)
class RoutingFacts:
    """What routing may ask about a call; empty is unknown."""

    line: str = ""
    skill_group: str = ""
    direction: str = ""
    source: str = ""
    business: str = ""
    team: str = ""
    agents: tuple[str, ...] = ()
    #: When the call began, with its zone.
    started_at: datetime | None = None
    metadata: tuple[tuple[str, str], ...] = ()

    def values(self, name: str) -> tuple[str, ...]:
        """What the call has under a field of `FIELDS` or a key of its metadata; nothing where it is unknown."""
        if name == "agent":
            return self.agents
        if name.startswith(METADATA):
            return tuple(
                value for key, value in self.metadata if key == name.removeprefix(METADATA) and value
            )
        value = str(getattr(self, name))
        return (value,) if value else ()


@dataclass(frozen=True, slots=True)
class OneOf:
    """The field has one of the values; `400*` stands for everything that begins so. Unknown has none."""

    field: str
    values: tuple[str, ...]

    def fits(self, value: str) -> bool:
        """Whether the value is among the wanted ones.

        >>> OneOf("line", ("400*", "95500")).fits("400-ins"), OneOf("line", ("400",)).fits("400-ins")
        (True, False)
        """
        return any(
            value.startswith(wanted[:-1]) if wanted.endswith("*") else value == wanted
            for wanted in self.values
        )


@dataclass(frozen=True, slots=True)
class Between:
    """The call began within [from_minute, until_minute) of the day, which may pass midnight."""

    from_minute: int
    until_minute: int

    def fits(self, minute: int) -> bool:
        """Whether a minute of the day lies within.

        >>> night = Between(22 * 60, 6 * 60)
        >>> night.fits(23 * 60), night.fits(5 * 60 + 59), night.fits(6 * 60)
        (True, True, False)
        """
        if self.from_minute < self.until_minute:
            return self.from_minute <= minute < self.until_minute
        return minute >= self.from_minute or minute < self.until_minute


Condition = OneOf | Between


@dataclass(frozen=True, slots=True)
class Profile:
    """How to listen. What is empty is the installation's own."""

    name: str = ""
    engine: str = "whisper"
    model: str = ""
    effort: str = ""
    language: str = ""
    script: str = ""
    #: Beside those of the installation.
    hot_words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a route says; what is empty is left to the default."""

    #: `name` or `name@version`; the first gives the call's listed score.
    rulebooks: tuple[str, ...] = ()
    profile: str = ""
    jurisdiction: str = ""
    retention: str = ""
    alerts: str = ""


@dataclass(frozen=True, slots=True)
class Route:
    """One row of the table."""

    id: str
    conditions: tuple[Condition, ...]
    outcome: Outcome
    title: str = ""


@dataclass(frozen=True, slots=True)
class RoutingTable:
    """Routes in their order. Times of day are in `timezone`."""

    routes: tuple[Route, ...] = ()
    default: Outcome = field(default_factory=Outcome)
    profiles: tuple[Profile, ...] = ()
    timezone: str = "Asia/Shanghai"


@dataclass(frozen=True, slots=True)
class Decision:
    """What is done with a call. An empty rulebook is the installation's own."""

    #: Id of the route that took the call; empty for the default.
    route: str = ""
    rulebooks: tuple[str, ...] = ("",)
    profile: Profile = field(default_factory=Profile)
    jurisdiction: str = ""
    retention: str = ""
    alerts: str = ""
    #: Rulebooks that were named and do not judge calls of that day; where none is left, the default's judge.
    not_in_force: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BookRef:
    """A rulebook that is to judge: as the table names it, and its digest where the centre published it itself."""

    name: str
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Routed:
    """What the published table says about one call; version 0 where no table is published."""

    version: int = 0
    decision: Decision = field(default_factory=Decision)
    books: tuple[BookRef, ...] = (BookRef(""),)


@dataclass(frozen=True, slots=True)
class TableVersion:
    """A published table; the newest one is in force."""

    version: int
    source: str
    authors: tuple[str, ...]
    published_by: str
    published_at: datetime
    note: str


@dataclass(frozen=True, slots=True)
class Standing:
    """How routing stands: the table in force, and how many calls its routes took (the default's under an empty id)."""

    table: TableVersion | None
    taken: tuple[tuple[str, int], ...] = ()
    #: Calls for which a rulebook that their route names was not in force.
    not_in_force: int = 0

    @property
    def unmatched(self) -> int:
        """Calls that no route took since this table is in force; none while there is no table."""
        return dict(self.taken).get("", 0) if self.table else 0
