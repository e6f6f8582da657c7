"""Recordings that we fetch ourselves, from an address that somebody gives."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Annotated, Any
from urllib.parse import unquote, urlsplit

from fastapi import APIRouter, Body, Response
from pydantic import Field

from qa_service.core.people import Right
from qa_service.core.uploads import Arrival, Fetch
from qa_service.web.answers import SIGNED_IN, answers
from qa_service.web.covers import cover_of
from qa_service.web.denials import Denied, there
from qa_service.web.deps import AskedBy, Here, in_utc, wants
from qa_service.web.gate import Gate
from qa_service.web.schemas import Id, IdempotencyKey, Moment, Name, Said, Text, shown

#: Asking, where there must be room for more work.
intake = APIRouter(prefix="/calls", tags=["fetches"], route_class=Gate, responses=answers(*SIGNED_IN))
router = APIRouter(prefix="/fetches", tags=["fetches"], responses=answers(*SIGNED_IN))


class ToFetch(Said):
    """A recording to be fetched."""

    model_config = shown(
        {"url": "https://pbx.example.com/rec/1.wav?sig=x", "meta": {"line": "400"}, "file_name": "1.wav"}
    )

    url: Text = Field(
        min_length=1, max_length=2_000, repr=False, examples=["https://pbx.example.com/rec/1.wav?sig=…"]
    )
    meta: dict[str, Any] = Field(
        default={}, description="随录数据。The envelope.", examples=[{"line": "400"}]
    )
    file_name: Annotated[Text, Field(max_length=255)] = Field(
        default="", description="不写就取地址的最后一段。Else the end of the address.", examples=["1.wav"]
    )
    team: Name = Field(default="", description="属于哪一组；不写就是自己的组。Whose call it is.")
    agent_channel: int | None = Field(default=None, ge=0, le=1)
    sha256: Annotated[str, Field(pattern=r"^([0-9a-fA-F]{64})?$")] = ""
    allow_duplicate: bool = Field(
        default=False, description="同样的录音再收一通。Take the very same recording in once more."
    )
    valid_until: Moment | None = Field(
        default=None,
        description="链接到何时失效；不写就试 1 小时。Until when the link is good.",
        examples=["2026-11-26T10:00:00+08:00"],
    )


class FetchState(Said):
    """What became of a recording that is to be fetched."""

    id: Id
    #: The host alone.
    host: str
    state: Arrival
    attempts: int
    created_at: datetime
    due_at: datetime = Field(description="还在等时，下次何时取。When it is tried next.")
    give_up_at: datetime
    call_id: str
    job_id: str
    error: str = Field(description="上一次没有取到的原因，代码。Why the last try failed.")
    is_duplicate: bool = Field(
        description="同样的录音已经有一通，call_id 是它。The very same recording was there."
    )

    @classmethod
    def of(cls, told: Fetch) -> FetchState:
        """As the port says it."""
        return cls.like(told)


@intake.post(
    "/from-url",
    summary="按地址取录音 Fetch a recording",
    status_code=202,
    dependencies=[wants(Right.UPLOAD)],
    responses=answers(422, 503),
)
def ask(
    here: Here,
    by: AskedBy,
    response: Response,
    wanted: Annotated[ToFetch, Body()],
    idempotency_key: IdempotencyKey = "",
) -> FetchState:
    """Writes down what is to be fetched; a worker fetches it at once, and again while the link is good."""
    said = {
        "filename": wanted.file_name or _last_part(wanted.url),
        "meta": json.dumps(wanted.meta, ensure_ascii=False) if wanted.meta else "",
        "team": wanted.team,
        "agent_channel": "" if wanted.agent_channel is None else str(wanted.agent_channel),
        "sha256": wanted.sha256,
        "allow_duplicate": str(wanted.allow_duplicate).lower(),
    }
    cover = cover_of(here, by, said, idempotency_key)
    until = in_utc("valid_until", wanted.valid_until)
    told = here.fetches.ask(by, wanted.url, cover, valid_until=until)
    response.headers["Location"] = f"/api/v1/fetches/{told.id}"
    return FetchState.of(told)


@router.get(
    "/{fetch_id}",
    summary="取得怎样了 What became of it",
    dependencies=[wants(Right.UPLOAD)],
    responses=answers(404, 422),
)
def state(here: Here, by: AskedBy, fetch_id: Id) -> FetchState:
    """Where a recording stands that is to be fetched, and the call it became."""
    return FetchState.of(there(here.fetches.find(by, fetch_id)))


def _last_part(url: str) -> str:
    try:
        return unquote(urlsplit(url).path).rpartition("/")[2]
    except ValueError:
        raise Denied(
            "request_invalid",
            where="url",
            problem="is no address",
            fix="Write https://…",
            why="no_address",
            limit="",
        ) from None
