"""What the API says and hears about agents and teams."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field

from qa_service.core.calendar import open_end
from qa_service.core.figures import AgentFigures
from qa_service.core.staff import Agent, Membership, Team, plain_id
from qa_service.usecases.staff import check_agent
from qa_service.web.deps import in_utc
from qa_service.web.schemas.base import Moment, Name, Said, shown
from qa_service.web.schemas.outcomes import MOST_ROWS, WrongRow

AgentId = Annotated[Name, Field(min_length=1, examples=["8001"])]


class Stay(Said):
    """In a team from `since` on and before `until`; null is always."""

    team: Annotated[Name, Field(min_length=1, examples=["北区"])]
    since: Moment | None = None
    until: Moment | None = None

    def membership(self) -> Membership:
        """The same for the store.

        Raises:
            Denied: `time_without_zone`.
        """
        return Membership(self.team, in_utc("since", self.since), open_end(in_utc("until", self.until)))


class AgentToKeep(Said):
    """An agent as a whole."""

    id: AgentId
    shown_as: Name = Field(default="", examples=["李伟"])
    extension: Name = Field(default="", examples=["6001"])
    teams: list[Stay] = Field(default=[], max_length=50)

    def agent(self) -> Agent:
        """The same for the store.

        Raises:
            UsageError: `staff_invalid`, `staff_overlap`; Denied: `time_without_zone`.
        """
        stays = tuple(stay.membership() for stay in self.teams)
        agent = Agent(plain_id(self.id), self.shown_as, plain_id(self.extension), stays)
        check_agent(agent)
        return agent

    @classmethod
    def of(cls, kept: Agent) -> Self:
        """The row of an agent."""
        stays = [Stay(team=stay.team, since=stay.since, until=stay.until) for stay in kept.teams]
        return cls(id=kept.id, shown_as=kept.shown_as, extension=kept.extension, teams=stays)


class AgentList(Said):
    """Agents by id."""

    agents: list[AgentToKeep]


class AgentsToKeep(Said):
    """Agents to be written; others stay as they are."""

    model_config = shown(
        {"agents": [{"id": "8001", "shown_as": "李伟", "extension": "6001", "teams": [{"team": "北区"}]}]}
    )

    agents: list[AgentToKeep] = Field(min_length=1, max_length=MOST_ROWS)


class AgentsKept(Said):
    """How many agents were written, and the rows that were not taken."""

    agents: int
    errors: list[WrongRow] = Field(default=[])
    ignored: list[str] = Field(default=[])
    is_dry_run: bool = False


class TeamRow(Said):
    """A team."""

    name: Annotated[Name, Field(min_length=1, examples=["北区"])]
    shown_as: Name = Field(default="", examples=["北区客服一组"])

    def team(self) -> Team:
        """The same for the store."""
        return Team(self.name, self.shown_as)


class TeamList(Said):
    """Teams by name."""

    teams: list[TeamRow]


class TeamsToKeep(Said):
    """Teams to be written; others stay as they are."""

    model_config = shown({"teams": [{"name": "北区", "shown_as": "北区客服一组"}]})

    teams: list[TeamRow] = Field(min_length=1, max_length=MOST_ROWS)


class TeamsKept(Said):
    """How many teams were written."""

    teams: int


class AgentFiguresRow(Said):
    """One agent's figures; what nobody knows is null."""

    agent_id: str
    calls: int
    scored: int = Field(description="平均分的 n。What the mean is of.")
    mean_score: float | None
    needs_human: int | None

    @classmethod
    def of(cls, made: AgentFigures) -> Self:
        """The row of an agent."""
        return cls.like(made)


class AgentFiguresList(Said):
    """Figures by agent."""

    agents: list[AgentFiguresRow]
