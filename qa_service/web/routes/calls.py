"""Calls: in, listed, read, heard."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import Annotated, Literal

from fastapi import APIRouter, File, Header, Query, Response, UploadFile
from fastapi import Form as FormField
from fastapi.responses import StreamingResponse

from qa_service.core.people import Right
from qa_service.core.stored import StoredCall
from qa_service.ports.playing import Form
from qa_service.ports.serving import as_upload
from qa_service.web.answers import SIGNED_IN, answers
from qa_service.web.covers import cover_of
from qa_service.web.deps import AskedBy, Here, check_right, wants
from qa_service.web.errors import Denied, not_found, there
from qa_service.web.filters import Wanted
from qa_service.web.gate import Gate
from qa_service.web.parts import Parts
from qa_service.web.schemas import Document, Id, IdempotencyKey, MaybeBecause, Name
from qa_service.web.schemas.calls import Accepted, CallPage, CallRow, Peaks
from qa_service.web.schemas.evaluations import EvaluationList, EvaluationRow

router = APIRouter(prefix="/calls", tags=["calls"], responses=answers(*SIGNED_IN))
#: The same paths, for bodies that are large.
intake = APIRouter(prefix="/calls", tags=["calls"], route_class=Gate, responses=answers(*SIGNED_IN))
_RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})")
#: More is a list of ranges, or an attack.
_LONGEST_RANGE = 100
_BYTES = {
    name: {"schema": {"type": "string", "format": "binary"}}
    for name in ("application/octet-stream", "audio/wav", "audio/ogg")
}
_COPY = 1 << 20
Ranged = Annotated[str, Header(alias="range", examples=["bytes=0-"])]
Played = Annotated[
    Literal["", "wav", "opus"],
    Query(alias="as", description="浏览器能放的：第一次听时转换。As browsers play it."),
]
_MEDIA_TYPES = {"": "application/octet-stream", "wav": "audio/wav", "opus": "audio/ogg"}


@intake.post(
    "",
    summary="上传录音 Upload a recording",
    status_code=202,
    dependencies=[wants(Right.UPLOAD)],
    responses={
        200: {"model": Accepted, "description": "同样的录音已经有一通。The very same recording was there."},
        **answers(408, 413, 422, 503),
    },
)
def upload(
    here: Here,
    by: AskedBy,
    response: Response,
    recording: Annotated[UploadFile, File(description="录音文件。The recording.")],
    meta: Annotated[
        str,
        FormField(
            max_length=2 << 20, description="随录数据，JSON。The call envelope.", examples=['{"line": "400"}']
        ),
    ] = "",
    agent_channel: Annotated[
        int | None, FormField(ge=0, le=1, description="坐席在哪个声道。The agent's channel.")
    ] = None,
    team: Annotated[Name, FormField(description="属于哪一组；不写就是自己的组。Whose call it is.")] = "",
    sha256: Annotated[
        str, FormField(pattern=r"^([0-9a-fA-F]{64})?$", description="字节不同就不收。Of the bytes.")
    ] = "",
    batch: Annotated[
        str,
        FormField(
            pattern=r"^([0-9a-f-]{36})?$", description="批次；随录数据在它的那一行里。Its row says the rest."
        ),
    ] = "",
    allow_duplicate: Annotated[
        bool, FormField(description="同样的录音再收一通。Take the very same recording in once more.")
    ] = False,
    idempotency_key: IdempotencyKey = "",
) -> Accepted:
    """Takes a recording in. When this answers, it is stored and will be worked on, whatever happens.

    The very same bytes are one call of a team: sent again, they are answered with it, and judged no second time.
    """
    said = {
        "filename": recording.filename or "",
        "meta": meta,
        "agent_channel": "" if agent_channel is None else str(agent_channel),
        "team": team,
        "sha256": sha256,
        "batch": batch,
    }
    cover = cover_of(here, by, said, idempotency_key)
    with tempfile.TemporaryDirectory(dir=here.scratch) as folder:
        file = Path(folder) / "upload"
        with file.open("wb") as opened:
            while chunk := recording.file.read(_COPY):
                opened.write(chunk)
        # A row of a batch has a recording of its own.
        may_repeat = allow_duplicate or bool(batch)
        receipt = here.intake.accept(by, replace(as_upload(cover, file), allows_duplicate=may_repeat))
    response.headers["Location"] = f"/api/v1/jobs/{receipt.job_id}"
    response.status_code = 200 if receipt.is_duplicate else 202
    return Accepted.of(receipt)


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


@router.get(
    "/{call_id}/audio",
    summary="录音 The recording",
    dependencies=[wants(Right.HEAR)],
    response_class=StreamingResponse,
    responses={
        200: {"content": _BYTES, "description": "整段录音。The whole recording."},
        206: {"content": _BYTES, "description": "所要的一段。The range asked for."},
        **answers(404, 410, 416, 422, 503),
    },
)
def audio(
    here: Here,
    by: AskedBy,
    call_id: Id,
    range_: Ranged = "",
    form: Played = "",
) -> StreamingResponse:
    """The recording as it came, or as browsers play it; whole or one range of its bytes. A transcript has none."""
    found = _with_sound(here, by, call_id)
    kind = Form(form) if form else None
    size = here.playback.size(found, kind) if kind else found.bytes
    start, end = _wanted(range_, size)
    pieces = (
        here.playback.read(by, found, kind, start, end) if kind else here.archive.sound(by, found, start, end)
    )
    headers = _headers(form, range_, (start, end, size))
    status = 206 if range_ else 200
    return StreamingResponse(_begun(pieces), status, headers=headers, media_type=_MEDIA_TYPES[form])


@router.head(
    "/{call_id}/audio",
    summary="录音有多长 How long the recording is",
    dependencies=[wants(Right.HEAR)],
    response_class=Response,
    responses={
        206: {"description": "所要的一段。The range asked for."},
        **answers(404, 410, 416, 422, 503),
    },
)
def audio_head(here: Here, by: AskedBy, call_id: Id, range_: Ranged = "", form: Played = "") -> Response:
    """What GET would answer, without the sound: nothing is read, and the audit log says of nobody that they heard it.

    A form for browsers is made now where it never was, as GET does: its length is not known before.
    """
    found = _with_sound(here, by, call_id)
    here.archive.has_key(found)
    size = here.playback.size(found, Form(form)) if form else found.bytes
    start, end = _wanted(range_, size)
    headers = _headers(form, range_, (start, end, size))
    return Response(None, 206 if range_ else 200, headers, _MEDIA_TYPES[form])


def _headers(form: str, range_: str, place: tuple[int, int, int]) -> dict[str, str]:
    """Of the bytes [start, end) out of so many."""
    start, end, size = place
    headers = {
        "Accept-Ranges": "bytes",
        "Content-Length": str(end - start),
        "Content-Disposition": "inline" if form else "attachment",
    }
    return {**headers, "Content-Range": f"bytes {start}-{end - 1}/{size}"} if range_ else headers


@router.get(
    "/{call_id}/peaks",
    summary="波形 The outline of the sound",
    dependencies=[wants(Right.HEAR)],
    responses=answers(404, 410, 422, 503),
)
def peaks(
    here: Here,
    by: AskedBy,
    call_id: Id,
    buckets: Annotated[int, Query(ge=1, le=4_000, description="至多几格。At most so many.")] = 1_000,
) -> Peaks:
    """Lowest and highest points to draw; made when it is first asked for."""
    told = here.playback.outline(_with_sound(here, by, call_id), buckets)
    return Peaks(
        duration_ms=told.duration_ms, buckets=told.buckets, channels=[list(row) for row in told.channels]
    )


def _with_sound(here: Parts, by: AskedBy, call_id: str) -> StoredCall:
    """The call, where it has sound: what a transcript says goes past no mask."""
    found = _seen(here, by, call_id)
    if found.is_text:
        raise not_found()
    return found


def _begun(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The same pieces, the first already read: sound that is gone or damaged is said before the answer begins."""
    return chain((next(pieces, b""),), pieces)


def _wanted(asked: str, size: int) -> tuple[int, int]:
    """Bytes [start, end); several ranges at once are refused: nobody's player asks for them."""
    if not asked:
        return 0, size
    match = _RANGE.fullmatch(asked.strip()) if len(asked) <= _LONGEST_RANGE else None
    first, last = match.groups() if match else ("", "")
    if first:
        start, end = int(first), min(size, int(last) + 1) if last else size
    else:
        start, end = max(0, size - int(last or 0)), size
    if not match or start >= end:
        raise Denied(
            "wrong_range",
            where="Range",
            problem="is not a range of this recording",
            fix="bytes=0-",
            size=size,
        )
    return start, end


def _seen(here: Parts, by: AskedBy, call_id: str) -> StoredCall:
    return there(here.archive.call(by, call_id))
