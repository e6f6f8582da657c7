"""Alerts in the store: raised in the transaction that keeps the evaluation, listed, and handled by people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from qa_service.core.alerts import Alert, AlertFilter, AlertState, AlertStep, Raised, alerting
from qa_service.core.findings import Finding, Severity
from qa_service.core.imported import is_brought
from qa_service.core.people import Sight
from qa_service.core.stored import Job, Origin
from qa_service.core.time import Span
from qa_service.ports.storing import Judged
from qa_service.stores import deliveries, readers
from qa_service.stores.calls import visible
from qa_service.stores.ids import new_id
from qa_service.stores.own_findings import hangs_on_told, is_in_part
from qa_service.stores.tables import alert_steps, alerts, calls, evaluations


def raise_for(connection: sa.Connection, job: Job, made: Sequence[Judged], *, now: datetime) -> int:
    """Raises what this work found and no alert was about before, and tells who wants to know; answers how many.

    Of a call that was brought along from another system nobody is told: it was over long ago.
    The caller holds the call, and has kept the evaluations.
    """
    source = connection.execute(sa.select(calls.c.source).where(calls.c.id == job.call_id)).scalar_one()
    if is_brought(source):
        return 0
    found = {finding.id: (finding, one) for one in reversed(made) for finding in one.findings}
    policies = {rule: policy for one in made for rule, policy in one.rulebook.book.alerts.items()}
    due = alerting((finding for finding, _ in found.values()), policies, _raised(connection, job.call_id))
    for finding in due:
        row = _row(connection, job, found[finding.id][1], finding) | {"id": new_id(now), "raised_at": now}
        connection.execute(alerts.insert().values(**row))
        deliveries.announce(connection, "alert.raised", _news(row, finding, found[finding.id][1]), now=now)
    return len(due)


def page(
    connection: sa.Connection, sight: Sight, wanted: AlertFilter, *, limit: int, before: str = ""
) -> tuple[Alert, ...]:
    """The newest alerts of calls that may be seen; `before` is the id of the last one of the page before."""
    query = _seen(sight).where(*_conditions(wanted))
    if before:
        query = query.where(alerts.c.id < before)
    rows = connection.execute(query.order_by(alerts.c.id.desc()).limit(limit)).all()
    done = _steps(connection, [row.id for row in rows])
    return tuple(_told(sight, _alert(row, done[row.id])) for row in rows)


def hold(connection: sa.Connection, alert_id: str, sight: Sight) -> Alert | None:
    """One alert, where it may be seen; nobody else changes it before this transaction ends."""
    query = _seen(sight).where(alerts.c.id == alert_id).with_for_update(of=alerts)
    row = connection.execute(query).first()
    return None if row is None else _told(sight, _alert(row, _steps(connection, [alert_id])[alert_id]))


def handle(connection: sa.Connection, alert: Alert, step: AlertStep) -> Alert:
    """The alert after this step; what was done before it stays with who did it and what they wrote."""
    connection.execute(
        alerts.update()
        .where(alerts.c.id == alert.id)
        .values(state=step.state.value, handled_by=step.by, handled_at=step.at, note=step.note)
    )
    row = {"state": step.state.value, "done_by": step.by, "done_at": step.at, "note": step.note}
    connection.execute(alert_steps.insert().values(alert_id=alert.id, **row))
    return alert.after(step)


def forget_words(connection: sa.Connection, call_id: str) -> None:
    """What people wrote goes with the words that they wrote about."""
    own = sa.select(alerts.c.id).where(alerts.c.call_id == call_id)
    connection.execute(alert_steps.update().where(alert_steps.c.alert_id.in_(own)).values(note=""))
    connection.execute(alerts.update().where(alerts.c.call_id == call_id).values(note=""))


def forget_agents(connection: sa.Connection, call_id: str) -> None:
    """Whose part it was in goes where nothing is to lead back to them."""
    connection.execute(alerts.update().where(alerts.c.call_id == call_id).values(agent_id=""))


def _raised(connection: sa.Connection, call_id: str) -> list[Raised]:
    columns = (alerts.c.finding_id, alerts.c.rule, alerts.c.start_ms, alerts.c.end_ms)
    rows = connection.execute(sa.select(*columns).where(alerts.c.call_id == call_id).order_by(alerts.c.id))
    return [Raised(row.finding_id, row.rule, Span(row.start_ms, row.end_ms)) for row in rows]


def _row(connection: sa.Connection, job: Job, made: Judged, finding: Finding) -> dict[str, Any]:
    kept = evaluations.c
    by_this = (kept.job_id == job.id, kept.rulebook_name == made.rulebook.book.name)
    evaluation = connection.execute(sa.select(kept.id, kept.origin).where(*by_this)).one()
    whose = {one["id"]: one["agent_id"] or "" for one in made.document.get("findings", ())}
    return {
        "call_id": job.call_id,
        "evaluation_id": evaluation.id,
        "finding_id": finding.id,
        "rule": finding.rule,
        "label": finding.label,
        "severity": int(finding.severity),
        "team": sa.select(calls.c.team).where(calls.c.id == job.call_id).scalar_subquery(),
        "agent_id": whose.get(finding.id, ""),
        "start_ms": finding.span.start_ms,
        "end_ms": finding.span.end_ms,
        "origin": evaluation.origin,
        "needs_human": finding.needs_human,
        "state": AlertState.OPEN.value,
    }


def _news(row: dict[str, Any], finding: Finding, made: Judged) -> dict[str, object]:
    """What is told outside: the rule in its author's words, in the language in which the document was made."""
    titles = {one["id"]: one["title"] for one in made.document.get("findings", ())}
    return {
        "call_id": row["call_id"],
        "alert_id": row["id"],
        "rule": finding.rule,
        "title": titles.get(finding.id, finding.title.zh_CN),
        "label": finding.label,
        "severity": finding.severity.word,
        "at_ms": finding.span.start_ms,
        "needs_human": finding.needs_human,
    }


def _seen(sight: Sight) -> sa.Select[Any]:
    """Agents see what was found in their own part of a call; what was raised at `observe` in earlier days is QA's."""
    agent = readers.agent_of(sight)
    own = [is_in_part(alerts, agent), hangs_on_told(alerts)] if agent else []
    joined = alerts.join(calls, calls.c.id == alerts.c.call_id)
    return sa.select(alerts).select_from(joined).where(visible(sight), *own)


def _conditions(wanted: AlertFilter) -> list[sa.ColumnElement[bool]]:
    given: list[sa.ColumnElement[bool]] = []
    if wanted.states:
        given.append(alerts.c.state.in_([state.value for state in wanted.states]))
    if wanted.least is not None:
        given.append(alerts.c.severity >= int(wanted.least))
    if wanted.team:
        given.append(alerts.c.team == wanted.team)
    if wanted.call_id:
        given.append(alerts.c.call_id == wanted.call_id)
    if wanted.since is not None:
        given.append(alerts.c.raised_at >= wanted.since)
    return given


def _told(sight: Sight, alert: Alert) -> Alert:
    return alert.without_notes() if readers.agent_of(sight) else alert


def _steps(connection: sa.Connection, ids: Sequence[str]) -> Mapping[str, tuple[AlertStep, ...]]:
    """What was done about each of these alerts, the first thing first."""
    query = sa.select(alert_steps).where(alert_steps.c.alert_id.in_(ids)).order_by(alert_steps.c.seq)
    done: dict[str, tuple[AlertStep, ...]] = dict.fromkeys(ids, ())
    for row in connection.execute(query):
        done[row.alert_id] += (AlertStep(AlertState(row.state), row.done_by, row.done_at, row.note),)
    return done


def _alert(row: Any, steps: tuple[AlertStep, ...]) -> Alert:
    return Alert(
        id=row.id,
        call_id=row.call_id,
        finding_id=row.finding_id,
        evaluation_id=row.evaluation_id,
        rule=row.rule,
        label=row.label,
        severity=Severity(row.severity),
        team=row.team,
        agent_id=row.agent_id,
        span=Span(row.start_ms, row.end_ms),
        raised_at=row.raised_at,
        origin=Origin(row.origin),
        needs_human=row.needs_human,
        state=AlertState(row.state),
        by=row.handled_by,
        at=row.handled_at,
        note=row.note,
        steps=steps,
    )
