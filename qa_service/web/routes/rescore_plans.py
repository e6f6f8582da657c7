"""Re-scoring that comes again: every Monday the draft over last week's calls, say."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path

from qa_service.core.people import Right
from qa_service.web.answers import NOTHING, SIGNED_IN, answers
from qa_service.web.denials import done, there
from qa_service.web.deps import AskedBy, Here, wants
from qa_service.web.schemas.rescore_plans import PlanGiven, PlanList, PlanRow

router = APIRouter(prefix="/rescore-plans", tags=["rescores"], responses=answers(*SIGNED_IN))
_RESCORE = wants(Right.RESCORE)
PlanName = Annotated[
    str, Path(pattern=r"^[a-z][a-z0-9-]{0,59}$", description="计划的名称。", examples=["weekly-draft"])
]


@router.get("", summary="定时重判 Plans", dependencies=[_RESCORE])
def plans(here: Here, by: AskedBy) -> PlanList:
    """Every plan, by name."""
    return PlanList(plans=[PlanRow.of(plan) for plan in here.plans.all(by)])


@router.put("/{name}", summary="写计划 Keep a plan", dependencies=[_RESCORE], responses=answers(404, 422))
def keep(here: Here, by: AskedBy, name: PlanName, given: PlanGiven) -> PlanRow:
    """Begins runs from then on, in place of the plan before. What they find waits for a person, as always."""
    return PlanRow.of(there(here.plans.keep(by, name, given.plan)))


@router.delete(
    "/{name}", summary="删计划 Drop a plan", **NOTHING, dependencies=[_RESCORE], responses=answers(404, 422)
)
def drop(here: Here, by: AskedBy, name: PlanName) -> None:
    """Runs that it began stay."""
    done(here.plans.drop(by, name))
