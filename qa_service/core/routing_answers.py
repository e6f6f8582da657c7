"""What routing answers when it is asked why, and what if."""

from __future__ import annotations

from dataclasses import dataclass

from qa_service.core.routing import Decision


@dataclass(frozen=True, slots=True)
class Check:
    """One condition and what the call has. Values of metadata are covered: nobody knows what stands there."""

    field: str
    wanted: tuple[str, ...]
    found: tuple[str, ...]
    holds: bool


@dataclass(frozen=True, slots=True)
class Step:
    """One route and its conditions."""

    route: str
    title: str
    checks: tuple[Check, ...]
    #: The first route that holds; one that also holds further down is not asked.
    is_chosen: bool

    @property
    def holds(self) -> bool:
        """Whether all conditions hold."""
        return all(check.holds for check in self.checks)


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a call goes where it goes."""

    decision: Decision
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Explained:
    """The same for a stored call, by the table in force or by the draft; the installation's own rulebook is named."""

    call_id: str
    #: 0 where no table is in force, or where the draft was asked.
    version: int
    explanation: Explanation


@dataclass(frozen=True, slots=True)
class Move:
    """Calls that go from one route to another, or stay on one that says something else."""

    before: str
    after: str
    #: What is different for them: some of rulebooks, profile, jurisdiction, retention, alerts.
    changes: tuple[str, ...]
    calls: int
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Moves:
    """What a change does to calls that were there. Those of all moves and those that stay are all that were asked."""

    calls: int
    stay: int
    unmatched_before: int
    unmatched_after: int
    moves: tuple[Move, ...]


@dataclass(frozen=True, slots=True)
class DryRun:
    """A draft tried on the calls of the last days, and how many there were; only the newest are asked."""

    draft: str
    #: The version in force that the draft was compared with.
    version: int
    there_were: int
    moves: Moves
