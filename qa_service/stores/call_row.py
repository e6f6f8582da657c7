"""What the list says of a call, made from its current evaluations: by the machine alone, or as people left them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from qa_service.core.findings import Severity
from qa_service.core.reviews import Verdict
from qa_service.core.stored import WHO_IS_WHO
from qa_service.stores import part_rows
from qa_service.stores.tables import calls, evaluations, findings


def show(connection: sa.Connection, call_id: str) -> None:
    """What lists show of the call, from its current evaluations: the listed one's score, and what all of them found."""
    first = listed(connection, call_id)
    if first is None:
        return
    found = standing(connection, call_id)
    worst = max((severity for severity, _ in found), default=None)
    part_rows.show(connection, call_id, first)
    reason = connection.execute(sa.select(calls.c.reason).where(calls.c.id == call_id)).scalar()
    connection.execute(
        calls.update()
        .where(calls.c.id == call_id)
        .values(
            status=first.status,
            score=first.score,
            passed=first.passed,
            worst="" if worst is None else Severity(worst).word,
            findings=len(found),
            # Who is who is a question of its own, beside those of the findings.
            needs_human=sum(waits for _, waits in found) + (reason in WHO_IS_WHO),
        )
    )


def listed(connection: sa.Connection, call_id: str) -> Any:
    """Id, status, score, pass and parts of the listed evaluation; None where there is none."""
    kept = evaluations.c
    query = sa.select(kept.id, kept.status, kept.score, kept.passed, kept.parts)
    query = query.where(kept.call_id == call_id, kept.is_current.is_(True))
    return connection.execute(query.order_by(kept.is_listed.desc(), kept.created_at.desc()).limit(1)).first()


def news(connection: sa.Connection, call_id: str) -> dict[str, object]:
    """What is told outside of the listed evaluation."""
    first = listed(connection, call_id)
    count = sa.select(sa.func.count()).select_from(findings)
    query = count.where(findings.c.evaluation_id == first.id, findings.c.verdict != Verdict.DISMISSED.value)
    return {
        "call_id": call_id,
        "evaluation_id": first.id,
        "status": first.status,
        "score": first.score,
        "passed": first.passed,
        "findings": connection.execute(query).scalar_one(),
    }


def standing(
    connection: sa.Connection, call_id: str, *also: sa.ColumnElement[bool]
) -> Sequence[tuple[int, bool]]:
    """Severity of each finding that nobody dismissed, and whether it waits for a person; `also` asks more of them.

    A rule that stands in two rulebooks finds the same thing twice, under one id: the surer one counts.
    """
    query = (
        sa.select(findings.c.id, findings.c.severity, findings.c.needs_human)
        .join(evaluations, evaluations.c.id == findings.c.evaluation_id)
        .where(
            findings.c.call_id == call_id,
            evaluations.c.is_current.is_(True),
            findings.c.verdict != Verdict.DISMISSED.value,
            *also,
        )
        .order_by(evaluations.c.is_listed.desc(), evaluations.c.created_at, evaluations.c.id)
    )
    found: dict[str, tuple[int, bool]] = {}
    for row in connection.execute(query):
        known = found.get(row.id)
        if known is None or (known[1] and not row.needs_human):
            found[row.id] = (row.severity, row.needs_human)
    return tuple(found.values())
