"""Calls heard: the sound, whole or a range of it, and its outline."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response
from fastapi.responses import StreamingResponse

from qa_service.core.people import Right
from qa_service.core.stored import StoredCall
from qa_service.ports.playing import Form
from qa_service.web.answers import SIGNED_IN, answers
from qa_service.web.denials import not_found, there
from qa_service.web.deps import AskedBy, Here, wants
from qa_service.web.parts import Parts
from qa_service.web.ranges import Part, Wished
from qa_service.web.schemas import Id
from qa_service.web.schemas.calls import Peaks

router = APIRouter(prefix="/calls", tags=["calls"], responses=answers(*SIGNED_IN))
_BYTES = {
    name: {"schema": {"type": "string", "format": "binary"}}
    for name in ("application/octet-stream", "audio/wav", "audio/ogg")
}
_UNCHANGED = {"description": "您手里的就是（If-None-Match）。You have these very bytes."}
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
        304: _UNCHANGED,
        **answers(404, 410, 416, 422, 503),
    },
)
def audio(
    here: Here,
    by: AskedBy,
    call_id: Id,
    wish: Wished,
    form: Played = "",
) -> Response:
    """The recording as it came, or as browsers play it; whole or one range of its bytes. A transcript has none."""
    found = _with_sound(here, by, call_id)
    size, tag = _copy(here, found, form)
    if wish.has(tag):
        return Response(status_code=304, headers={"ETag": tag})
    part = wish.part(size, tag)
    pieces = (
        here.playback.read(by, found, Form(form), part.start, part.end)
        if form
        else here.archive.sound(by, found, part.start, part.end)
    )
    headers, status = _headers(form, part, tag), 206 if part.is_range else 200
    return StreamingResponse(_begun(pieces), status, headers=headers, media_type=_MEDIA_TYPES[form])


@router.head(
    "/{call_id}/audio",
    summary="录音有多长 How long the recording is",
    dependencies=[wants(Right.HEAR)],
    response_class=Response,
    responses={
        206: {"description": "所要的一段。The range asked for."},
        304: _UNCHANGED,
        **answers(404, 410, 416, 422, 503),
    },
)
def audio_head(here: Here, by: AskedBy, call_id: Id, wish: Wished, form: Played = "") -> Response:
    """What GET would answer, without the sound: nothing is read, and the audit log says of nobody that they heard it.

    A form for browsers is made now where it never was, as GET does: its length is not known before.
    """
    found = _with_sound(here, by, call_id)
    size, tag = _copy(here, found, form)
    if wish.has(tag):
        return Response(status_code=304, headers={"ETag": tag})
    part = wish.part(size, tag)
    return Response(None, 206 if part.is_range else 200, _headers(form, part, tag), _MEDIA_TYPES[form])


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


def _copy(here: Parts, call: StoredCall, form: str) -> tuple[int, str]:
    """How many bytes a form has, or the recording as it came, and the ETag of exactly these; it can be opened."""
    here.archive.has_key(call)
    if not form:
        return call.bytes, f'"{here.archive.tag(call)}"'
    size = here.playback.size(call, Form(form))
    return size, f'"{here.playback.tag(call, Form(form))}"'


def _headers(form: str, part: Part, tag: str) -> dict[str, str]:
    headers = {
        "Accept-Ranges": "bytes",
        "ETag": tag,
        "Content-Length": str(part.end - part.start),
        "Content-Disposition": "inline" if form else "attachment",
    }
    placed = {"Content-Range": f"bytes {part.start}-{part.end - 1}/{part.size}"}
    return {**headers, **placed} if part.is_range else headers


def _with_sound(here: Parts, by: AskedBy, call_id: str) -> StoredCall:
    """The call, where it has sound: what a transcript says goes past no mask."""
    found = there(here.archive.call(by, call_id))
    if found.is_text:
        raise not_found()
    return found


def _begun(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The same pieces, the first already read: sound that is gone or damaged is said before the answer begins."""
    return chain((next(pieces, b""),), pieces)
