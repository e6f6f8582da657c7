"""Counts and means over calls, made by the database."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from qa_service.core.figures import AgentFigures, RuleFigures, TeamFigures
from qa_service.core.reviews import Verdict
from qa_service.core.stored import CallState
from qa_service.core.weeks import Week
from qa_service.privacy.labels import covered
from qa_service.stores.imported import is_ours
from qa_service.stores.own_findings import waits, waits_told
from qa_service.stores.tables import call_agents, calls, evaluations, findings

#: A mean is told as scores are: to one decimal.
_DECIMALS = 1
_MOST_RULES = 50


def of_agents(
    connection: sa.Connection, wanted: Sequence[sa.ColumnElement[bool]], *, as_told: bool = False
) -> tuple[AgentFigures, ...]:
    """Each agent's figures over the calls for which all conditions hold, by agent.

    A call that was transferred counts for all of its agents, for each with the score of their own part. It waits for
    a person with those in whose part something does; `as_told`, as agents are told: not for what is only observed.
    Calls that were brought along from another system stand apart: they are in nobody's figures.
    """
    waiting = (waits_told if as_told else waits)(call_agents.c.agent_id)
    query = (
        sa.select(
            call_agents.c.agent_id,
            sa.func.count().label("calls"),
            sa.func.count(call_agents.c.score).label("scored"),
            sa.func.avg(call_agents.c.score).label("mean"),
            _how_many(calls.c.state == CallState.JUDGED.value).label("judged"),
            _how_many(sa.and_(calls.c.needs_human > 0, waiting)).label("needs_human"),
        )
        .select_from(call_agents.join(calls, calls.c.id == call_agents.c.call_id))
        .where(*wanted, is_ours())
        .group_by(call_agents.c.agent_id)
        .order_by(call_agents.c.agent_id)
    )
    return tuple(
        AgentFigures(
            covered(row.agent_id),
            row.calls,
            row.scored,
            _mean(row.mean),
            row.needs_human if row.judged else None,
        )
        for row in connection.execute(query)
    )


def of_team(connection: sa.Connection, team: str, week: Week) -> TeamFigures:
    """A team's week; all calls where the name is empty."""
    wanted = [*in_week(week)] + ([calls.c.team == team] if team else [])
    row = connection.execute(_query_of_team().where(*wanted)).one()
    known = bool(row.judged)
    return TeamFigures(
        team=team,
        week=week,
        calls=row.calls,
        judged=row.judged,
        not_scorable=row.not_scorable,
        failed=row.failed,
        scored=row.scored,
        mean_score=_mean(row.mean),
        passed=row.passed if known else None,
        needs_human=row.needs_human if known else None,
        agents=of_agents(connection, wanted),
        rules=_rules(connection, wanted),
    )


def teams_of(connection: sa.Connection, week: Week) -> tuple[str, ...]:
    """The teams that had calls, and "" for all together."""
    query = sa.select(calls.c.team).where(*in_week(week), calls.c.team != "").distinct()
    return ("", *sorted(connection.execute(query).scalars()))


def in_week(week: Week) -> tuple[sa.ColumnElement[bool], ...]:
    """Calls that were taken in then, without those that were brought along from another system."""
    return is_ours(), calls.c.created_at >= week.since, calls.c.created_at < week.until


def _query_of_team() -> sa.Select[Any]:
    columns: list[Any] = [
        sa.func.count().label("calls"),
        *(
            _how_many(calls.c.state == state.value).label(state.value)
            for state in (CallState.JUDGED, CallState.NOT_SCORABLE, CallState.FAILED)
        ),
        sa.func.count(calls.c.score).label("scored"),
        sa.func.avg(calls.c.score).label("mean"),
        _how_many(calls.c.passed.is_(True)).label("passed"),
        _how_many(calls.c.needs_human > 0).label("needs_human"),
    ]
    return sa.select(*columns).select_from(calls)


def _rules(connection: sa.Connection, wanted: Sequence[sa.ColumnElement[bool]]) -> tuple[RuleFigures, ...]:
    fired = findings.join(evaluations, evaluations.c.id == findings.c.evaluation_id).join(
        calls, calls.c.id == findings.c.call_id
    )
    count = sa.func.count(findings.c.call_id.distinct())
    query = (
        sa.select(findings.c.rule, count)
        .select_from(fired)
        .where(evaluations.c.is_current, findings.c.verdict != Verdict.DISMISSED.value, *wanted)
        .group_by(findings.c.rule)
        .order_by(count.desc(), findings.c.rule)
        .limit(_MOST_RULES)
    )
    return tuple(RuleFigures(rule, calls_) for rule, calls_ in connection.execute(query))


def _how_many(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    return sa.func.coalesce(sa.func.sum(sa.case((condition, 1), else_=0)), 0)


def _mean(value: float | None) -> float | None:
    return None if value is None else round(float(value), _DECIMALS)
