"""Conditions: in whose part of a call a finding is. What nobody knows of a call of several agents is nobody's."""

from __future__ import annotations

from typing import TypeAlias

import sqlalchemy as sa

from qa_service.core.findings import Stage
from qa_service.core.stored import WHO_IS_WHO
from qa_service.stores.tables import call_agents, calls, evaluations, findings

#: An agent's id, or the column that holds it.
_Agent: TypeAlias = str | sa.ColumnElement[str]


def is_of(agent: _Agent) -> sa.ColumnElement[bool]:
    """That a finding is in this agent's part."""
    return is_in_part(findings, agent)


def is_in_part(table: sa.Table, agent: _Agent) -> sa.ColumnElement[bool]:
    """The same of whatever hangs on a finding and says in whose part it is."""
    alone = sa.and_(table.c.agent_id == "", ~is_shared(table.c.call_id, agent))
    return sa.or_(table.c.agent_id == agent, alone)


def is_told() -> sa.ColumnElement[bool]:
    """That a finding is told to agents: what is only observed is for QA alone."""
    return findings.c.stage != Stage.OBSERVE.value


def hangs_on_told(table: sa.Table) -> sa.ColumnElement[bool]:
    """The same of whatever hangs on a finding."""
    of = (findings.c.evaluation_id == table.c.evaluation_id, findings.c.id == table.c.finding_id)
    observed = sa.exists().where(*of, findings.c.stage == Stage.OBSERVE.value)
    return ~observed.correlate(table)


def whose() -> sa.ColumnElement[str]:
    """In whose part a finding is; of a call of one agent that agent's; empty where nobody knows."""
    own = call_agents.alias()
    only = sa.select(sa.func.min(own.c.agent_id)).where(own.c.call_id == findings.c.call_id)
    alone = only.having(sa.func.count() == 1).correlate(findings).scalar_subquery()
    return sa.func.coalesce(sa.func.nullif(findings.c.agent_id, ""), alone, "")


def is_shared(call_id: sa.ColumnElement[str], agent: _Agent) -> sa.ColumnElement[bool]:
    """That a call is also another agent's."""
    other = call_agents.alias()
    return sa.exists().where(other.c.call_id == call_id, other.c.agent_id != agent)


def waits(agent: _Agent) -> sa.ColumnElement[bool]:
    """That of a call in which something waits for a person, something does in this agent's part."""
    return sa.or_(~is_shared(calls.c.id, agent), _waiting(agent).exists())


def waits_told(agent: _Agent) -> sa.ColumnElement[bool]:
    """The same as that agent is told: what is only observed waits for nobody they know of."""
    alone, waiting = ~is_shared(calls.c.id, agent), _waiting(agent)
    who_is_who = calls.c.reason.in_(sorted(WHO_IS_WHO))
    nothing_observed = ~waiting.where(~is_told()).exists()
    return sa.or_(sa.and_(alone, sa.or_(who_is_who, nothing_observed)), waiting.where(is_told()).exists())


def _waiting(agent: _Agent) -> sa.Select[tuple[str]]:
    """What waits for a person in an agent's part of a call."""
    found = findings.join(evaluations, evaluations.c.id == findings.c.evaluation_id)
    query = sa.select(findings.c.id).select_from(found).correlate(calls, call_agents)
    return query.where(
        findings.c.call_id == calls.c.id,
        findings.c.needs_human.is_(True),
        evaluations.c.is_current.is_(True),
        is_of(agent),
    )
