"""What the API says and hears about outcomes, agents and teams."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Annotated, Self

from pydantic import Field, StrictFloat

from qa_service.core.errors import QaError
from qa_service.core.figures import AgentFigures
from qa_service.core.outcomes import KeptOutcome, OutcomeKind, RowError, Taken
from qa_service.core.staff import Agent, Membership, Team
from qa_service.web.deps import in_utc
from qa_service.web.schemas import Id, Moment, Name, Said, Text, shown

#: Rows of one request in JSON; more go as CSV.
MOST_ROWS = 1_000
AgentId = Annotated[Name, Field(min_length=1, examples=["8001"])]


class OutcomeTold(Said):
    """What came of a call (`call_id` or `external_id`) or of a customer (`customer` or `customer_number`)."""

    kind: Name = Field(description="csat nps complaint repeat refund churn，或中文。", examples=["csat"])
    at: Name = Field(description="不写时区就是本系统的。When.", examples=["2026-11-25T14:30:00+08:00"])
    value: StrictFloat | None = Field(default=None, examples=[5])
    source: Name = Field(default="", examples=["问卷"])
    call_id: Name = ""
    external_id: Text = Field(default="", max_length=200)
    customer: Text = Field(default="", max_length=200, repr=False)
    customer_number: Text = Field(default="", max_length=40, repr=False)

    def fields(self) -> Mapping[str, str]:
        """The same as a row of a table."""
        return {name: "" if value is None else str(value) for name, value in self.model_dump().items()}


class OutcomesTold(Said):
    """One outcome or many."""

    model_config = shown(
        {"outcomes": [{"kind": "csat", "at": "2026-11-25T14:30:00+08:00", "value": 5, "external_id": "c-1"}]}
    )

    outcomes: list[OutcomeTold] = Field(min_length=1, max_length=MOST_ROWS)


class WrongRow(Said):
    """A row that was not taken: its number, a code and a sentence."""

    row: int
    error: str
    detail: str

    @classmethod
    def of(cls, wrong: RowError, sentence: Callable[[QaError], str]) -> Self:
        """The row of an error."""
        return cls(row=wrong.row, error=wrong.error.code, detail=sentence(wrong.error))


class OutcomesTaken(Said):
    """What became of the rows; the same row again is `known`."""

    new: int
    changed: int
    known: int
    errors: list[WrongRow]
    ignored: list[str] = Field(description="没有人读的列。Columns nobody reads.")
    is_dry_run: bool

    @classmethod
    def of(
        cls, taken: Taken, errors: list[RowError], sentence: Callable[[QaError], str], *, is_dry_run: bool
    ) -> Self:
        """The answer, errors of reading and keeping together in order."""
        wrong = sorted([*errors, *taken.errors], key=lambda one: one.row)
        return cls(
            new=taken.new,
            changed=taken.changed,
            known=taken.known,
            errors=[WrongRow.of(one, sentence) for one in wrong],
            ignored=list(taken.ignored),
            is_dry_run=is_dry_run,
        )


class OutcomeRow(Said):
    """One outcome."""

    id: Id
    kind: OutcomeKind
    value: float
    at: datetime
    source: str
    is_of_customer: bool

    @classmethod
    def of(cls, kept: KeptOutcome) -> Self:
        """The row of an outcome."""
        return cls(**{name: getattr(kept, name) for name in cls.model_fields})


class OutcomeList(Said):
    """What came of a call and of its customer, newest first."""

    outcomes: list[OutcomeRow]


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
        return Membership(self.team, in_utc("since", self.since), in_utc("until", self.until))


class AgentToKeep(Said):
    """An agent as a whole."""

    id: AgentId
    shown_as: Name = Field(default="", examples=["李伟"])
    extension: Name = Field(default="", examples=["6001"])
    teams: list[Stay] = Field(default=[], max_length=50)

    def agent(self) -> Agent:
        """The same for the store."""
        return Agent(self.id, self.shown_as, self.extension, tuple(stay.membership() for stay in self.teams))

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
        return cls(**{name: getattr(made, name) for name in cls.model_fields})


class AgentFiguresList(Said):
    """Figures by agent."""

    agents: list[AgentFiguresRow]
