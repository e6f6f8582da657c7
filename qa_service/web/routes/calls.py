"""Calls: listed, and read."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from qa_service.core.people import Right
from qa_service.web.answers import SIGNED_IN, answers
from qa_service.web.denials import there
from qa_service.web.deps import AskedBy, Here, check_right, wants
from qa_service.web.filters import Wanted
from qa_service.web.schemas import Document, Id, MaybeBecause, Name
from qa_service.web.schemas.calls import CallPage, CallRow
from qa_service.web.schemas.evaluations import EvaluationList, EvaluationRow

router = APIRouter(prefix="/calls", tags=["calls"], responses=answers(*SIGNED_IN))


@router.get("", summary="通话列表 List calls", dependencies=[wants(Right.SEE_CALLS)], responses=answers(422))
def page(
    here: Here,
    by: AskedBy,
    wanted: Wanted,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    before: Annotated[int | None, Query(ge=0, le=2**62, description="上一页的 next。")] = None,
) -> CallPage:
    """Calls, newest first."""
    found = here.archive.page(by, wanted, limit=limit, before=before)
    return CallPage(calls=[CallRow.of(call) for call in found.calls], next=found.cursor)


@router.get(
    "/{call_id}",
    summary="一通电话 One call",
    dependencies=[wants(Right.SEE_CALLS)],
    responses=answers(404, 422),
)
def call(
    here: Here, by: AskedBy, call_id: Id, unmasked_because: Annotated[MaybeBecause, Query()] = ""
) -> CallRow:
    """One call without its words; numbers of people in its names are masked."""
    if unmasked_because:
        check_right(by, Right.UNMASKED)
    return CallRow.of(there(here.archive.call(by, call_id, unmasked_because=unmasked_because)))


@router.get(
    "/{call_id}/assessment",
    summary="结果 The assessment",
    dependencies=[wants(Right.SEE_CALLS)],
    responses=answers(404, 410, 422),
)
def assessment(
    here: Here,
    by: AskedBy,
    call_id: Id,
    rulebook: Annotated[
        Name, Query(description="按哪份方案的；不写就是列表所示的那份。By which rulebook.")
    ] = "",
    unmasked_because: Annotated[MaybeBecause, Query()] = "",
) -> Document:
    """The current assessment (schema qa-service/assessment@1); personal data are masked."""
    if unmasked_because:
        check_right(by, Right.UNMASKED)
    return there(here.archive.assessment(by, call_id, rulebook=rulebook, unmasked_because=unmasked_because))


@router.get(
    "/{call_id}/evaluations",
    summary="历次评价 All evaluations",
    dependencies=[wants(Right.SEE_CALLS)],
    responses=answers(404, 422),
)
def evaluations(here: Here, by: AskedBy, call_id: Id) -> EvaluationList:
    """Every evaluation that the call ever got."""
    found = there(here.archive.history(by, call_id))
    return EvaluationList(evaluations=[EvaluationRow.model_validate(dict(row)) for row in found])
