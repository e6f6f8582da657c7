"""Calls heard: the sound, whole or a range of it, and its outline."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Annotated, Literal

from fastapi import APIRouter, Header, Query, Response
from fastapi.responses import StreamingResponse

from qa_service.core.people import Right
from qa_service.core.stored import StoredCall
from qa_service.ports.playing import Form
from qa_service.web.answers import SIGNED_IN, answers
from qa_service.web.denials import not_found, there
from qa_service.web.deps import AskedBy, Here, wants
from qa_service.web.parts import Parts
from qa_service.web.ranges import wanted_bytes
from qa_service.web.schemas import Id
from qa_service.web.schemas.calls import Peaks

router = APIRouter(prefix="/calls", tags=["calls"], responses=answers(*SIGNED_IN))
_BYTES = {
    name: {"schema": {"type": "string", "format": "binary"}}
    for name in ("application/octet-stream", "audio/wav", "audio/ogg")
}
Ranged = Annotated[str, Header(alias="range", examples=["bytes=0-"])]
Played = Annotated[
    Literal["", "wav", "opus"],
    Query(alias="as", description="浏览器能放的：第一次听时转换。As browsers play it."),
]
_MEDIA_TYPES = {"": "application/octet-stream", "wav": "audio/wav", "opus": "audio/ogg"}


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
    start, end = wanted_bytes(range_, size)
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
    start, end = wanted_bytes(range_, size)
    headers = _headers(form, range_, (start, end, size))
    return Response(None, 206 if range_ else 200, headers, _MEDIA_TYPES[form])


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


def _headers(form: str, range_: str, place: tuple[int, int, int]) -> dict[str, str]:
    """Of the bytes [start, end) out of so many."""
    start, end, size = place
    headers = {
        "Accept-Ranges": "bytes",
        "Content-Length": str(end - start),
        "Content-Disposition": "inline" if form else "attachment",
    }
    return {**headers, "Content-Range": f"bytes {start}-{end - 1}/{size}"} if range_ else headers


def _with_sound(here: Parts, by: AskedBy, call_id: str) -> StoredCall:
    """The call, where it has sound: what a transcript says goes past no mask."""
    found = there(here.archive.call(by, call_id))
    if found.is_text:
        raise not_found()
    return found


def _begun(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The same pieces, the first already read: sound that is gone or damaged is said before the answer begins."""
    return chain((next(pieces, b""),), pieces)
