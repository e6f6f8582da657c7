"""Judging stored calls again: begun, looked at, stopped, approved in whole or in part, discarded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from qa_service.core.people import Right
from qa_service.core.rescores import Choice, Rescore
from qa_service.web.answers import SIGNED_IN, answers
from qa_service.web.denials import Denied, there
from qa_service.web.deps import AskedBy, Here, in_utc, wants
from qa_service.web.parts import Parts
from qa_service.web.schemas import Id, Moment
from qa_service.web.schemas.rescores import (
    Remeasuring,
    RescoredList,
    RescoredRow,
    RescoreList,
    RescoreRow,
    RescoreToApprove,
    RescoreToBegin,
    RescoreToDiscard,
)

router = APIRouter(prefix="/rescores", tags=["rescores"], responses=answers(*SIGNED_IN))
#: Outside of the API: for people.
links = APIRouter(prefix="/rescores", tags=["rescores"], responses=answers(*SIGNED_IN))
_RESCORE = wants(Right.RESCORE)
_PUBLISH = wants(Right.PUBLISH_RULEBOOKS, of_centre=True)
_MOST = 100


@router.get("", summary="历次重判 Runs", dependencies=[_RESCORE], responses=answers(422))
def page(
    here: Here,
    by: AskedBy,
    limit: Annotated[int, Query(ge=1, le=_MOST)] = 50,
    before: Annotated[Moment | None, Query(description="上一页的 next。")] = None,
) -> RescoreList:
    """The newest first."""
    runs = here.rescores.page(by, limit=limit, before=in_utc("before", before))
    following = runs[-1].created_at if len(runs) == limit else None
    return RescoreList(rescores=[_row(here, run) for run in runs], next=following)


@router.post(
    "", summary="开始重判 Begin", status_code=202, dependencies=[_RESCORE], responses=answers(404, 409, 422)
)
def begin(here: Here, by: AskedBy, given: RescoreToBegin) -> RescoreRow:
    """Chooses calls and compares; nothing counts before somebody approves it. Follow it at `GET /rescores/{id}`."""
    wanted = given.selection(in_utc("since", given.since), in_utc("until", given.until))
    name = given.rulebook
    bundle = there(here.rulebooks.read(by, name) if given.is_draft else here.in_force(name))
    starts_at = in_utc("starts_at", given.starts_at)
    other = there(here.in_force(given.against)) if given.against else None
    run = here.rescores.begin(
        by, bundle, wanted, given.volume, is_draft=given.is_draft, starts_at=starts_at, against=other
    )
    return _row(here, run)


@router.get(
    "/{rescore_id}", summary="进度 How far it is", dependencies=[_RESCORE], responses=answers(404, 422)
)
def run(here: Here, by: AskedBy, rescore_id: Id) -> RescoreRow:
    """How a run stands, how fast it goes, and what was decided."""
    return _row(here, there(here.rescores.find(by, rescore_id)))


@router.get(
    "/{rescore_id}/diff",
    summary="差在哪 The difference",
    dependencies=[_RESCORE],
    responses=answers(404, 409, 422),
)
def diff(here: Here, by: AskedBy, rescore_id: Id) -> dict[str, Any]:
    """What the rulebook changes (`qa-service/rescore@1`): flips, rules, scores, agents, teams, work, agreement."""
    found = there(here.rescores.find(by, rescore_id))
    counted = here.rescores.diff(found)
    if counted is None:
        raise Denied(
            "rescore_state", problem="not all calls are compared", fix="Wait", state=found.state.value
        )
    return dict(here.rescored(_told(found), counted, found.volume))


@links.get(
    "/{rescore_id}",
    summary="差在哪，网页 The difference as a page",
    dependencies=[_RESCORE],
    response_class=Response,
    responses={
        200: {"content": {"text/html": {}}, "description": "网页。The page."},
        303: {"description": "还没有比完：看进度。Not compared yet: how far it is."},
        **answers(404, 422),
    },
)
def link(here: Here, by: AskedBy, rescore_id: Id) -> Response:
    """To read in the browser and to print; where not all is compared yet, on to how far it is."""
    found = there(here.rescores.find(by, rescore_id))
    counted = here.rescores.diff(found)
    if counted is None:
        return RedirectResponse(f"/api/v1/rescores/{found.id}", 303)
    page = here.rescored_page(_told(found), counted, found.volume)
    return HTMLResponse(page.html, headers={"Content-Security-Policy": page.policy})


@router.get(
    "/{rescore_id}/calls", summary="逐通 Its calls", dependencies=[_RESCORE], responses=answers(404, 422)
)
def calls(
    here: Here,
    by: AskedBy,
    rescore_id: Id,
    changed: Annotated[bool, Query(description="只看有变化的。Those that change.")] = True,
    limit: Annotated[int, Query(ge=1, le=_MOST)] = 50,
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> RescoredList:
    """Both verdicts on each, those that change most first. What was said in them is not here."""
    found = there(here.rescores.find(by, rescore_id))
    seen = here.rescores.calls(found, changed=changed, limit=limit, offset=offset)
    return RescoredList(calls=[RescoredRow.of(one) for one in seen])


@router.post(
    "/{rescore_id}/approve",
    summary="批准 Approve",
    status_code=202,
    dependencies=[_PUBLISH],
    responses=answers(404, 409, 422),
)
def approve(here: Here, by: AskedBy, rescore_id: Id, given: RescoreToApprove) -> RescoreRow:
    """The new evaluations of all calls, or of some teams' and agents', become theirs; the old ones stay.

    Who began the run may not, unless the installation allows it. People's verdicts are applied to the new findings.
    """
    choice = Choice(tuple(given.teams), tuple(given.agents))
    return _row(here, there(here.rescores.approve(by, rescore_id, given.note, choice)))


@router.post(
    "/{rescore_id}/discard",
    summary="放弃 Discard",
    dependencies=[_RESCORE],
    responses=answers(404, 409, 422),
)
def discard(here: Here, by: AskedBy, rescore_id: Id, given: RescoreToDiscard) -> RescoreRow:
    """Nothing changes; the difference can still be read."""
    return _row(here, there(here.rescores.discard(by, rescore_id, given.note)))


@router.post(
    "/{rescore_id}/remeasure",
    summary="补测 Measure what is missing",
    status_code=202,
    dependencies=[_RESCORE],
    responses=answers(404, 422),
)
def remeasure(here: Here, by: AskedBy, rescore_id: Id) -> Remeasuring:
    """Has calls heard again that were left out because they have no measurements, behind all uploads."""
    return Remeasuring(calls=there(here.rescores.remeasure(by, rescore_id)))


@router.post(
    "/{rescore_id}/pause",
    summary="暂停 Pause",
    dependencies=[_RESCORE],
    responses=answers(404, 409, 422),
)
def pause(here: Here, by: AskedBy, rescore_id: Id) -> RescoreRow:
    """No more calls are begun; approved ones too."""
    return _row(here, there(here.rescores.pause(by, rescore_id)))


@router.post(
    "/{rescore_id}/resume",
    summary="接着做 Resume",
    dependencies=[_RESCORE],
    responses=answers(404, 409, 422),
)
def resume(here: Here, by: AskedBy, rescore_id: Id) -> RescoreRow:
    """Goes on where it was, also after it broke off."""
    return _row(here, there(here.rescores.resume(by, rescore_id)))


@router.post(
    "/{rescore_id}/cancel",
    summary="取消 Cancel",
    dependencies=[_RESCORE],
    responses=answers(404, 409, 422),
)
def cancel(here: Here, by: AskedBy, rescore_id: Id) -> RescoreRow:
    """Stops it for good; what was applied by then stays applied."""
    return _row(here, there(here.rescores.cancel(by, rescore_id)))


def _row(here: Parts, run: Rescore) -> RescoreRow:
    names = here.accounts.names({one for one in (run.created_by, run.decided_by) if one})
    return RescoreRow.of(run, here.rescores.pace(run), dict(here.rescores.fates(run)), dict(names))


def _told(run: Rescore) -> Mapping[str, Any]:
    return {
        "rulebook": {"name": run.rulebook, "version": run.version, "digest": run.digest},
        "drawn": run.total,
        "candidates": run.candidates,
        "seed": run.selection.seed,
        "run": run.id,
        "state": run.state.value,
        "note": run.note,
    }
