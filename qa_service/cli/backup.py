"""`qa-service backup FOLDER`: copies the installation on this machine; `--check` opens the newest copy."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from qa_service import bootstrap


def backup(
    folder: Annotated[Path, typer.Argument(help="备份到这个文件夹，最好在另一块盘上 Where to.")],
    keep: Annotated[
        int, typer.Option(help="留几份数据库 Copies of the database to keep.", min=1, max=1_000)
    ] = 7,
    check: Annotated[
        bool, typer.Option("--check", help="不备份，只试着打开最新的一份 Only open the newest copy.")
    ] = False,
) -> None:
    """Adds a copy, also while the service runs; exit 1 where something could not be restored from it."""
    if check:
        _check(folder)
        return
    bars = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    with Progress(*bars, console=console, disable=not console.is_terminal) as progress:
        task = progress.add_task("录音 Sound", total=None)
        done = bootstrap.back_up(
            folder, keep=keep, tell=lambda done, total: progress.update(task, completed=done, total=total)
        )
    texts = bootstrap.texts()
    typer.echo(
        texts.say(
            "backup.made",
            file=str(done.database),
            calls=done.calls,
            copied=done.copied,
            removed=done.removed,
        )
    )
    typer.echo(texts.say("backup.key", key=str(bootstrap.settings().master_key)), err=True)
    if done.missing:
        typer.echo(texts.say("backup.missing", count=done.missing), err=True)
        raise typer.Exit(1)


def _check(folder: Path) -> None:
    proof, texts = bootstrap.prove_backup(folder), bootstrap.texts()
    typer.echo(texts.say("backup.checked", file=str(proof.database), calls=proof.calls, sounds=proof.sounds))
    if proof.missing:
        typer.echo(texts.say("backup.missing", count=proof.missing), err=True)
    if proof.unopened:
        typer.echo(texts.say("backup.unopened", count=proof.unopened), err=True)
    if not proof.is_good:
        raise typer.Exit(1)
