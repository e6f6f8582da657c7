"""What people say about findings: confirmed, dismissed, taken back; kept beside what the machine found."""

from __future__ import annotations

from fastapi import APIRouter

from qa_service.core.people import Right
from qa_service.core.reviews import VerdictToGive
from qa_service.web.answers import SIGNED_IN, answers
from qa_service.web.denials import people_only, there
from qa_service.web.deps import AskedBy, Here, wants
from qa_service.web.schemas import Id
from qa_service.web.schemas.reviewing import (
    FindingId,
    LinkedReviewRow,
    ReviewList,
    ReviewRow,
    VerdictSaid,
)

router = APIRouter(prefix="/calls", tags=["reviews"], responses=answers(*SIGNED_IN))


@router.post(
    "/{call_id}/findings/{finding_id}/reviews",
    summary="复核一处命中 Review a finding",
    dependencies=[wants(Right.REVIEW)],
    responses=answers(404, 409, 410, 422),
)
def give(here: Here, by: AskedBy, call_id: Id, finding_id: FindingId, given: VerdictSaid) -> ReviewRow:
    """Says it, and scores the call accordingly before it answers; what the machine found and scored is kept as it was.

    A verdict is a person's: a program's key gives none.
    """
    if by.caller.role is None and by.caller is not here.guest:
        raise people_only("a program reviews nothing")
    said = VerdictToGive(given.verdict, given.reason, given.expects)
    return ReviewRow.of(there(here.reviews.give(by, call_id, finding_id, said)))


@router.get(
    "/{call_id}/reviews",
    summary="复核记录 Reviews of a call",
    dependencies=[wants(Right.SEE_CALLS)],
    responses=answers(404, 422),
)
def reviews(here: Here, by: AskedBy, call_id: Id) -> ReviewList:
    """Every verdict that was ever given, newest first; an agent reads those about the own part."""
    rows = [LinkedReviewRow.linked(one) for one in there(here.reviews.of_call(by, call_id))]
    return ReviewList(reviews=rows, names=dict(here.accounts.names({row.by for row in rows})))
