"""`qa-service rescore list|show|approve|discard|pause|resume|cancel`: runs, and what people decide about them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qa_service import bootstrap
from qa_service.cli import rescore_demo
from qa_service.cli.complaints import plain
from qa_service.cli.rescore_told import Form, told_of_run, write
from qa_service.core.errors import UsageError
from qa_service.core.people import MACHINE, Asked

if TYPE_CHECKING:
    from qa_service.core.rescores import Rescore

_ASKED = Asked(MACHINE)
_Run = Annotated[str, typer.Argument(help="重判的编号 Id of the run.")]
_Note = Annotated[str, typer.Option("--note", help="为什么，写进记录 Why.", prompt="为什么 Why")]
_LISTED = 20
_NONE = "–"


@dataclass(frozen=True, slots=True)
class _Book:
    name: str
    version: int
    digest: str


def add_to(app: typer.Typer) -> None:
    """The commands on runs."""
    app.command("list", help="最近的重判。The newest runs.")(listed)
    app.command("show", help="一次重判：差在哪。What is different.")(show)
    app.command("approve", help="批准：新的评估生效。The new evaluations count.")(approve)
    app.command("discard", help="放弃：什么都不变。Nothing changes.")(discard)
    app.command("remeasure", help="补测没有测量的通话。Hear calls that have no measurements.")(remeasure)
    app.command("pause", help="暂停。No more calls are begun.")(pause)
    app.command("resume", help="接着做。Go on.")(resume)
    app.command("demo", help="造一万通，改一条规则，看差在哪，批准。Try it on made-up calls.")(
        rescore_demo.demo
    )
    app.command("cancel", help="取消。Stop for good.")(cancel)


def compare_here(run: Rescore, form: Form, out: Path | None) -> None:
    """Works until all is compared, then shows what is different and what can be done about it."""
    from qa_service.cli.rescore_here import until_it_waits, working

    _say(bootstrap.texts().say("rescore.begun", run=run.id), is_aside=True)
    with working():
        run = until_it_waits(_ASKED, run)
    show_run(run, form, out)


def listed() -> None:
    """Runs, newest first: id, rulebook, how it stands."""
    texts = bootstrap.texts()
    runs = bootstrap.rescores().page(_ASKED, limit=_LISTED)
    if not runs:
        _say(texts.say("rescore.no_runs"))
    for run in runs:
        total = _NONE if run.total is None else str(run.total)
        typer.echo(
            f"{run.id}  {run.created_at.astimezone(bootstrap.zone()):%Y-%m-%d %H:%M}  "
            f"{plain(run.rulebook)}@{run.version}  {_state(run)}  {run.done}/{total}"
        )


def show(
    run_id: _Run,
    form: Annotated[Form, typer.Option("--format", help="输出格式 Output format.")] = Form.TEXT,
    out: Annotated[Path | None, typer.Option(help="写到这个文件 Write to this file.")] = None,
) -> None:
    """What a run found, and what was decided."""
    show_run(_found(bootstrap.rescores().find(_ASKED, run_id), run_id), form, out)


def approve(
    run_id: _Run,
    note: _Note,
    team: Annotated[list[str] | None, typer.Option(help="只批准这个组的，可以几次 Of this team.")] = None,
    agent: Annotated[list[str] | None, typer.Option(help="只批准这位坐席的，可以几次 Of this agent.")] = None,
    detach: Annotated[bool, typer.Option("--detach", help="由处理节点做 Nodes do it.")] = False,
) -> None:
    """The new evaluations of the chosen calls become theirs; the old ones stay to be read."""
    from qa_service.cli.rescore_here import until_it_waits, working
    from qa_service.core.rescores import Choice

    choice = Choice(tuple(team or ()), tuple(agent or ()))
    desk = bootstrap.rescores(by_owner=True)
    run = _found(desk.approve(_ASKED, run_id, _said(note), choice), run_id)
    if detach:
        return
    with working():
        run = until_it_waits(_ASKED, run)
    _tell_fates(run)


def discard(run_id: _Run, note: _Note) -> None:
    """Nothing of it counts; what was different can still be read."""
    _tell(bootstrap.rescores().discard(_ASKED, run_id, _said(note)), run_id)


def remeasure(run_id: _Run) -> None:
    """Calls that were left out because they have no measurements are heard by nodes, behind all uploads."""
    bootstrap.job_queue().open()
    queued = bootstrap.rescores().remeasure(_ASKED, run_id)
    if queued is None:
        _found(None, run_id)
    _say(bootstrap.texts().say("rescore.remeasure", calls=queued))


def pause(run_id: _Run) -> None:
    """No more calls are begun."""
    _tell(bootstrap.rescores().pause(_ASKED, run_id), run_id)


def resume(
    run_id: _Run,
    detach: Annotated[bool, typer.Option("--detach", help="由处理节点做 Nodes do it.")] = False,
) -> None:
    """Goes on where it stopped, also after it broke off."""
    from qa_service.cli.rescore_here import until_it_waits, working

    run = _found(bootstrap.rescores().resume(_ASKED, run_id), run_id)
    if not detach:
        with working():
            run = until_it_waits(_ASKED, run)
    _tell(run, run_id)


def cancel(run_id: _Run) -> None:
    """Stops it for good; what was applied by then stays applied."""
    _tell(bootstrap.rescores().cancel(_ASKED, run_id), run_id)


def show_run(run: Rescore, form: Form, out: Path | None) -> None:
    """What a run found, and how it stands."""
    desk, texts = bootstrap.rescores(), bootstrap.texts()
    diff = desk.diff(run)
    if diff is None:
        _tell(run, run.id)
        return
    state = {"run": run.id, "state": run.state.value, "note": run.note}
    told = told_of_run(
        _Book(run.rulebook, run.version, run.digest),
        run.total or 0,
        run.candidates,
        run.selection.seed,
        **state,
    )
    write(told, diff, run.volume, form, out)
    if form is Form.TEXT and out is None:
        typer.echo("")
        if run.decided_by:
            _tell_fates(run)
        else:
            _say(texts.say("rescore.decide", run=run.id))


def _tell_fates(run: Rescore) -> None:
    texts = bootstrap.texts()
    _say(texts.say("rescore.stands", run=run.id, state=_state(run)))
    for fate, calls in bootstrap.rescores().fates(run).items():
        _say(texts.say(f"rescore.fate_{fate.value}", calls=calls))


def _tell(run: Rescore | None, run_id: str) -> None:
    found = _found(run, run_id)
    _say(bootstrap.texts().say("rescore.stands", run=found.id, state=_state(found)))


def _say(sentence: str, *, is_aside: bool = False) -> None:
    """For people, in the width that they have; beside what a program reads, on the other stream."""
    from rich.console import Console
    from rich.text import Text

    from qa_service.exports.flow import Flow

    Console(stderr=is_aside).print(Flow(Text(sentence)))


def _state(run: Rescore) -> str:
    texts = bootstrap.texts()
    return texts.say(
        "rescore.state_paused" if run.is_paused and run.state.works else f"rescore.state_{run.state.value}"
    )


def _found(run: Rescore | None, run_id: str) -> Rescore:
    if run is None:
        raise UsageError(
            "no_such_rescore",
            where=run_id,
            problem="is no run of re-scoring",
            fix="See qa-service rescore list",
        )
    return run


def _said(note: str) -> str:
    if not note.strip():
        raise UsageError("no_note", where="--note", problem="says nothing", fix="Say why")
    return note.strip()
