"""`qa-service rescore demo`: an archive of made-up calls, a rule that changes, the difference, and its approval."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qa_service import bootstrap
from qa_service.cli.rescore_told import Form
from qa_service.core.people import MACHINE, Asked

if TYPE_CHECKING:
    from qa_service.core.rescores import Rescore

_ASKED = Asked(MACHINE)
#: A centre's own rulebook: all of the shipped one, and a rule of its own that its second version widens.
_BOOK = """schema: qa-service/rulebook@1
name: hotline-zh
version: {version}
title: {{zh_CN: 热线质检方案}}
include: [service-zh@1]
rules:
  - id: vague-time
    title: {{zh_CN: 时限含糊}}
    stage: score
    severity: major
    criterion: firm-answers
    points: {{deduct: 35}}
    when: {{phrases: {{any: [{words}]}}, role: agent}}
    coaching:
      what: {{zh_CN: "说了「{{quote}}」，没有说到什么时候。"}}
      why: {{zh_CN: "客户不知道要等多久，会再打来。"}}
      instead: {{zh_CN: "「今天下午五点前给您回电，不管有没有结果。」"}}
"""
_BEFORE, _AFTER = "尽快", "尽快, 马上, 稍等, 这两天, 过几天"


def demo(
    calls: Annotated[int, typer.Option(help="造几通 Calls to make.", min=1)] = 10_000,
    samples: Annotated[Path, typer.Option(help="样例通话的文件夹 Where the samples lie.")] = Path(
        "sample_audio"
    ),
    out: Annotated[Path, typer.Option(help="报告写到这里 Where the report goes.")] = Path("out/rescore-demo"),
) -> None:
    """Fills this installation once; with the same number of calls the next run begins with the comparison."""
    from qa_service.cli.rescore_runs import show_run

    texts = bootstrap.texts()
    out.mkdir(parents=True, exist_ok=True)
    before, after = _written(out, 1, _BEFORE), _written(out, 2, _AFTER)
    _fill(calls, before, samples)
    run, took_s = _compare(after)
    show_run(run, Form.TEXT, None)
    show_run(run, Form.HTML, out / "difference.html")
    show_run(run, Form.JSON, out / "difference.json")
    typer.echo(texts.say("rescore_demo.compared", calls=run.total or 0, seconds=f"{took_s:.1f}"))
    run, took_s = _approve(run)
    typer.echo(texts.say("rescore_demo.applied", seconds=f"{took_s:.1f}"))
    show_run(run, Form.HTML, out / "difference.html")
    again, _ = _compare(after)
    diff = bootstrap.rescores().diff(again)
    typer.echo(texts.say("rescore_demo.again", changed=diff.changed if diff else "–"))
    bootstrap.rescores().discard(_ASKED, again.id, "demo")
    typer.echo(texts.say("rescore_demo.look", file=out / "difference.html", run=run.id))


def _written(out: Path, version: int, words: str) -> Path:
    file = out / f"hotline-zh-{version}.yaml"
    file.write_text(_BOOK.format(version=version, words=words), "utf-8")
    return file


def _fill(calls: int, book: Path, samples: Path) -> None:
    from rich.progress import Progress

    from qa_service.lab.archive.fill import Wanted, fill, there

    kept = bootstrap.shelves()
    known = there(kept)
    if known:
        typer.echo(bootstrap.texts().say("rescore_demo.there", calls=known))
        return
    with Progress(transient=True) as bars:
        task = bars.add_task(bootstrap.texts().say("rescore_demo.making"), total=calls)
        fill(kept, Wanted(calls, str(book), samples), lambda done: bars.update(task, completed=done))


def _compare(book: Path) -> tuple[Rescore, float]:
    from qa_service.cli.rescore_here import until_it_waits, working
    from qa_service.core.rescores import Selection, Volume

    bundle = bootstrap.bundle_in_force(str(book))
    volume = Volume(calls=12_000, supervisor_hours=40)
    begun_s = time.monotonic()
    run = bootstrap.rescores(by_owner=True).begin(_ASKED, bundle, Selection(), volume)
    with working():
        run = until_it_waits(_ASKED, run)
    return run, time.monotonic() - begun_s


def _approve(run: Rescore) -> tuple[Rescore, float]:
    from qa_service.cli.rescore_here import until_it_waits, working
    from qa_service.core.rescores import Choice

    note = bootstrap.texts().say("rescore_demo.note")
    begun_s = time.monotonic()
    approved = bootstrap.rescores(by_owner=True).approve(_ASKED, run.id, note, Choice())
    with working():
        run = until_it_waits(_ASKED, approved or run)
    return run, time.monotonic() - begun_s
