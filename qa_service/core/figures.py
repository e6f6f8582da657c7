"""Figures of agents and teams. What nobody knows is None: no score is not a score of nothing."""

from __future__ import annotations

from dataclasses import dataclass

from qa_service.core.weeks import Week


@dataclass(frozen=True, slots=True)
class AgentFigures:
    """One agent's calls in a stretch of time."""

    agent_id: str
    calls: int
    #: Calls in which this agent's part has a score; what `mean_score` is the mean of.
    scored: int
    mean_score: float | None
    #: Calls in which something waits for a person; None where none was judged.
    needs_human: int | None


@dataclass(frozen=True, slots=True)
class RuleFigures:
    """In how many calls a rule fired."""

    rule: str
    calls: int


@dataclass(frozen=True, slots=True)
class TeamFigures:
    """A team's calls in a week; all teams together where the name is empty."""

    team: str
    week: Week
    calls: int
    judged: int
    not_scorable: int
    failed: int
    scored: int
    mean_score: float | None
    passed: int | None
    needs_human: int | None
    agents: tuple[AgentFigures, ...] = ()
    #: The most frequent first.
    rules: tuple[RuleFigures, ...] = ()
