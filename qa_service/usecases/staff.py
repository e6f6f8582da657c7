"""Agents and their teams as a personnel system exports them: one row for each stay in a team."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from functools import cache

from qa_service.core.calendar import open_end
from qa_service.core.errors import QaError, UsageError
from qa_service.core.outcomes import RowError
from qa_service.core.staff import Agent, Membership, check_memberships, plain_id
from qa_service.text.table import has_breaks
from qa_service.usecases.moments import read_moment
from qa_service.usecases.sheet import read_sheet, too_wide

#: What may stand over a column, beside our own name.
HEADERS: Mapping[str, tuple[str, ...]] = {
    "agent_id": ("工号", "坐席工号", "坐席"),
    "shown_as": ("name", "姓名", "名称"),
    "extension": ("分机", "分机号"),
    "team": ("组", "班组", "团队"),
    "since": ("from", "开始", "生效日期", "入组日期"),
    "until": ("to", "结束", "失效日期", "离组日期"),
}
#: Beside 工号 it is the name of who has it.
_BESIDE = {"坐席": "shown_as"}
_LONGEST = 100


@dataclass(frozen=True, slots=True)
class StaffRead:
    """Agents whose rows are all right, and the rows that are not."""

    agents: tuple[Agent, ...]
    errors: tuple[RowError, ...]
    ignored: tuple[str, ...]


def read_staff(content: bytes, zone: tzinfo, knows: Callable[[str], bool] = bool) -> StaffRead:
    """The agents of a CSV file; of an agent with a wrong row nothing is taken. `knows`: whether there is such a team.

    Raises:
        UsageError: see `read_sheet`.
    """
    sheet = read_sheet(content, HEADERS, frozenset({"agent_id"}), _BESIDE)
    agents: dict[str, Agent] = {}
    errors: list[RowError] = []
    wrong: set[str] = set()
    is_known = cache(knows)
    for number, fields in sheet.rows:
        agent_id = plain_id(fields.get("agent_id", ""))
        try:
            if number in sheet.wide:
                raise too_wide(number)
            if (team := fields.get("team", "")) and not is_known(team):
                raise team_unknown("team")
            agents[agent_id] = _with(agents.get(agent_id, Agent(agent_id)), fields, zone)
        except QaError as error:
            errors.append(RowError(number, error))
            wrong.add(agent_id)
    fit = tuple(agent for agent_id, agent in agents.items() if agent_id not in wrong)
    return StaffRead(fit, tuple(errors), sheet.ignored)


def _with(agent: Agent, fields: Mapping[str, str], zone: tzinfo) -> Agent:
    if not agent.id or any(len(value) > _LONGEST or has_breaks(value) for value in fields.values()):
        raise UsageError(
            "staff_invalid",
            where="agent_id",
            problem="is empty, or something in its row is too long or holds a line break",
            fix="See docs/outcomes.md for the columns",
        )
    stays = agent.teams
    if team := fields.get("team", ""):
        stays = (*stays, Membership(team, _day(fields, "since", zone), open_end(_day(fields, "until", zone))))
    check_memberships(agent.id, stays)
    return Agent(
        agent.id,
        fields.get("shown_as", "") or agent.shown_as,
        plain_id(fields.get("extension", "")) or agent.extension,
        stays,
    )


def team_unknown(where: str) -> UsageError:
    """A team that nobody wrote down: what comes for it would be seen by nobody but leads."""
    return UsageError(
        "team_unknown", where=where, problem="nobody knows this team", fix="Add it at PUT /api/v1/teams"
    )


def check_agent(agent: Agent) -> None:
    """Ids and names are of one line, and nobody is in two teams at once.

    Raises:
        UsageError: `staff_invalid`, `staff_overlap`.
    """
    check_memberships(agent.id, agent.teams)
    said = (agent.id, agent.shown_as, agent.extension, *(stay.team for stay in agent.teams))
    if any(map(has_breaks, said)):
        raise UsageError(
            "staff_invalid",
            where=agent.id,
            problem="something about this agent holds a line break",
            fix="Write every id and name on one line",
        )


def _day(fields: Mapping[str, str], name: str, zone: tzinfo) -> datetime | None:
    written = fields.get(name, "")
    return read_moment(written, zone, where=name) if written else None
