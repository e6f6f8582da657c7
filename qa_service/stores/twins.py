"""A condition: of what several rulebooks found alike, under one id, the one that counts (adr/0014)."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from qa_service.core.reviews import Verdict
from qa_service.stores.tables import evaluations, findings


def is_the_surest() -> sa.ColumnElement[bool]:
    """That no other current evaluation of the call has the same finding and is surer of it.

    As the call's row counts (stores/call_row.py): what was dismissed last, then what waits for a person; of those
    that are alike the listed evaluation's, then the older one's.
    """
    twin, judged = findings.alias(), evaluations.alias()
    both: sa.Select[Any] = sa.select(sa.literal_column("1")).select_from(
        twin.join(judged, judged.c.id == twin.c.evaluation_id)
    )
    surer = both.where(
        twin.c.call_id == findings.c.call_id,
        twin.c.id == findings.c.id,
        twin.c.evaluation_id != findings.c.evaluation_id,
        judged.c.is_current.is_(True),
        _rank(twin.c, judged.c) < _rank(findings.c, evaluations.c),
    )
    return ~surer.correlate(findings, evaluations).exists()


def _rank(found: Any, judged: Any) -> sa.Tuple:
    """Smaller is surer."""
    return sa.tuple_(
        _number(found.verdict == Verdict.DISMISSED.value),
        _number(found.needs_human.is_(True)),
        _number(judged.is_listed.is_(False)),
        judged.created_at,
        judged.id,
    )


def _number(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    return sa.case((condition, 1), else_=0)
