"""Re-scoring stored calls: which calls, by which rulebook, how far it is, and what people decided about it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from qa_service.core.lists import Filter
from qa_service.core.people import Sight

#: More than this is warned of, unless somebody says otherwise (issue 5): calls to review, alerts per supervisor-hour.
MOST_REVIEWED, MOST_ALERTS = 0.05, 6.0
#: Who dies in the middle of a chunk leaves at most this share of a run to be done again.
_PART = 200
#: A chunk is one process's for a second or so: a pause, or the loss of the process, costs no more.
_MOST_IN_CHUNK = 200


class RescoreState(StrEnum):
    """Where a run stands. What works goes on by itself; `compared` waits for a person."""

    CHOOSING = "choosing"
    COMPARING = "comparing"
    COMPARED = "compared"
    APPLYING = "applying"
    APPLIED = "applied"
    DISCARDED = "discarded"
    CANCELLED = "cancelled"
    FAILED = "failed"

    @property
    def works(self) -> bool:
        """Whether processes have something to do for it."""
        return self in {RescoreState.CHOOSING, RescoreState.COMPARING, RescoreState.APPLYING}

    @property
    def is_over(self) -> bool:
        """Whether nothing more will become of it."""
        return not self.works and self is not RescoreState.COMPARED


class Fate(StrEnum):
    """What became of one call of a run."""

    #: Judged again, and nothing is decided yet; or it was not chosen, or all was discarded.
    PROPOSED = "proposed"
    #: The new evaluation is the call's.
    APPLIED = "applied"
    #: Something else judged the call meanwhile, or it is judged otherwise by now: what was shown is not what would be.
    CHANGED = "changed"
    #: It could not be judged again; the row says why.
    LEFT_OUT = "left_out"


@dataclass(frozen=True, slots=True)
class Volume:
    """The centre's day, as far as somebody said: calls, and the hours of all its supervisors together."""

    calls: int | None = None
    supervisor_hours: float | None = None
    most_reviewed: float = MOST_REVIEWED
    most_alerts: float = MOST_ALERTS


@dataclass(frozen=True, slots=True)
class Selection:
    """Which calls are judged again; at most so many, drawn with the seed, or all of them."""

    within: Filter = field(default_factory=Filter)
    #: None where nothing is drawn.
    most: int | None = None
    seed: int = 1
    #: Of these lines; of every line where there are none.
    lines: tuple[str, ...] = ()
    #: With a current finding of this rule.
    rule: str = ""
    #: Nobody judges again what they do not see.
    sight: Sight = field(default_factory=Sight)


@dataclass(frozen=True, slots=True)
class Choice:
    """What part of a run is approved: calls of these teams, and of these agents. Empty is everybody's."""

    teams: tuple[str, ...] = ()
    agents: tuple[str, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Whether every call is chosen."""
        return not self.teams and not self.agents

    def takes(self, team: str, agents: frozenset[str]) -> bool:
        """Whether a call is chosen."""
        of_team = not self.teams or team in self.teams
        return of_team and (not self.agents or not agents.isdisjoint(self.agents))


@dataclass(frozen=True, slots=True)
class Rescore:
    """A run: calls judged again by one rulebook, named by its digest for as long as the run is kept."""

    id: str
    state: RescoreState
    rulebook: str
    version: int
    digest: str
    selection: Selection
    volume: Volume
    created_at: datetime
    created_by: str
    #: Another rulebook, by digest and name, that the calls are judged by in place of what was made of them before;
    #: empty where they are compared with that.
    against: str = ""
    against_name: str = ""
    #: It is not begun before; None where at once.
    starts_at: datetime | None = None
    is_paused: bool = False
    #: Calls, and how many of them are done in the phase that goes on; None before they are chosen.
    total: int | None = None
    done: int = 0
    #: How many calls the drawn ones were drawn from.
    candidates: int = 0
    #: When the phase began that goes on or ended last.
    began_at: datetime | None = None
    ended_at: datetime | None = None
    decided_by: str = ""
    decided_at: datetime | None = None
    note: str = ""
    choice: Choice = field(default_factory=Choice)
    error_code: str = ""

    @property
    def share(self) -> float | None:
        """How much of the phase is done, 0 to 1; None before the calls are chosen."""
        if self.total is None:
            return None
        return min(1.0, self.done / self.total) if self.total else 1.0


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast a run goes: calls a second over the last minute, and when it would end. Unknown is None."""

    calls_a_second: float | None = None
    left: timedelta | None = None

    @classmethod
    def of(cls, run: Rescore, done: int, during: timedelta) -> Pace:
        """By the calls that were done during a while."""
        if not run.state.works or run.total is None or run.is_paused or not done or not during:
            return cls()
        rate = done / during.total_seconds()
        return cls(round(rate, 1), timedelta(seconds=round((run.total - run.done) / rate)))


def chunk_size(calls: int) -> int:
    """How many calls one process takes at a time.

    >>> [chunk_size(calls) for calls in (0, 100, 10_000, 1_000_000)]
    [1, 1, 50, 200]
    """
    return max(1, min(_MOST_IN_CHUNK, calls // _PART))


class Step(StrEnum):
    """What a process does for a run, one at a time."""

    #: Chooses its calls, and cuts them into chunks.
    CHOOSE = "choose"
    #: Judges a chunk again, beside what was made of it before.
    COMPARE = "compare"
    #: Counts what is different over all chunks.
    COUNT = "count"
    #: Makes the new evaluations of a chunk the calls'.
    APPLY = "apply"
    #: All chunks are applied.
    END = "end"


@dataclass(frozen=True, slots=True)
class Turn:
    """A step that a process has. `fence` rises with every turn: what an older one writes is refused."""

    run_id: str
    step: Step
    fence: int
    #: The chunk; -1 for a step of the run's own.
    number: int = -1

    @property
    def is_of_chunk(self) -> bool:
        """Whether other processes may have other chunks at the same time."""
        return self.number >= 0
