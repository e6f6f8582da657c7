"""Calls: in, listed, read, heard."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, File, Form, Header, Query, Response, UploadFile
from fastapi.responses import StreamingResponse

from qa_service.core.calls import Envelope
from qa_service.core.people import Right
from qa_service.core.stored import StoredCall
from qa_service.ports.serving import Upload
from qa_service.web.deps import AskedBy, Here, Parts, make_room, team_of, wants
from qa_service.web.errors import Denied, not_found
from qa_service.web.filters import Wanted
from qa_service.web.schemas import (
    Accepted,
    CallPage,
    CallRow,
    Document,
    EvaluationList,
    EvaluationRow,
    Id,
    Trouble,
)

router = APIRouter(prefix="/calls", tags=["calls"])
_RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})")
_COPY = 1 << 20


@router.post(
    "",
    status_code=202,
    dependencies=[wants(Right.UPLOAD)],
    responses={422: {"model": Trouble}, 413: {"model": Trouble}, 503: {"model": Trouble}},
)
def upload(
    here: Here,
    by: AskedBy,
    response: Response,
    recording: Annotated[UploadFile, File(description="录音文件。The recording.")],
    meta: Annotated[
        str,
        Form(
            max_length=2 << 20, description="随录数据，JSON。The call envelope.", examples=['{"line": "400"}']
        ),
    ] = "",
    agent_channel: Annotated[int | None, Form(ge=0, le=1)] = None,
    team: Annotated[str, Form(max_length=100)] = "",
    idempotency_key: Annotated[str, Header(max_length=255)] = "",
) -> Accepted:
    """Takes a recording in. When this answers, it is stored and will be worked on, whatever happens."""
    make_room(here)
    envelope = here.envelope(meta) if meta else Envelope()
    with tempfile.TemporaryDirectory(dir=here.scratch) as folder:
        file = Path(folder) / "upload"
        with file.open("wb") as opened:
            while chunk := recording.file.read(_COPY):
                opened.write(chunk)
        receipt = here.intake.accept(
            by,
            Upload(
                file=file,
                file_name=_plain_name(recording.filename or ""),
                envelope=envelope,
                team=team_of(by, team),
                agent_channel=agent_channel,
                idempotency_key=idempotency_key,
            ),
        )
    response.headers["Location"] = f"/api/v1/jobs/{receipt.job_id}"
    return Accepted(call_id=receipt.call_id, job_id=receipt.job_id, is_known=receipt.is_known)


def _plain_name(name: str) -> str:
    """The last part of a stranger's file name, without control characters and what turns text around."""
    last = re.split(r"[/\\]", name)[-1]
    return "".join(char for char in last if char.isprintable() and char not in "\u202e\u202d\u2066\u2067")[
        -255:
    ]


@router.get("", dependencies=[wants(Right.SEE_CALLS)])
def page(
    here: Here,
    by: AskedBy,
    wanted: Wanted,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    before: Annotated[int | None, Query(ge=0, le=2**62)] = None,
) -> CallPage:
    """Calls, newest first."""
    found = here.archive.page(by, wanted, limit=limit, before=before)
    return CallPage(calls=[CallRow.of(call) for call in found.calls], next=found.cursor)


@router.get("/{call_id}", dependencies=[wants(Right.SEE_CALLS)], responses={404: {"model": Trouble}})
def call(here: Here, by: AskedBy, call_id: Id) -> CallRow:
    """One call without its words."""
    return CallRow.of(_seen(here, by, call_id))


@router.get(
    "/{call_id}/assessment", dependencies=[wants(Right.SEE_CALLS)], responses={404: {"model": Trouble}}
)
def assessment(
    here: Here,
    by: AskedBy,
    call_id: Id,
    unmasked_because: Annotated[
        str,
        Query(max_length=200, description="要看未遮盖的文字时的理由，记入审计。Why the open text is needed."),
    ] = "",
) -> Document:
    """The current assessment (schema qa-service/assessment@1); personal data are masked."""
    if unmasked_because and not by.caller.may(Right.UNMASKED):
        raise Denied(
            "not_allowed",
            problem=f"this needs the right {Right.UNMASKED.value}",
            fix="Ask an admin",
            right=Right.UNMASKED.value,
        )
    found = here.archive.assessment(by, call_id, unmasked_because=unmasked_because)
    if found is None:
        raise not_found()
    return found


@router.get(
    "/{call_id}/evaluations", dependencies=[wants(Right.SEE_CALLS)], responses={404: {"model": Trouble}}
)
def evaluations(here: Here, by: AskedBy, call_id: Id) -> EvaluationList:
    """Every evaluation that the call ever got."""
    found = here.archive.history(by, call_id)
    if found is None:
        raise not_found()
    return EvaluationList(evaluations=[EvaluationRow.model_validate(dict(row)) for row in found])


@router.get(
    "/{call_id}/audio",
    dependencies=[wants(Right.HEAR)],
    response_class=StreamingResponse,
    responses={404: {"model": Trouble}, 416: {"model": Trouble}},
)
def audio(
    here: Here, by: AskedBy, call_id: Id, range_: Annotated[str, Header(alias="range", max_length=100)] = ""
) -> StreamingResponse:
    """The recording as it came, whole or one range of its bytes."""
    found = _seen(here, by, call_id)
    start, end = _wanted(range_, found.bytes)
    headers = {
        "Accept-Ranges": "bytes",
        "Content-Length": str(end - start),
        "Cache-Control": "no-store",
        "Content-Disposition": "attachment",
        "X-Content-Type-Options": "nosniff",
    }
    if range_:
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{found.bytes}"
    pieces = here.archive.sound(by, found, start, end)
    return StreamingResponse(
        pieces, 206 if range_ else 200, headers=headers, media_type="application/octet-stream"
    )


def _wanted(asked: str, size: int) -> tuple[int, int]:
    """Bytes [start, end); several ranges at once are refused: nobody's player asks for them."""
    if not asked:
        return 0, size
    match = _RANGE.fullmatch(asked.strip())
    first, last = match.groups() if match else ("", "")
    if first:
        start, end = int(first), min(size, int(last) + 1) if last else size
    else:
        start, end = max(0, size - int(last or 0)), size
    if not match or start >= end:
        raise Denied("wrong_range", where="Range", problem="is not a range of this recording", fix="bytes=0-")
    return start, end


def _seen(here: Parts, by: AskedBy, call_id: str) -> StoredCall:
    found = here.archive.call(by, call_id)
    if found is None:
        raise not_found()
    return found
