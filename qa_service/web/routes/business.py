"""What other systems tell: outcomes of calls, agents and their teams; and figures of agents."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Body, Query, Request

from qa_service.core.errors import QaError
from qa_service.core.people import Right
from qa_service.web.answers import NOTHING, SIGNED_IN, answers
from qa_service.web.denials import done, there
from qa_service.web.deps import AskedBy, Here, check_team, in_utc, wants
from qa_service.web.gate import AgentsGate, OutcomesGate
from qa_service.web.schemas import Id, Moment, Name
from qa_service.web.schemas.calls import CallPage, CallRow
from qa_service.web.schemas.outcomes import OutcomeList, OutcomeRow, OutcomesTaken, OutcomesTold, WrongRow
from qa_service.web.schemas.staff import (
    AgentFiguresList,
    AgentFiguresRow,
    AgentList,
    AgentsKept,
    AgentsToKeep,
    AgentToKeep,
    TeamList,
    TeamRow,
    TeamsKept,
    TeamsToKeep,
)

router = APIRouter(tags=["business"], responses=answers(*SIGNED_IN))
#: Bodies of files: who asks is settled before they are read.
outcome_files = APIRouter(tags=["business"], route_class=OutcomesGate, responses=answers(*SIGNED_IN))
agent_files = APIRouter(tags=["business"], route_class=AgentsGate, responses=answers(*SIGNED_IN))
Dry = Annotated[bool, Query(description="只看会怎样，不写。A dry run writes nothing.")]
Csv = Annotated[
    bytes,
    Body(
        media_type="text/csv",
        description="UTF-8 或 GBK，中文或英文表头，最多 2 MB。",
        examples=["外部编号,类型,值,时间\n9f2c,满意度,5,2026-11-25 14:30\n"],
    ),
]


@router.post(
    "/outcomes",
    summary="写结果 Tell outcomes",
    dependencies=[wants(Right.MANAGE_OUTCOMES)],
    responses=answers(422),
)
def tell(
    here: Here, by: AskedBy, request: Request, given: OutcomesTold, dry_run: Dry = False
) -> OutcomesTaken:
    """Keeps what came of calls and customers; rows that cannot be kept are told, the others are kept."""
    read = here.outcome_reader.rows(tuple(one.fields() for one in given.outcomes))
    taken = here.outcomes.keep(by, read.outcomes, is_dry=dry_run)
    return OutcomesTaken.of(taken, list(read.errors), _sentence(request), is_dry_run=dry_run)


@outcome_files.post(
    "/outcomes/csv",
    summary="导入结果 Import outcomes",
    dependencies=[wants(Right.MANAGE_OUTCOMES)],
    responses=answers(408, 413, 422),
)
def tell_many(here: Here, by: AskedBy, request: Request, content: Csv, dry_run: Dry = False) -> OutcomesTaken:
    """The same from a CSV file (docs/outcomes.md); row 1 is the header."""
    read = here.outcome_reader.sheet(content)
    taken = here.outcomes.keep(by, read.outcomes, is_dry=dry_run)
    told = replace(taken, ignored=read.ignored)
    return OutcomesTaken.of(told, list(read.errors), _sentence(request), is_dry_run=dry_run)


@router.get(
    "/calls/{call_id}/outcomes",
    summary="结果 Outcomes",
    dependencies=[wants(Right.SEE_CALLS)],
    responses=answers(404, 422),
)
def of_call(here: Here, by: AskedBy, call_id: Id) -> OutcomeList:
    """What came of a call, and of its customer."""
    found = there(here.outcomes.of_call(by, call_id))
    return OutcomeList(outcomes=[OutcomeRow.of(one) for one in found])


@router.get(
    "/calls/{call_id}/earlier",
    summary="客户以前的通话 Earlier calls",
    dependencies=[wants(Right.SEE_CALLS)],
    responses=answers(404, 422),
)
def earlier(
    here: Here, by: AskedBy, call_id: Id, limit: Annotated[int, Query(ge=1, le=200)] = 50
) -> CallPage:
    """The same customer's calls before this one, by the keyed hash; only those that one may see."""
    found = there(here.outcomes.earlier(by, call_id, limit=limit))
    return CallPage(calls=[CallRow.of(one) for one in found], next=None)


@router.get("/agents", summary="坐席 Agents", dependencies=[wants(Right.SEE_AGENTS)])
def agents(here: Here, by: AskedBy) -> AgentList:
    """The agents that one may see: oneself, those of the own teams, or all."""
    return AgentList(agents=[AgentToKeep.of(one) for one in here.staff.agents(by)])


@router.put(
    "/agents", summary="写坐席 Keep agents", dependencies=[wants(Right.MANAGE_AGENTS)], responses=answers(422)
)
def keep_agents(here: Here, by: AskedBy, given: AgentsToKeep) -> AgentsKept:
    """Writes agents with their teams, each as a whole; others stay as they are. Their teams are known already."""
    agents = [one.agent() for one in given.agents]
    for team in {stay.team: None for agent in agents for stay in agent.teams}:
        check_team(here, team)
    return AgentsKept(agents=here.staff.keep_agents(by, agents))


@agent_files.post(
    "/agents/csv",
    summary="导入坐席 Import agents",
    dependencies=[wants(Right.MANAGE_AGENTS)],
    responses=answers(408, 413, 422),
)
def keep_many(here: Here, by: AskedBy, request: Request, content: Csv, dry_run: Dry = False) -> AgentsKept:
    """The same from a CSV file, one row for each stay in a team; of an agent with a wrong row nothing is taken."""
    read = here.read_staff(content)
    if read.agents and not dry_run:
        here.staff.keep_agents(by, read.agents)
    return AgentsKept(
        agents=len(read.agents),
        errors=[WrongRow.of(one, _sentence(request)) for one in read.errors],
        ignored=list(read.ignored),
        is_dry_run=dry_run,
    )


@router.get("/teams", summary="组 Teams", dependencies=[wants(Right.SEE_AGENTS)])
def teams(here: Here, by: AskedBy) -> TeamList:
    """The teams that one may see."""
    rows = [TeamRow(name=one.name, shown_as=one.shown_as) for one in here.staff.teams(by)]
    return TeamList(teams=rows)


@router.put(
    "/teams", summary="写组 Keep teams", dependencies=[wants(Right.MANAGE_AGENTS)], responses=answers(422)
)
def keep_teams(here: Here, by: AskedBy, given: TeamsToKeep) -> TeamsKept:
    """Writes teams; others stay as they are."""
    return TeamsKept(teams=here.staff.keep_teams(by, [one.team() for one in given.teams]))


@router.get(
    "/figures/agents",
    summary="坐席的数字 Figures of agents",
    dependencies=[wants(Right.SEE_CALLS)],
    responses=answers(422),
)
def figures(
    here: Here,
    by: AskedBy,
    since: Annotated[Moment | None, Query(description="收下的时刻，含。")] = None,
    until: Annotated[Moment | None, Query(description="收下的时刻，不含。")] = None,
) -> AgentFiguresList:
    """Calls, mean score with its n, and calls that wait for a person, over the calls that one sees."""
    made = here.staff.figures(by, in_utc("since", since), in_utc("until", until))
    return AgentFiguresList(agents=[AgentFiguresRow.of(one) for one in made])


@router.delete(
    "/teams",
    summary="去掉空的组 Remove an empty team",
    **NOTHING,
    dependencies=[wants(Right.MANAGE_AGENTS)],
    responses=answers(404, 409, 422),
)
def remove_team(
    here: Here,
    by: AskedBy,
    name: Annotated[Name, Query(min_length=1, description="哪一组。Which team.", examples=["北驱"])],
) -> None:
    """Forgets a team that nobody is in, and nothing belongs to: a slip, or one that never came to be."""
    done(here.staff.remove_team(by, name))


def _sentence(request: Request) -> Callable[[QaError], str]:
    return request.app.state.texts.error  # type: ignore[no-any-return]
