"""What the API says and hears about routing."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from qa_service.core.routing import Decision, Profile, Standing, TableVersion
from qa_service.core.routing_answers import DryRun, Explained, Move, Step
from qa_service.web.schemas import Id, Label, Names, Naming, Said, Text, Written, shown

_EXAMPLE = """schema: qa-service/routing@1
default: {rulebooks: [service-zh]}
routes:
  - id: night
    when: {line: '400*', time: '22:00-06:00'}
    rulebooks: [service-zh]
"""


class TableSource(Said):
    """A routing table as its author writes it (docs/routing.md)."""

    model_config = shown({"source": _EXAMPLE})

    source: Text = Field(min_length=1, max_length=1_000_000, description="YAML 全文。", examples=[_EXAMPLE])


class TableRow(Said):
    """A table that is or was in force."""

    version: int
    authors: list[str]
    published_by: str
    published_at: datetime
    note: Written
    source: str
    names: Names

    @classmethod
    def of(cls, table: TableVersion, named: Naming) -> TableRow:
        """The row of a table."""
        names = dict(named((*table.authors, table.published_by)))
        return cls.like(table, authors=list(table.authors), names=names)


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

    not_in_force: int = Field(
        description="路由写的方案在通话那天没有生效的通话数。Calls for which a rulebook was not in force."
    )

    @classmethod
    def of(cls, standing: Standing, named: Naming) -> StandingRow:
        """The answer."""
        table = TableRow.of(standing.table, named) if standing.table else None
        return cls(
            table=table,
            taken=dict(standing.taken),
            unmatched=standing.unmatched,
            not_in_force=standing.not_in_force,
        )


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
    found: list[Label]
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
    not_in_force: list[str] = Field(
        description="写了、但通话那天没有生效的方案。Rulebooks that do not judge calls of that day."
    )

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
            not_in_force=list(decision.not_in_force),
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
