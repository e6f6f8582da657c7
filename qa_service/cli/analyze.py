"""`qa-service analyze`: recordings or transcripts in, assessments out."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from qa_service import bootstrap
from qa_service.cli.batch import Job, Outlet, run
from qa_service.core.errors import UsageError


class Form(StrEnum):
    """How to show an assessment."""

    TEXT = "text"
    JSON = "json"
    HTML = "html"


class AgentChannel(StrEnum):
    """Which channel is the agent's."""

    AUTO = "auto"
    FIRST = "0"
    SECOND = "1"


class Effort(StrEnum):
    """How hard to listen."""

    ACCURATE = "accurate"
    FAST = "fast"


def analyze(
    paths: Annotated[
        list[Path], typer.Argument(help="录音（--transcript 时为文字稿 JSON）Recordings or transcripts.")
    ],
    rulebook: Annotated[str, typer.Option(help="质检方案：名称或 YAML 文件 Rulebook name or file.")] = "",
    model: Annotated[str, typer.Option(help="识别模型：名称或 CTranslate2 目录 Model name or folder.")] = "",
    effort: Annotated[Effort | None, typer.Option(help="识别档位 How hard to listen.")] = None,
    agent_channel: Annotated[
        AgentChannel, typer.Option(help="坐席在哪个声道 The agent's channel.")
    ] = AgentChannel.AUTO,
    meta: Annotated[Path | None, typer.Option(help="随录数据（JSON/YAML）Call envelope.")] = None,
    profile: Annotated[str, typer.Option(help="数据源 Source profile, for headerless files.")] = "",
    legs: Annotated[
        bool, typer.Option("--legs", help="两个文件是同一通话的两条腿 Two files, one call.")
    ] = False,
    transcript: Annotated[
        bool, typer.Option("--transcript", help="输入是文字稿 Inputs are transcripts.")
    ] = False,
    form: Annotated[Form, typer.Option("--format", help="输出格式 Output format.")] = Form.TEXT,
    out: Annotated[
        Path | None, typer.Option(help="输出文件；多个输入时为目录 File, or folder for several.")
    ] = None,
    reports: Annotated[
        Path | None, typer.Option(help="另写 HTML 报告到此目录 Also write HTML reports there.")
    ] = None,
) -> None:
    """Analyses each input; a failed one does not stop the others (exit 1)."""
    inputs = _inputs(paths, legs=legs)
    if meta is not None and len(inputs) > 1:
        raise UsageError(
            "meta_for_many",
            problem="--meta belongs to one call",
            fix="Analyse one call, or put NAME.envelope.json beside each",
        )
    job = Job(
        inputs=inputs,
        is_transcript=transcript,
        rulebook=bootstrap.rulebook(rulebook),
        model=model,
        effort=effort.value if effort else "",
        agent_channel=None if agent_channel is AgentChannel.AUTO else int(agent_channel.value),
        meta=meta,
        profile=profile,
    )
    failed = run(job, Outlet(form=form.value, out=out, reports=reports, many=len(inputs) > 1))
    if failed:
        raise typer.Exit(1)


def _inputs(paths: Sequence[Path], *, legs: bool) -> tuple[tuple[Path, ...], ...]:
    if not legs:
        return tuple((path,) for path in paths)
    if len(paths) != 2:
        raise UsageError(
            "wrong_legs",
            problem=f"--legs wants two files, not {len(paths)}",
            fix="Name both legs of one call",
        )
    return (tuple(paths),)
