"""Uploads in pieces: tus 1.0.0, as libraries of browsers speak it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, BinaryIO

from fastapi import APIRouter, Header, Request, Response
from pydantic import Field
from starlette.concurrency import run_in_threadpool

from qa_service.core.people import Right
from qa_service.core.uploads import Arrival, PartUpload
from qa_service.web import tus
from qa_service.web.answers import NOTHING, SIGNED_IN, answers
from qa_service.web.covers import cover_of
from qa_service.web.denials import Denied, done, there
from qa_service.web.deps import AskedBy, Here, wants
from qa_service.web.gate import Gate
from qa_service.web.parts import Parts
from qa_service.web.schemas import Id, IdempotencyKey, Said
from qa_service.web.spool import keep_body

router = APIRouter(prefix="/uploads", tags=["uploads"], responses=answers(*SIGNED_IN))
#: The same paths, where there must be room for more work.
intake = APIRouter(prefix="/uploads", tags=["uploads"], route_class=Gate, responses=answers(*SIGNED_IN))
Version = Annotated[str, Header(alias="tus-resumable", max_length=20, examples=[tus.VERSION])]
_BODY = {
    "requestBody": {
        "required": True,
        "description": "从 Upload-Offset 起的字节。Bytes from Upload-Offset on.",
        "content": {tus.CONTENT_TYPE: {"schema": {"type": "string", "format": "binary"}}},
    }
}


class UploadState(Said):
    """How far an upload is, and what became of it."""

    id: Id
    state: Arrival
    length: int
    received: int
    expires_at: datetime
    call_id: str
    job_id: str
    error: str = Field(description="没有成为通话的原因，代码。Why it failed.")
    is_duplicate: bool = Field(
        description="同样的录音已经有一通，call_id 是它。The very same recording was there."
    )

    @classmethod
    def of(cls, told: PartUpload) -> UploadState:
        """As the port says it."""
        return cls.like(told)


@router.options(
    "",
    summary="能收什么 What is taken",
    **NOTHING,
    responses={204: {"headers": {"Tus-Max-Size": {"schema": {"type": "integer"}}}}},
)
def options(here: Here) -> Response:
    """The version of tus, its extensions, and the largest recording."""
    return Response(
        status_code=204,
        headers={
            "Tus-Resumable": tus.VERSION,
            "Tus-Version": tus.VERSION,
            "Tus-Extension": tus.EXTENSIONS,
            "Tus-Max-Size": str(here.most_bytes),
        },
    )


@intake.post(
    "",
    summary="开始分段上传 Begin an upload in pieces",
    status_code=201,
    dependencies=[wants(Right.UPLOAD)],
    responses=answers(412, 413, 422, 503),
)
def begin(
    here: Here,
    by: AskedBy,
    response: Response,
    upload_length: Annotated[int, Header(ge=1, le=2**62, examples=[524_288_000])],
    upload_metadata: Annotated[
        str,
        Header(
            max_length=60_000,
            description="filename、meta（JSON）、team、agent_channel、sha256、batch、allow_duplicate，值用 base64。",
            examples=["filename YS53YXY=,meta eyJsaW5lIjoiNDAwIn0="],
        ),
    ] = "",
    tus_resumable: Version = "",
    idempotency_key: IdempotencyKey = "",
) -> UploadState:
    """Says what will come; its pieces go to the address in `Location`."""
    tus.check_version(tus_resumable)
    if upload_length > here.most_bytes:
        raise Denied("upload_too_large", problem="the recording is too large", fix="Compress it")
    cover = cover_of(here, by, tus.read_metadata(upload_metadata), idempotency_key)
    told = here.uploads.begin(by, cover, upload_length)
    _say(response, told)
    response.headers["Location"] = f"/api/v1/uploads/{told.id}"
    return UploadState.of(told)


@router.head(
    "/{upload_id}",
    summary="传到哪里了 How far it is",
    dependencies=[wants(Right.UPLOAD)],
    response_class=Response,
    responses=answers(404, 410, 412, 422),
)
def offset(here: Here, by: AskedBy, upload_id: Id, tus_resumable: Version = "") -> Response:
    """The offset to go on from, in `Upload-Offset`."""
    tus.check_version(tus_resumable)
    told = _found(here, by, upload_id)
    if told.state is Arrival.FAILED:
        raise Denied("upload_failed", problem="did not become a call", fix="Begin anew", why=told.error)
    return Response(headers=tus.headers_of(told))


@router.get(
    "/{upload_id}",
    summary="一次分段上传 An upload in pieces",
    dependencies=[wants(Right.UPLOAD)],
    responses=answers(404, 422),
)
def state(here: Here, by: AskedBy, upload_id: Id) -> UploadState:
    """How far it is, and the call it became: for whoever lost the last answer."""
    return UploadState.of(_found(here, by, upload_id))


@router.patch(
    "/{upload_id}",
    summary="传一段 Send a piece",
    status_code=204,
    dependencies=[wants(Right.UPLOAD)],
    response_class=Response,
    responses=answers(404, 408, 409, 410, 412, 413, 415, 422),
    openapi_extra=_BODY,
)
async def append(
    request: Request,
    here: Here,
    by: AskedBy,
    upload_id: Id,
    upload_offset: Annotated[int, Header(ge=0, le=2**62, examples=[0])],
    tus_resumable: Version = "",
) -> Response:
    """Keeps the bytes that come; the last ones make a call, whose job stands in `Location`."""
    tus.check_version(tus_resumable)
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != tus.CONTENT_TYPE:
        raise Denied("wrong_content_type", problem="is another content type", fix=f"Send {tus.CONTENT_TYPE}")

    def keep(start: int, piece: BinaryIO) -> int:
        told = there(here.uploads.append(by, upload_id, start, piece))
        return told.received

    announced = request.headers.get("content-length", "")
    comes = int(announced) if announced.isdecimal() else 0
    await run_in_threadpool(_check_offset, here, by, upload_id, upload_offset, comes)
    await keep_body(request, here.scratch, upload_offset, keep)
    told = await run_in_threadpool(_found, here, by, upload_id)
    response = Response(status_code=204)
    _say(response, told)
    return response


@router.delete(
    "/{upload_id}",
    summary="放弃 Abort",
    status_code=204,
    dependencies=[wants(Right.UPLOAD)],
    response_class=Response,
    responses=answers(404, 412, 422),
)
def abort(here: Here, by: AskedBy, upload_id: Id, tus_resumable: Version = "") -> Response:
    """Throws it away; a call that it became stays."""
    tus.check_version(tus_resumable)
    done(here.uploads.abort(by, upload_id))
    return Response(status_code=204, headers={"Tus-Resumable": tus.VERSION})


def _say(response: Response, told: PartUpload) -> None:
    response.headers.update(tus.headers_of(told))
    if told.job_id:
        response.headers["Location"] = f"/api/v1/jobs/{told.job_id}"
        response.headers["Call-Id"] = told.call_id


def _check_offset(here: Parts, by: AskedBy, upload_id: str, start: int, comes: int) -> None:
    """Refuses a body of `comes` bytes (0 = not announced) before it is read: none of one that is too long is kept."""
    told = _found(here, by, upload_id)
    if told.state is Arrival.FAILED:
        raise Denied("upload_failed", problem="did not become a call", fix="Begin anew", why=told.error)
    if told.state is Arrival.DONE or told.received != start:
        raise Denied(
            "wrong_offset",
            where="Upload-Offset",
            problem=f"{told.received} bytes are there",
            fix="Ask with HEAD, and go on from there",
            received=told.received,
        )
    if start + comes > told.length:
        raise Denied(
            "more_than_announced",
            where="Content-Length",
            problem="is more than is left of Upload-Length",
            fix="Send no more than was announced",
        )


def _found(here: Parts, by: AskedBy, upload_id: str) -> PartUpload:
    return there(here.uploads.find(by, upload_id))
