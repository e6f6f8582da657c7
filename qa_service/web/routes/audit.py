"""Who did what, and whether that still is what was written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Depends, Query

from qa_service.core.lists import AuditSought
from qa_service.core.people import Right
from qa_service.web.answers import SIGNED_IN, answers
from qa_service.web.deps import AskedBy, Here, in_utc, wants
from qa_service.web.schemas import Moment, Name, Text
from qa_service.web.schemas.audit import AuditPage, AuditRow, AuditState

router = APIRouter(prefix="/audit", tags=["audit"], responses=answers(*SIGNED_IN))


def _sought(
    who: Annotated[Name, Query(description="谁：用户或密钥的编号。The id of a user or key.")] = "",
    action: Annotated[Name, Query(description="做了什么。", examples=["listen"])] = "",
    object: Annotated[  # noqa: A002 - the name in the answer
        Text, Query(max_length=100, description="对什么。What it was done to.", examples=["hold:…", "call:…"])
    ] = "",
    request_id: Annotated[Text, Query(max_length=64, description="哪一次请求。The request.")] = "",
    since: Annotated[Moment | None, Query(description="从何时，含。At or after.")] = None,
    until: Annotated[Moment | None, Query(description="到何时，不含。Before.")] = None,
) -> AuditSought:
    return AuditSought(
        who=who,
        action=action,
        object=object,
        request_id=request_id,
        since=in_utc("since", since),
        until=in_utc("until", until),
    )


@router.get("", summary="审计记录 Audit log", dependencies=[wants(Right.SEE_AUDIT)], responses=answers(422))
def page(
    here: Here,
    by: AskedBy,
    sought: Annotated[AuditSought, Depends(_sought)],
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    before: Annotated[int | None, Query(ge=0, le=2**62)] = None,
) -> AuditPage:
    """Who did what, newest first."""
    found = here.audit.page(by, limit=limit, before=before, sought=sought)
    rows = [AuditRow.model_validate(_shown(row)) for row in found]
    about = {row.who for row in rows} | {row.object.removeprefix("user:") for row in rows}
    return AuditPage(
        entries=rows,
        names=dict(here.accounts.names(about)),
        next=rows[-1].seq if len(rows) == limit else None,
    )


def _shown(row: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in row.items() if name != "previous"}


@router.get(
    "/state",
    summary="核对审计链 Check the chain",
    dependencies=[wants(Right.SEE_AUDIT)],
    responses=answers(422),
)
def state(
    here: Here,
    by: AskedBy,
    entries: Annotated[int, Query(ge=0, le=2**62, description="从前抄下的条数。As noted earlier.")] = 0,
    head: Annotated[str, Query(pattern="^([0-9a-f]{64})?$", description="从前抄下的末尾。Its head.")] = "",
) -> AuditState:
    """Checks the whole chain and every seal, and whether it still goes through a head that somebody noted earlier."""
    noted = (entries, head) if entries and head else None
    return AuditState.model_validate(dict(here.audit.verify(by, noted)))
