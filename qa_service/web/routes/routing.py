"""Routing: the table in force, its draft, what a change would do, and why a call goes where it goes."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path, Query, Response
from pydantic import Field

from qa_service.core.people import Right
from qa_service.core.routing import Decision, Profile, Standing, TableVersion
from qa_service.core.routing_answers import DryRun, Explained, Move, Step
from qa_service.web.answers import SIGNED_IN, answers
from qa_service.web.deps import AskedBy, Here, wants
from qa_service.web.errors import not_found
from qa_service.web.routes.rulebooks import Approved, DraftRow
from qa_service.web.schemas import Id, Said, Text

router = APIRouter(prefix="/routing", tags=["routing"], responses=answers(*SIGNED_IN))
_READ = wants(Right.SEE_ROUTING)
_WRITE = wants(Right.WRITE_ROUTING)
_PUBLISH = wants(Right.PUBLISH_ROUTING)
_EXAMPLE = """schema: qa-service/routing@1
default: {rulebooks: [service-zh]}
routes:
  - id: night
    when: {line: '400*', time: '22:00-06:00'}
    rulebooks: [service-zh]
"""


class TableSource(Said):
    """A routing table as its author writes it (docs/routing.md)."""

    source: Text = Field(min_length=1, max_length=1_000_000, description="YAML 全文。", examples=[_EXAMPLE])


class TableRow(Said):
    """A table that is or was in force."""

    version: int
    authors: list[str]
    published_by: str
    published_at: datetime
    note: str
    source: str

    @classmethod
    def of(cls, table: TableVersion) -> TableRow:
        """The row of a table."""
        given = {name: getattr(table, name) for name in cls.model_fields if name != "authors"}
        return cls(**given, authors=list(table.authors))


class TableList(Said):
    """All tables that ever were in force, newest first."""

    versions: list[TableRow]


class StandingRow(Said):
    """How routing stands."""

    table: TableRow | None = Field(
        description="现在生效的；null = 还没有发布过，一切按安装时的设置。In force."
    )
    taken: dict[str, int] = Field(description="各条路由收了多少通；空名是默认。Calls by route.")
    unmatched: int = Field(description="没有一条路由收下、走了默认的通话数。Calls that took the default.")

    @classmethod
    def of(cls, standing: Standing) -> StandingRow:
        """The answer."""
        table = TableRow.of(standing.table) if standing.table else None
        return cls(table=table, taken=dict(standing.taken), unmatched=standing.unmatched)


class MoveRow(Said):
    """Calls that go another way; an empty route is the default."""

    before: str
    after: str
    changes: list[str]
    calls: int
    examples: list[Id]

    @classmethod
    def of(cls, move: Move) -> MoveRow:
        """The row of a move."""
        return cls(
            before=move.before,
            after=move.after,
            changes=list(move.changes),
            calls=move.calls,
            examples=list(move.examples),
        )


class DryRunRow(Said):
    """What the draft would do with last week's calls."""

    digest: str
    version: int = Field(description="与哪一版比；0 = 还没有表。The table it is compared with.")
    there_were: int = Field(description="上周收下的通话数。Calls of last week.")
    asked: int = Field(description="试跑了其中最新的这么多。How many of them were asked, the newest.")
    stay: int
    unmatched_before: int
    unmatched_after: int
    moves: list[MoveRow]

    @classmethod
    def of(cls, run: DryRun) -> DryRunRow:
        """The answer."""
        moves = run.moves
        return cls(
            digest=run.draft,
            version=run.version,
            there_were=run.there_were,
            asked=moves.calls,
            stay=moves.stay,
            unmatched_before=moves.unmatched_before,
            unmatched_after=moves.unmatched_after,
            moves=[MoveRow.of(move) for move in moves.moves],
        )


class CheckRow(Said):
    """One condition and what the call has."""

    field: str
    wanted: list[str]
    found: list[str]
    holds: bool


class StepRow(Said):
    """One route and its conditions."""

    route: str
    title: str
    holds: bool
    is_chosen: bool
    checks: list[CheckRow]

    @classmethod
    def of(cls, step: Step) -> StepRow:
        """The row of a step."""
        checks = [
            CheckRow(field=c.field, wanted=list(c.wanted), found=list(c.found), holds=c.holds)
            for c in step.checks
        ]
        return cls(
            route=step.route, title=step.title, holds=step.holds, is_chosen=step.is_chosen, checks=checks
        )


class ProfileRow(Said):
    """How to listen; what is empty is the installation's own."""

    name: str
    engine: str
    model: str
    effort: str
    language: str
    script: str
    hot_words: list[str]

    @classmethod
    def of(cls, profile: Profile) -> ProfileRow:
        """The row of a profile."""
        given = {name: getattr(profile, name) for name in cls.model_fields if name != "hot_words"}
        return cls(**given, hot_words=list(profile.hot_words))


class DecisionRow(Said):
    """What is done with a call."""

    route: str = Field(description="收下它的路由；空 = 默认。The route; empty is the default.")
    rulebooks: list[str] = Field(
        description="空名是安装时设置的方案。An empty name is the installation's own."
    )
    profile: ProfileRow
    jurisdiction: str
    retention: str
    alerts: str

    @classmethod
    def of(cls, decision: Decision) -> DecisionRow:
        """The row of a decision."""
        return cls(
            route=decision.route,
            rulebooks=list(decision.rulebooks),
            profile=ProfileRow.of(decision.profile),
            jurisdiction=decision.jurisdiction,
            retention=decision.retention,
            alerts=decision.alerts,
        )


class ExplainedRow(Said):
    """Why a call goes where it goes."""

    call_id: Id
    version: int
    decision: DecisionRow
    steps: list[StepRow]

    @classmethod
    def of(cls, found: Explained) -> ExplainedRow:
        """The answer."""
        said = found.explanation
        return cls(
            call_id=found.call_id,
            version=found.version,
            decision=DecisionRow.of(said.decision),
            steps=[StepRow.of(step) for step in said.steps],
        )


@router.get("", summary="路由 How routing stands", dependencies=[_READ])
def standing(here: Here, by: AskedBy) -> StandingRow:
    """The table in force, and how many calls its routes took."""
    return StandingRow.of(here.routing.standing(by))


@router.get("/versions", summary="历次路由表 All tables", dependencies=[_READ])
def versions(here: Here, by: AskedBy) -> TableList:
    """All tables that ever were in force, newest first."""
    return TableList(versions=[TableRow.of(table) for table in here.routing.versions(by)])


@router.get(
    "/versions/{number}", summary="一版路由表 One table", dependencies=[_READ], responses=answers(404, 422)
)
def version(here: Here, by: AskedBy, number: Annotated[int, Path(ge=1, le=2**31 - 1)]) -> TableRow:
    """One table that is or was in force: the YAML to keep, or to write as a draft again."""
    found = here.routing.version(by, number)
    if found is None:
        raise not_found()
    return TableRow.of(found)


@router.get("/explain", summary="为什么 Explain", dependencies=[_READ], responses=answers(404, 422))
def explain(
    here: Here,
    by: AskedBy,
    call_id: Annotated[Id, Query(description="通话的编号。The call.")],
    draft: Annotated[bool, Query(description="按草稿，而不是现在生效的。By the draft.")] = False,
) -> ExplainedRow:
    """Why a call goes where it goes, route by route. What stands in its metadata is not told."""
    found = here.routing.explain(by, call_id, by_draft=draft)
    if found is None:
        raise not_found()
    return ExplainedRow.of(found)


@router.get("/draft", summary="草稿 The draft", dependencies=[_READ], responses=answers(404))
def draft(here: Here, by: AskedBy) -> DraftRow:
    """What somebody wrote and nobody approved yet."""
    found = here.routing.draft(by)
    if found is None:
        raise not_found()
    return DraftRow.of(found)


@router.put("/draft", summary="写草稿 Write a draft", dependencies=[_WRITE], responses=answers(413, 422))
def write(here: Here, by: AskedBy, given: TableSource) -> DraftRow:
    """Keeps a draft in place of the one before; all mistakes are told in `places`."""
    return DraftRow.of(here.routing.write(by, given.source))


@router.delete(
    "/draft",
    summary="丢弃草稿 Drop the draft",
    status_code=204,
    response_class=Response,
    dependencies=[_WRITE],
    responses=answers(404),
)
def drop(here: Here, by: AskedBy) -> None:
    """Throws the draft away."""
    if not here.routing.drop(by):
        raise not_found()


@router.post("/draft/dry-run", summary="试跑 Dry run", dependencies=[_WRITE], responses=answers(404))
def dry_run(here: Here, by: AskedBy) -> DryRunRow:
    """How many of last week's calls would go another way, from where to where, with examples that one may see."""
    found = here.routing.dry_run(by)
    if found is None:
        raise not_found()
    return DryRunRow.of(found)


@router.post(
    "/draft/publish",
    summary="发布 Publish",
    status_code=201,
    dependencies=[_PUBLISH],
    responses=answers(409, 422),
)
def publish(here: Here, by: AskedBy, given: Approved) -> TableRow:
    """Puts the draft in force, as it was read and tried; who wrote on it may not, unless the installation allows."""
    return TableRow.of(here.routing.publish(by, given.digest, given.note))
