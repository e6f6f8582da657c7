"""Calls that come as text, and what people say about who is who."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Response

from qa_service.core.people import Right
from qa_service.ports.serving import Upload
from qa_service.web.deps import AskedBy, Here, make_room, team_of, wants
from qa_service.web.errors import not_found
from qa_service.web.schemas import Accepted, Id, JobRow, RolesChange, Trouble

router = APIRouter(prefix="/calls", tags=["calls"])


@router.post(
    "/transcripts",
    status_code=202,
    dependencies=[wants(Right.UPLOAD)],
    responses={422: {"model": Trouble}, 503: {"model": Trouble}},
)
def upload_text(
    here: Here,
    by: AskedBy,
    response: Response,
    transcript: dict[str, Any],
    team: Annotated[str, Query(max_length=100)] = "",
    idempotency_key: Annotated[str, Header(max_length=255)] = "",
) -> Accepted:
    """Takes a transcript in that another recogniser made (docs/envelope.md); it is judged like a recording."""
    make_room(here)
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
            team=team_of(by, team),
            is_text=True,
            idempotency_key=idempotency_key,
        )
        receipt = here.intake.accept(by, upload)
    response.headers["Location"] = f"/api/v1/jobs/{receipt.job_id}"
    return Accepted(call_id=receipt.call_id, job_id=receipt.job_id, is_known=receipt.is_known)


@router.post(
    "/{call_id}/roles",
    status_code=202,
    dependencies=[wants(Right.MANAGE_WORK)],
    responses={404: {"model": Trouble}, 422: {"model": Trouble}},
)
def change_roles(here: Here, by: AskedBy, call_id: Id, change: RolesChange) -> JobRow:
    """Swaps agent and customer, or names the agent's channel: judged again from what was measured, no new ASR."""
    job = here.work.change_roles(by, call_id, swap=change.swap, agent_channel=change.agent_channel)
    if job is None:
        raise not_found()
    return JobRow.of(job)
