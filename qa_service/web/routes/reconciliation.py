"""The calls of a day: expected against received."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response

from qa_service.core.people import Right
from qa_service.web.answers import SIGNED_IN, answers
from qa_service.web.denials import Denied
from qa_service.web.deps import AskedBy, Here, wants
from qa_service.web.schemas.reconciliation import CallOfDay, CountRow, Reconciliation

router = APIRouter(
    prefix="/reconciliation",
    tags=["reconciliation"],
    dependencies=[wants(Right.MANAGE_SOURCES)],
    responses=answers(*SIGNED_IN),
)
#: In JSON; the CSV has all.
_MOST = 1_000
_FINE = frozenset({"scored", "processing"})


@router.get(
    "",
    summary="每日对账 A day",
    response_model=Reconciliation,
    responses={200: {"content": {"text/csv": {}}, "description": "对账。The day."}, **answers(422)},
)
def day(
    here: Here,
    by: AskedBy,
    day: Annotated[
        date, Query(description="本地日期。By the zone of the installation.", examples=["2026-11-25"])
    ],
    form: Literal["json", "csv"] = "json",
) -> Reconciliation | Response:
    """What there was by the call records, what came, what was scored, what could not be, what is missing."""
    if not date(2000, 1, 1) <= day <= date(2200, 1, 1):
        raise Denied(
            "request_invalid",
            where="day",
            problem="is no day of ours",
            fix="Write 2026-11-25",
            why="no_day",
            limit="",
        )
    counts, rows = here.sources.day(by, day, here.timezone)
    if form == "csv":
        named = {"Content-Disposition": f'attachment; filename="reconciliation-{day.isoformat()}.csv"'}
        return Response(here.day_table(rows), media_type="text/csv; charset=utf-8", headers=named)
    attention = [CallOfDay.of(row) for row in rows if row.state not in _FINE][:_MOST]
    return Reconciliation(counts=[CountRow.of(count) for count in counts], attention=attention)
