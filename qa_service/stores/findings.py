"""Findings of current evaluations, over many calls: where they are and how sure, never what was said."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from qa_service.core.findings import Severity, Stage
from qa_service.core.lists import FindingFilter, FindingPage, ListedFinding
from qa_service.core.people import Sight
from qa_service.core.reviews import Verdict
from qa_service.core.speech import Role
from qa_service.core.time import Span
from qa_service.stores import lists
from qa_service.stores.lists import MOST_ROWS
from qa_service.stores.own_findings import is_of, is_told, whose
from qa_service.stores.tables import calls, evaluations, findings, reviews
from qa_service.stores.twins import is_the_surest


def page(
    connection: sa.Connection,
    sight: Sight,
    wanted: FindingFilter,
    *,
    limit: int = 50,
    before: tuple[int, int, str] | None = None,
) -> FindingPage:
    """One page: of the newest calls first, within a call as they were said; `before` is the last page's cursor."""
    limit = min(limit, MOST_ROWS)
    way = lists.along(connection, sight, wanted.calls)
    found = way.rows.join(findings, findings.c.call_id == calls.c.id)
    shown = (way.seq.label("seq"), calls.c.team, evaluations.c.rulebook_name, whose().label("whose"))
    query = (
        sa.select(findings, *shown)
        .select_from(found.join(evaluations, evaluations.c.id == findings.c.evaluation_id))
        .where(evaluations.c.is_current.is_(True), *way.conditions, *_conditions(wanted), *_own(sight))
    )
    if before is not None:
        query = query.where(_is_after(way.seq, before))
    order = (way.seq.desc(), findings.c.start_ms, findings.c.id)
    rows = connection.execute(query.order_by(*order).limit(limit + 1)).all()
    last = rows[limit - 1] if len(rows) > limit else None
    cursor = None if last is None else (last.seq, last.start_ms, last.id)
    return FindingPage(tuple(map(_listed, rows[:limit])), cursor)


def _conditions(wanted: FindingFilter) -> list[sa.ColumnElement[bool]]:
    given: list[sa.ColumnElement[bool]] = []
    if wanted.call_id:
        given.append(findings.c.call_id == wanted.call_id)
    if wanted.rule:
        given.append(findings.c.rule == wanted.rule)
    if wanted.stage is not None:
        given.append(findings.c.stage == wanted.stage.value)
    if wanted.least is not None:
        given.append(findings.c.severity >= int(wanted.least))
    given += _reviewed(wanted)
    if wanted.calls.agent_id:
        given.append(is_of(wanted.calls.agent_id))
    rulebook = wanted.calls.rulebook
    # By one rulebook there is one current evaluation of a call: nothing is found twice.
    given.append(evaluations.c.rulebook_name == rulebook if rulebook else is_the_surest())
    if wanted.calls.needs_human:
        given.append(findings.c.needs_human.is_(True))
    return given


def _reviewed(wanted: FindingFilter) -> list[sa.ColumnElement[bool]]:
    """What people said; of the calls that have a review at all, which are few."""
    if wanted.verdict is None and not wanted.is_reviewed:
        return [] if wanted.is_reviewed is None else [findings.c.verdict == ""]
    of_reviewed = calls.c.id.in_(sa.select(reviews.c.call_id))
    said = findings.c.verdict == wanted.verdict.value if wanted.verdict else findings.c.verdict != ""
    nobody = [findings.c.verdict == ""] if wanted.is_reviewed is False else []
    return [of_reviewed, said, *nobody]


def _own(sight: Sight) -> list[sa.ColumnElement[bool]]:
    """Agents see what was found in their own part of a call, and nothing that is only observed."""
    return [] if sight.everything or not sight.agent_id else [is_of(sight.agent_id), is_told()]


def _is_after(place: sa.ColumnElement[int], before: tuple[int, int, str]) -> sa.ColumnElement[bool]:
    seq, start_ms, finding_id = before
    later = sa.or_(
        findings.c.start_ms > start_ms,
        sa.and_(findings.c.start_ms == start_ms, findings.c.id > finding_id),
    )
    return sa.or_(place < seq, sa.and_(place == seq, later))


def _listed(row: Any) -> ListedFinding:
    return ListedFinding(
        id=row.id,
        call_id=row.call_id,
        evaluation_id=row.evaluation_id,
        rulebook=row.rulebook_name,
        team=row.team,
        agent_id=row.whose,
        rule=row.rule,
        severity=Severity(row.severity),
        stage=Stage(row.stage),
        role=Role(row.role),
        span=Span(row.start_ms, row.end_ms),
        confidence=row.confidence,
        needs_human=row.needs_human,
        verdict=Verdict(row.verdict) if row.verdict else None,
    )
