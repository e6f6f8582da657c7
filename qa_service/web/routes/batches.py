"""Many recordings together: a side file or their names say what is known, then they come one by one."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from qa_service.core.batches import SideFile
from qa_service.core.people import Right
from qa_service.web.answers import SIGNED_IN, answers
from qa_service.web.denials import there
from qa_service.web.deps import AskedBy, Here, team_of, wants
from qa_service.web.gate import Gate
from qa_service.web.schemas import Id, Name
from qa_service.web.schemas.batches import (
    MOST_SHOWN,
    SAMPLE,
    BadRowSaid,
    BatchBriefSaid,
    BatchList,
    BatchMade,
    BatchRowSaid,
    RowSaid,
)

intake = APIRouter(prefix="/batches", tags=["batches"], route_class=Gate, responses=answers(*SIGNED_IN))
router = APIRouter(prefix="/batches", tags=["batches"], responses=answers(*SIGNED_IN))
_CSV = "文件名,坐席工号,客户号码,开始时间,方向\n0001.wav,8001,13800138000,2026-11-25 08:30:00,呼入\n"
_JSON: dict[str, Any] = {
    "pattern": "{agent_id}_{customer_number}_{started_at:%Y%m%d%H%M%S}.wav",
    "files": ["8001_13800138000_20261125083000.wav"],
}
_BODY = {
    "requestBody": {
        "required": True,
        "description": "CSV（UTF-8、GB18030，中英文表头）或 JSON，至多 8 MiB。The side file.",
        "content": {
            "text/csv": {"schema": {"type": "string"}, "example": _CSV},
            "application/json": {"schema": {}, "example": _JSON},
        },
    }
}


@intake.post(
    "",
    summary="批量：先交清单 Announce many recordings",
    status_code=201,
    dependencies=[wants(Right.UPLOAD)],
    responses={
        200: {"model": BatchMade, "description": "试读，或没有一行能用。A preview."},
        **answers(408, 413, 422, 503),
    },
    openapi_extra=_BODY,
)
async def announce(
    request: Request,
    response: Response,
    here: Here,
    by: AskedBy,
    preview: Annotated[bool, Query(description="只看读得怎样，不建批次。Reads only.")] = False,
    team: Annotated[Name, Query(description="属于哪一组；不写就是自己的组。Whose calls they are.")] = "",
) -> BatchMade:
    """Reads a side file or a pattern; recordings are then uploaded with `batch` and find their row by name."""
    whose = await run_in_threadpool(team_of, here, by, team)
    content = await request.body()
    is_json = "json" in request.headers.get("content-type", "").lower()

    def work() -> tuple[SideFile, str | None]:
        told = here.side_file(content, is_json)
        wanted = not preview and (told.rows or told.is_open)
        return told, here.batches.add(by, whose, told) if wanted else None

    told, batch_id = await run_in_threadpool(work)
    if batch_id is None:
        response.status_code = 200
    else:
        response.headers["Location"] = f"/api/v1/batches/{batch_id}"
    return _made(request, told, batch_id)


@router.get(
    "",
    summary="批次列表 List batches",
    dependencies=[wants(Right.UPLOAD)],
    responses=answers(422),
)
def batches(
    here: Here,
    by: AskedBy,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    before: Annotated[Id | Literal[""], Query(description="上一页的 next。")] = "",
) -> BatchList:
    """The newest first: one's own, and those of one's teams."""
    found = here.batches.all(by, limit=limit, before=before)
    rows = [BatchBriefSaid.like(one) for one in found]
    return BatchList(batches=rows, next=found[-1].id if len(found) == limit else None)


@router.get(
    "/{batch_id}",
    summary="批次进度 How far a batch is",
    dependencies=[wants(Right.UPLOAD)],
    responses=answers(404, 422),
)
def state(
    here: Here,
    by: AskedBy,
    batch_id: Id,
    limit: Annotated[int, Query(ge=1, le=1_000)] = MOST_SHOWN,
    after: Annotated[int, Query(ge=0, le=2**31 - 1, description="上一页的 next。")] = 0,
) -> BatchRowSaid:
    """How many are expected, came, were judged, failed, are missing; and which are missing."""
    told = there(here.batches.state(by, batch_id, limit=limit, after=after))
    return BatchRowSaid.of(told, limit)


def _made(request: Request, told: SideFile, batch_id: str | None) -> BatchMade:
    texts = request.app.state.texts
    bad = [
        BadRowSaid(
            row=row.number, file_name=row.file_name, error=row.error.code, detail=texts.error(row.error)
        )
        for row in told.bad[:MOST_SHOWN]
    ]
    return BatchMade(
        id=batch_id,
        good=len(told.rows),
        bad=len(told.bad),
        bad_rows=bad,
        unknown_columns=list(told.unknown[:MOST_SHOWN]),
        sample=[RowSaid.of(row) for row in told.rows[:SAMPLE]],
    )
