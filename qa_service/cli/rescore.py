"""`qa-service rescore`: stored calls judged again by another rulebook, and what would be different."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qa_service import bootstrap
from qa_service.cli import rescore_runs
from qa_service.cli.rescore_told import Form, told_of_run, write
from qa_service.core.people import MACHINE, Asked

if TYPE_CHECKING:
    from qa_service.core.measured import MeasuredCall
    from qa_service.core.rescores import Selection, Volume
    from qa_service.pipeline.rescored import Diff
    from qa_service.rulebook.book import Bundle
    from qa_service.stores.drawing import Drawn

_ASKED = Asked(MACHINE)
_DAYS = ["%Y-%m-%d"]
#: Calls that a dry run judges where nobody says how many: it is one process, and somebody waits for it.
_FEW, _MOST = 1_000, 50_000

app = typer.Typer(invoke_without_command=True, rich_markup_mode=None)
rescore_runs.add_to(app)


@app.callback()
def rescore(
    context: typer.Context,
    book: Annotated[str, typer.Option("--rulebook", help="方案名称或文件 A name or a file.")] = "",
    against: Annotated[
        str, typer.Option(help="和这份方案比，不和以前的评估比 Compare with this rulebook instead.")
    ] = "",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="只比较，什么都不保存 Compare, keep nothing.")
    ] = False,
    since: Annotated[datetime | None, typer.Option(formats=_DAYS, help="从这天收下的起 From.")] = None,
    until: Annotated[datetime | None, typer.Option(formats=_DAYS, help="到这天为止，含 Up to.")] = None,
    team: Annotated[str, typer.Option(help="只看这个组 Of this team.")] = "",
    agent: Annotated[str, typer.Option(help="只看这位坐席 Of this agent.")] = "",
    line: Annotated[list[str] | None, typer.Option(help="只看这条线路，可以几次 Of this line.")] = None,
    rule: Annotated[str, typer.Option(help="只看现在有这条规则的命中的 With a finding of this rule.")] = "",
    calls: Annotated[
        int | None, typer.Option(help="最多几通：--dry-run 默认 1000，否则全部 Calls at most.", min=1)
    ] = None,
    seed: Annotated[int, typer.Option(help="抽样的种子 Seed of the sample.", min=0)] = 1,
    per_day: Annotated[int | None, typer.Option(help="中心一天几通 Calls a day.", min=1)] = None,
    hours: Annotated[
        float | None, typer.Option("--supervisor-hours", help="主管一天共几小时 Their hours a day.", min=0.1)
    ] = None,
    most_reviewed: Annotated[float, typer.Option(help="复核最多占多少通，% Warn above.", min=0, max=100)] = 5,
    most_alerts: Annotated[float, typer.Option(help="每主管小时最多几条告警 Warn above.", min=0)] = 6,
    form: Annotated[Form, typer.Option("--format", help="输出格式 Output format.")] = Form.TEXT,
    out: Annotated[Path | None, typer.Option(help="写到这个文件 Write to this file.")] = None,
    at: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
            help="不早于这个时刻，由处理节点做 Not before; nodes do it.",
        ),
    ] = None,
    detach: Annotated[
        bool, typer.Option("--detach", help="只开始，由处理节点做 Only begin; nodes do it.")
    ] = False,
) -> None:
    """Compares, and waits for a decision: `rescore approve` or `rescore discard`. Exit 0 also where nothing changes."""
    if context.invoked_subcommand is not None:
        return
    from qa_service.core.lists import Filter
    from qa_service.core.rescores import Selection, Volume

    after = None if until is None else until + timedelta(days=1)
    within = Filter(since=_here(since), until=_here(after), team=team, agent_id=agent)
    lines = tuple(dict.fromkeys(line or ()))
    wanted = Selection(within, calls, seed, lines, rule, MACHINE.sight)
    volume = Volume(per_day, hours, most_reviewed / 100, most_alerts)
    bundle = bootstrap.bundle_in_force(book)
    other = bootstrap.bundle_in_force(against) if against else None
    if dry_run:
        _dry_run(bundle, wanted, volume, form, out, other)
        return
    run = bootstrap.rescores(by_owner=True).begin(
        _ASKED, bundle, wanted, volume, starts_at=_here(at), against=other
    )
    if detach or at is not None:
        typer.echo(bootstrap.texts().say("rescore.begun", run=run.id))
        return
    rescore_runs.compare_here(run, form, out)


def _here(day: datetime | None) -> datetime | None:
    return None if day is None else day.replace(tzinfo=bootstrap.zone())


def _dry_run(
    bundle: Bundle, wanted: Selection, volume: Volume, form: Form, out: Path | None, other: Bundle | None
) -> None:
    from dataclasses import replace

    book, store = bundle.book, bootstrap.stored_measures()
    wanted = replace(wanted, most=min(wanted.most or _FEW, _MOST))
    drawn = store.draw(_ASKED, wanted, f"rulebook:{book.name}", "rescore_dry_run")
    diff = _compared(bundle, drawn, other)
    told = told_of_run(book, len(drawn.places), drawn.candidates, wanted.seed)
    write(told, diff, volume, form, out)
    if form is Form.TEXT and out is None:
        typer.echo("\n" + bootstrap.texts().say("rescore.kept_nothing"))


def _compared(bundle: Bundle, drawn: Drawn, other: Bundle | None) -> Diff:
    from qa_service.cli.progress import counting
    from qa_service.usecases.judge_again import GONE, NEVER_JUDGED, NOT_MEASURED
    from qa_service.usecases.quick import NOTHING_KEPT
    from qa_service.usecases.rescore import Rescoring

    against = bootstrap.judge_again(other) if other else None
    store, again, counted = bootstrap.stored_measures(), bootstrap.judge_again(bundle), Rescoring()
    with counting(bootstrap.texts().say("rescore.state_comparing"), len(drawn.places)) as done:
        for call, measured in store.read(_ASKED, drawn.places):
            former = None if call is None else store.former(call, bundle.book.name)
            if call is None:
                counted.leave_out(GONE)
            elif measured is None:
                counted.leave_out(NOT_MEASURED)
            elif former is None:
                counted.leave_out(NEVER_JUDGED)
            else:
                if against is not None:
                    former = against.instead(call, partial(_given, measured), former, NOTHING_KEPT)
                counted.add(again.one(call, measured, former))
            done()
    return counted.diff()


def _given(measured: MeasuredCall) -> MeasuredCall:
    return measured
