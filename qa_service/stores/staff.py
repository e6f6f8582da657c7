"""The port `Staff`: agents and teams; calls that name an agent and no team get the team of that agent then."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from qa_service.core.calls import Envelope, ParticipantKind
from qa_service.core.errors import UsageError
from qa_service.core.figures import AgentFigures
from qa_service.core.people import Asked, Right, Sight
from qa_service.core.staff import Agent, Membership, Team, check_memberships
from qa_service.stores import audit, calls, figures
from qa_service.stores.engine import reading
from qa_service.stores.tables import (
    agent_teams,
    agents,
    api_keys,
    batches,
    call_agents,
    sources,
    teams,
    user_teams,
    webhooks,
)
from qa_service.stores.tables import calls as call_rows
from qa_service.stores.workbench import Shelves

#: Where something or somebody of a team stands.
_OF_TEAM = (
    agent_teams.c.team,
    user_teams.c.team,
    api_keys.c.team,
    sources.c.team,
    webhooks.c.team,
    batches.c.team,
    call_rows.c.team,
)


@dataclass(frozen=True, slots=True)
class StoreStaff:
    """Agents see themselves, supervisors their teams; who manages them sees all."""

    shelves: Shelves

    def agents(self, asked: Asked) -> Sequence[Agent]:
        """The agents that one may see, by id."""
        now = self.shelves.now()
        query = sa.select(agents).where(_seen(asked, now)).order_by(agents.c.id)
        with reading(self.shelves.engine) as connection:
            found = connection.execute(query).all()
            stays = _stays(connection)
        return [Agent(row.id, row.shown_as, row.extension, tuple(stays[row.id])) for row in found]

    def keep_agents(self, asked: Asked, wanted: Sequence[Agent]) -> int:
        """Writes these agents, each as a whole; others stay as they are."""
        for agent in wanted:
            check_memberships(agent.id, agent.teams)
        now = self.shelves.now()
        with self.shelves.engine.begin() as connection:
            for agent in wanted:
                _keep_agent(connection, agent, now)
            detail = {"agents": len(wanted)}
            entry = audit.Entry(asked.caller.id, "keep_agents", "agents", detail, asked.request_id)
            audit.write(connection, entry, now=now)
        return len(wanted)

    def teams(self, asked: Asked) -> Sequence[Team]:
        """The teams that one may see, by name."""
        query = sa.select(teams).order_by(teams.c.name)
        sight = asked.caller.sight
        if not _sees_all(asked):
            own = sa.select(agent_teams.c.team).where(agent_teams.c.agent_id == sight.agent_id)
            query = query.where(teams.c.name.in_(own if sight.agent_id else sight.teams))
        with reading(self.shelves.engine) as connection:
            return [Team(row.name, row.shown_as) for row in connection.execute(query)]

    def keep_teams(self, asked: Asked, wanted: Sequence[Team]) -> int:
        """Writes these teams; others stay as they are."""
        now = self.shelves.now()
        with self.shelves.engine.begin() as connection:
            for team in wanted:
                _keep_team(connection, team.name, now)
                named = teams.update().where(teams.c.name == team.name)
                connection.execute(named.values(shown_as=team.shown_as, changed_at=now))
            entry = audit.Entry(
                asked.caller.id, "keep_teams", "teams", {"teams": len(wanted)}, asked.request_id
            )
            audit.write(connection, entry, now=now)
        return len(wanted)

    def remove_team(self, asked: Asked, name: str) -> bool:
        """Forgets a team of which nothing is."""
        with self.shelves.engine.begin() as connection:
            for column in _OF_TEAM:
                if connection.execute(sa.select(column).where(column == name).limit(1)).first():
                    raise UsageError(
                        "team_in_use",
                        where=name,
                        problem=f"it is used ({column.table.name})",
                        fix="Take agents, users, keys and sources out of it; a team with calls stays",
                        by=column.table.name,
                    )
            if not connection.execute(teams.delete().where(teams.c.name == name)).rowcount:
                return False
            entry = audit.Entry(asked.caller.id, "remove_team", f"team:{name}", None, asked.request_id)
            audit.write(connection, entry, now=self.shelves.now())
        return True

    def knows_team(self, name: str) -> bool:
        """Whether somebody wrote it down, or a user or key is of it; any, where there are no teams yet."""
        places = (teams.c.name, user_teams.c.team, api_keys.c.team)
        with reading(self.shelves.engine) as connection:
            for column in places:
                if connection.execute(sa.select(column).where(column == name).limit(1)).first():
                    return True
            return not any(
                connection.execute(sa.select(column).where(column != "").limit(1)).first()
                for column in places
            )

    def figures(self, asked: Asked, since: datetime | None, until: datetime | None) -> Sequence[AgentFigures]:
        """The figures of agents over the calls that one sees, taken in between the two."""
        sight = asked.caller.sight
        wanted: list[sa.ColumnElement[bool]] = [calls.visible(sight)]
        if sight.agent_id:
            wanted.append(call_agents.c.agent_id == sight.agent_id)
        if since:
            wanted.append(call_rows.c.created_at >= since)
        if until:
            wanted.append(call_rows.c.created_at < until)
        with reading(self.shelves.engine) as connection:
            return figures.of_agents(connection, wanted, as_told=bool(sight.agent_id))


def team_of_call(connection: sa.Connection, envelope: Envelope, now: datetime) -> str:
    """The team in which the call's first agent was when it began; empty where nobody knows."""
    known = [p for p in envelope.participants if p.kind is ParticipantKind.AGENT and p.agent_id]
    if not known:
        return ""
    first = min(known, key=lambda one: (one.from_ms, one.id))
    began = envelope.started_at or now
    query = sa.select(agent_teams.c.team).where(agent_teams.c.agent_id == first.agent_id, _then(began))
    return connection.execute(query.limit(1)).scalar() or ""


def _then(moment: datetime) -> sa.ColumnElement[bool]:
    stay = agent_teams.c
    return sa.and_(
        sa.or_(stay.since.is_(None), stay.since <= moment), sa.or_(stay.until.is_(None), stay.until > moment)
    )


def _sees_all(asked: Asked) -> bool:
    caller = asked.caller
    return caller.sight.everything or (caller.may(Right.MANAGE_AGENTS) and not caller.is_bound)


def _seen(asked: Asked, now: datetime) -> sa.ColumnElement[bool]:
    sight: Sight = asked.caller.sight
    if _sees_all(asked):
        return sa.true()
    if sight.agent_id:
        return agents.c.id == sight.agent_id
    own = sa.select(agent_teams.c.agent_id).where(agent_teams.c.team.in_(sight.teams), _then(now))
    return agents.c.id.in_(own)


def _stays(connection: sa.Connection) -> defaultdict[str, list[Membership]]:
    found: defaultdict[str, list[Membership]] = defaultdict(list)
    for row in connection.execute(sa.select(agent_teams).order_by(agent_teams.c.position)):
        found[row.agent_id].append(Membership(row.team, row.since, row.until))
    return found


def _keep_agent(connection: sa.Connection, agent: Agent, now: datetime) -> None:
    values: dict[str, Any] = {"shown_as": agent.shown_as, "extension": agent.extension, "changed_at": now}
    if not connection.execute(agents.update().where(agents.c.id == agent.id).values(**values)).rowcount:
        connection.execute(agents.insert().values(id=agent.id, **values))
    connection.execute(agent_teams.delete().where(agent_teams.c.agent_id == agent.id))
    for position, stay in enumerate(agent.teams):
        _keep_team(connection, stay.team, now)
        row = {"team": stay.team, "since": stay.since, "until": stay.until}
        connection.execute(agent_teams.insert().values(agent_id=agent.id, position=position, **row))


def _keep_team(connection: sa.Connection, name: str, now: datetime) -> None:
    if connection.execute(sa.select(teams.c.name).where(teams.c.name == name)).first() is None:
        connection.execute(teams.insert().values(name=name, changed_at=now))
