"""Alerts: findings that somebody is to know of now, and who has seen to them."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query

from qa_service.core.alerts import AlertFilter, AlertState
from qa_service.core.findings import Severity
from qa_service.core.people import Right
from qa_service.web.answers import SIGNED_IN, answers
from qa_service.web.denials import there
from qa_service.web.deps import AskedBy, Here, in_utc, wants
from qa_service.web.schemas import Id, Moment, Name
from qa_service.web.schemas.reviewing import AlertList, AlertNote, AlertRow

router = APIRouter(prefix="/alerts", tags=["alerts"], responses=answers(*SIGNED_IN))
_Word = Literal["info", "minor", "major", "critical"]
#: An id, or nothing.
_MaybeId = Annotated[str, Query(pattern=r"^([0-9a-f-]{36})?$")]


@router.get("", summary="告警列表 List alerts", dependencies=[wants(Right.SEE_CALLS)], responses=answers(422))
def page(
    here: Here,
    by: AskedBy,
    state: Annotated[list[AlertState] | None, Query(max_length=3)] = None,
    severity: Annotated[_Word | None, Query(description="这么严重和更严重的。And above.")] = None,
    team: Annotated[Name, Query(description="哪一组的。Of this team.")] = "",
    call_id: Annotated[_MaybeId, Query(description="只看这一通。Of this call alone.")] = "",
    since: Annotated[Moment | None, Query(description="告警的时刻，含。Raised at or after.")] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    before: Annotated[_MaybeId, Query(description="上一页的 next。")] = "",
) -> AlertList:
    """Alerts of calls that may be seen, newest first."""
    least = next((one for one in Severity if one.word == severity), None)
    wanted = AlertFilter(tuple(state or ()), least, team, call_id, in_utc("since", since))
    rows = [AlertRow.of(one) for one in here.alerts.page(by, wanted, limit=limit, before=before)]
    acted = {row.by for row in rows if row.by} | {step.by for row in rows for step in row.steps}
    names = here.accounts.names(acted)
    return AlertList(alerts=rows, next=rows[-1].id if len(rows) == limit else None, names=dict(names))


@router.post(
    "/{alert_id}/acknowledge",
    summary="知道了 Acknowledge",
    dependencies=[wants(Right.HANDLE_ALERTS)],
    responses=answers(404, 409, 422),
)
def acknowledge(here: Here, by: AskedBy, alert_id: Id, given: AlertNote) -> AlertRow:
    """Somebody has seen it and sees to it."""
    return AlertRow.of(there(here.alerts.handle(by, alert_id, AlertState.ACKNOWLEDGED, given.note)))


@router.post(
    "/{alert_id}/dismiss",
    summary="不必理会 Dismiss",
    dependencies=[wants(Right.HANDLE_ALERTS)],
    responses=answers(404, 409, 422),
)
def dismiss(here: Here, by: AskedBy, alert_id: Id, given: AlertNote) -> AlertRow:
    """There is nothing to see to. The finding stays as it is: what is wrong with it is said in a review."""
    return AlertRow.of(there(here.alerts.handle(by, alert_id, AlertState.DISMISSED, given.note)))
