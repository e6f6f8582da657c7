"""A recording comes in, whole, with what is known beside it."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, File, Response, UploadFile
from fastapi import Form as FormField

from qa_service.core.people import Right
from qa_service.ports.serving import as_upload
from qa_service.web.answers import SIGNED_IN, answers
from qa_service.web.covers import cover_of
from qa_service.web.deps import AskedBy, Here, wants
from qa_service.web.gate import Gate
from qa_service.web.schemas import IdempotencyKey, Name
from qa_service.web.schemas.calls import Accepted

router = APIRouter(prefix="/calls", tags=["calls"], route_class=Gate, responses=answers(*SIGNED_IN))
_COPY = 1 << 20


@router.post(
    "",
    summary="上传录音 Upload a recording",
    status_code=202,
    dependencies=[wants(Right.UPLOAD)],
    responses={
        200: {"model": Accepted, "description": "同样的录音已经有一通。The very same recording was there."},
        **answers(404, 408, 413, 415, 422, 503),
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
        "allow_duplicate": str(allow_duplicate).lower(),
    }
    cover = cover_of(here, by, said, idempotency_key)
    with tempfile.TemporaryDirectory(dir=here.scratch) as folder:
        file = Path(folder) / "upload"
        with file.open("wb") as opened:
            while chunk := recording.file.read(_COPY):
                opened.write(chunk)
        here.first_look(file, cover.file_name)
        receipt = here.intake.accept(by, as_upload(cover, file))
    response.headers["Location"] = f"/api/v1/jobs/{receipt.job_id}"
    response.status_code = 200 if receipt.is_duplicate else 202
    return Accepted.of(receipt)
