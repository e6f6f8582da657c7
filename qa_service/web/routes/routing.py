"""Routing: the table in force, its draft, what a change would do, and why a call goes where it goes."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query

from qa_service.core.people import Right
from qa_service.web.answers import NOTHING, SIGNED_IN, answers
from qa_service.web.denials import done, there
from qa_service.web.deps import AskedBy, Here, wants
from qa_service.web.draft_rows import Approved, DraftRow
from qa_service.web.routing_rows import DryRunRow, ExplainedRow, StandingRow, TableList, TableRow, TableSource
from qa_service.web.schemas import Text

router = APIRouter(prefix="/routing", tags=["routing"], responses=answers(*SIGNED_IN))
_READ = wants(Right.SEE_ROUTING)
_WRITE = wants(Right.WRITE_ROUTING)
_PUBLISH = wants(Right.PUBLISH_ROUTING, of_centre=True)


@router.get("", summary="路由 How routing stands", dependencies=[_READ])
def standing(here: Here, by: AskedBy) -> StandingRow:
    """The table in force, and how many calls its routes took."""
    return StandingRow.of(here.routing.standing(by), here.accounts.names)


@router.get("/versions", summary="历次路由表 All tables", dependencies=[_READ])
def versions(here: Here, by: AskedBy) -> TableList:
    """All tables that ever were in force, newest first."""
    return TableList(
        versions=[TableRow.of(table, here.accounts.names) for table in here.routing.versions(by)]
    )


@router.get(
    "/versions/{number}", summary="一版路由表 One table", dependencies=[_READ], responses=answers(404, 422)
)
def version(here: Here, by: AskedBy, number: Annotated[int, Path(ge=1, le=2**31 - 1)]) -> TableRow:
    """One table that is or was in force: the YAML to keep, or to write as a draft again."""
    return TableRow.of(there(here.routing.version(by, number)), here.accounts.names)


@router.get("/explain", summary="为什么 Explain", dependencies=[_READ], responses=answers(404, 422))
def explain(
    here: Here,
    by: AskedBy,
    call_id: Annotated[
        Text,
        Query(
            min_length=1,
            max_length=200,
            description="通话的编号，或话务系统自己的编号。The call's id, or what the telephone system calls it.",
            examples=["01a2154c-0c94-776d-a6d6-65a54a2a5aea"],
        ),
    ],
    draft: Annotated[bool, Query(description="按草稿，而不是现在生效的。By the draft.")] = False,
) -> ExplainedRow:
    """Why a call goes where it goes, route by route. What stands in its metadata is not told."""
    return ExplainedRow.of(there(here.routing.explain(by, call_id, by_draft=draft)))


@router.get("/draft", summary="草稿 The draft", dependencies=[_READ], responses=answers(404))
def draft(here: Here, by: AskedBy) -> DraftRow:
    """What somebody wrote and nobody approved yet."""
    return DraftRow.of(there(here.routing.draft(by)), here.accounts.names)


@router.put("/draft", summary="写草稿 Write a draft", dependencies=[_WRITE], responses=answers(413, 422))
def write(here: Here, by: AskedBy, given: TableSource) -> DraftRow:
    """Keeps a draft in place of the one before; all mistakes are told in `places`."""
    return DraftRow.of(here.routing.write(by, given.source), here.accounts.names)


@router.delete(
    "/draft",
    summary="丢弃草稿 Drop the draft",
    **NOTHING,
    dependencies=[_WRITE],
    responses=answers(404),
)
def drop(here: Here, by: AskedBy) -> None:
    """Throws the draft away."""
    done(here.routing.drop(by))


@router.post("/draft/dry-run", summary="试跑 Dry run", dependencies=[_WRITE], responses=answers(404))
def dry_run(here: Here, by: AskedBy) -> DryRunRow:
    """How many of last week's calls would go another way, from where to where, with examples that one may see."""
    return DryRunRow.of(there(here.routing.dry_run(by)))


@router.post(
    "/draft/publish",
    summary="发布 Publish",
    status_code=201,
    dependencies=[_PUBLISH],
    responses=answers(409, 422),
)
def publish(here: Here, by: AskedBy, given: Approved) -> TableRow:
    """Puts the draft in force, as it was read and tried; who wrote on it may not, unless the installation allows."""
    return TableRow.of(here.routing.publish(by, given.digest, given.note), here.accounts.names)
