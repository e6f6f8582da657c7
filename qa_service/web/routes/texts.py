"""Calls that come as text, and what people say about who is who."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Body, Query, Response

from qa_service.core.people import Right
from qa_service.ports.serving import Upload
from qa_service.web.answers import SIGNED_IN, answers
from qa_service.web.denials import there
from qa_service.web.deps import AskedBy, Here, team_of, wants
from qa_service.web.gate import Gate
from qa_service.web.routes.jobs import row_of
from qa_service.web.schemas import Id, IdempotencyKey, Name
from qa_service.web.schemas.calls import Accepted, RolesChange
from qa_service.web.schemas.jobs import JobRow

router = APIRouter(prefix="/calls", tags=["calls"], responses=answers(*SIGNED_IN))
#: The same paths, for bodies that are large.
intake = APIRouter(prefix="/calls", tags=["calls"], route_class=Gate, responses=answers(*SIGNED_IN))
_EXAMPLE = {
    "envelope": {"line": "400"},
    "utterances": [
        {"id": "u1", "role": "agent", "start_ms": 0, "end_ms": 2_000, "text": "您好，很高兴为您服务。"},
        {
            "id": "u2",
            "role": "customer",
            "start_ms": 2_500,
            "end_ms": 4_000,
            "text": "你好，我想查一下账单。",
        },
    ],
}


@intake.post(
    "/transcripts",
    summary="上传文字稿 Upload a transcript",
    status_code=202,
    dependencies=[wants(Right.UPLOAD)],
    responses=answers(408, 413, 422, 503),
)
def upload_text(
    here: Here,
    by: AskedBy,
    response: Response,
    transcript: Annotated[dict[str, Any], Body(examples=[_EXAMPLE])],
    team: Annotated[Name, Query(description="属于哪一组；不写就是自己的组。Whose call it is.")] = "",
    idempotency_key: IdempotencyKey = "",
) -> Accepted:
    """Takes a transcript in that another recogniser made (docs/envelope.md); it is judged like a recording."""
    # What is kept has no envelope: a customer's number in it became a token and is gone.
    envelope, words = here.transcript(json.dumps(transcript, ensure_ascii=False))
    with tempfile.TemporaryDirectory(dir=here.scratch) as folder:
        file = Path(folder) / "transcript.json"
        file.write_text(words, "utf-8")
        upload = Upload(
            file=file,
            file_name="transcript.json",
            envelope=envelope,
            source="transcript",
            team=team_of(here, by, team),
            is_text=True,
            idempotency_key=idempotency_key,
        )
        receipt = here.intake.accept(by, upload)
    response.headers["Location"] = f"/api/v1/jobs/{receipt.job_id}"
    return Accepted.of(receipt)


@router.post(
    "/{call_id}/roles",
    summary="改角色 Change who is who",
    status_code=202,
    dependencies=[wants(Right.MANAGE_WORK)],
    responses={
        200: {"model": JobRow, "description": "已经是这样：最近的任务。It is so already: the newest work."},
        **answers(404, 422),
    },
)
def change_roles(
    here: Here,
    by: AskedBy,
    response: Response,
    call_id: Id,
    change: RolesChange,
    idempotency_key: IdempotencyKey = "",
) -> JobRow:
    """Says who is who: judged again from what was measured, no new ASR. What is so already changes nothing."""
    told = here.work.change_roles(by, call_id, change.said(), idempotency_key=idempotency_key)
    job, is_new = there(told)
    response.status_code = 202 if is_new else 200
    return row_of(here, job)
