"""The report of one call as a page: to hand on as a file, and where links in messages lead."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from qa_service.core.people import Right
from qa_service.core.stored import StoredCall
from qa_service.ports.playing import Form
from qa_service.ports.reporting import BUCKETS, MOST_SOUND_BYTES, ReportSound
from qa_service.web.answers import SIGNED_IN, answers
from qa_service.web.denials import there
from qa_service.web.deps import AskedBy, Here, check_right, wants
from qa_service.web.parts import Parts
from qa_service.web.schemas import Id, MaybeBecause, Name

router = APIRouter(prefix="/calls", tags=["calls"], responses=answers(*SIGNED_IN))
#: Outside of the API: the address that messages name.
links = APIRouter(prefix="/calls", tags=["calls"], responses=answers(*SIGNED_IN))
_PAGE: Mapping[int | str, dict[str, Any]] = {
    200: {"content": {"text/html": {}}, "description": "网页。The page."}
}


@router.get(
    "/{call_id}/report.html",
    summary="报告 The report",
    dependencies=[wants(Right.SEE_CALLS)],
    response_class=Response,
    responses={**_PAGE, **answers(404, 410, 422, 503)},
)
def report(
    here: Here,
    by: AskedBy,
    call_id: Id,
    sound: Annotated[
        bool, Query(description="里面放录音和波形，要 calls:hear。With its sound inside.")
    ] = False,
    rulebook: Annotated[
        Name, Query(description="按哪份方案的；不写就是列表所示的那份。By which rulebook.")
    ] = "",
    unmasked_because: Annotated[MaybeBecause, Query()] = "",
) -> HTMLResponse:
    """The call as one file that opens offline; personal data are masked. A transcript has no sound."""
    if unmasked_because:
        check_right(by, Right.UNMASKED)
    if sound:
        check_right(by, Right.HEAR)
    found = there(here.archive.call(by, call_id))
    document = there(
        here.archive.assessment(by, call_id, rulebook=rulebook, unmasked_because=unmasked_because)
    )
    page = here.report(document, _sound(here, by, found) if sound and not found.is_text else None)
    told = f'attachment; filename="{found.id}.html"'
    headers = {"Content-Security-Policy": page.policy, "Content-Disposition": told}
    return HTMLResponse(page.html, headers=headers)


@links.get(
    "/{call_id}",
    summary="消息里的链接 Where links lead",
    dependencies=[wants(Right.SEE_CALLS)],
    response_class=Response,
    responses={
        **_PAGE,
        303: {"description": "还没有结果：看通话的状态。No report yet: where the call stands."},
        **answers(404, 410, 422),
    },
)
def link(here: Here, by: AskedBy, call_id: Id) -> Response:
    """The report to read in the browser, without sound; where there is none yet, on to the call's state."""
    found = there(here.archive.call(by, call_id))
    document = here.archive.assessment(by, found.id)
    if document is None:
        return RedirectResponse(f"/api/v1/calls/{found.id}", 303)
    page = here.report(document, None)
    return HTMLResponse(page.html, headers={"Content-Security-Policy": page.policy})


def _sound(here: Parts, by: AskedBy, call: StoredCall) -> ReportSound:
    """The outline, and as much of the sound as a report may hold; it is written down who listens."""
    size = here.playback.size(call, Form.OPUS)
    pieces = here.playback.read(by, call, Form.OPUS, 0, min(size, MOST_SOUND_BYTES))
    return ReportSound(
        here.playback.outline(call, BUCKETS), b"".join(pieces), is_whole=size <= MOST_SOUND_BYTES
    )
