"""`qa-service analyze`: recordings or transcripts in, assessments out."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from qa_service import bootstrap
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


_Paths = Annotated[
    list[Path],
    typer.Argument(
        help="录音、文字稿（--transcript）或 *.measured.zst。Recordings, transcripts, measured calls."
    ),
]
_Rulebook = Annotated[str, typer.Option(help="质检方案：名称或 YAML 文件。Rulebook name or file.")]
_Model = Annotated[str, typer.Option(help="识别模型：名称或 CTranslate2 目录。Model name or folder.")]
_Effort = Annotated[Effort | None, typer.Option(help="识别档位。How hard to listen.")]
_Channel = Annotated[AgentChannel, typer.Option(help="坐席在哪个声道。The agent's channel.")]
_Meta = Annotated[Path | None, typer.Option(help="随录数据 JSON/YAML。Call envelope.")]
_Profile = Annotated[
    str, typer.Option(help="数据源，无文件头的录音要用。Source profile, for headerless files.")
]
_Legs = Annotated[
    bool, typer.Option("--legs", help="两个文件是同一通话的两条腿。Two files are the legs of one call.")
]
_Transcript = Annotated[bool, typer.Option("--transcript", help="输入是文字稿 JSON。Inputs are transcripts.")]
_Form = Annotated[Form, typer.Option("--format", help="输出格式。Output format.")]
_Out = Annotated[
    Path | None, typer.Option(help="输出文件；多个输入时是目录。A file, or a folder for several inputs.")
]
_Reports = Annotated[
    Path | None, typer.Option(help="另外把 HTML 报告写到这里。Also write HTML reports there.")
]
_Save = Annotated[
    bool, typer.Option("--save", help="保存测量结果，以后可以不听录音再判。Keep what was measured.")
]


def analyze(
    paths: _Paths,
    rulebook: _Rulebook = "",
    model: _Model = "",
    effort: _Effort = None,
    agent_channel: _Channel = AgentChannel.AUTO,
    meta: _Meta = None,
    profile: _Profile = "",
    legs: _Legs = False,
    transcript: _Transcript = False,
    form: _Form = Form.TEXT,
    out: _Out = None,
    reports: _Reports = None,
    save: _Save = False,
) -> None:
    """Analyses each input; a failed one does not stop the others (exit 1)."""
    # What is only needed to work is imported only now: `--help` answers at once.
    from qa_service.cli.batch import Job, run
    from qa_service.cli.inputs import inputs_of
    from qa_service.cli.outlet import Outlet

    inputs = inputs_of(paths, legs=legs, transcript=transcript)
    _check(len(inputs), meta=meta, form=form, out=out)
    job = Job(
        inputs=inputs,
        rulebook=bootstrap.rulebook(rulebook),
        model=model,
        effort=effort.value if effort else "",
        agent_channel=None if agent_channel is AgentChannel.AUTO else int(agent_channel.value),
        meta=meta,
        source=bootstrap.source_profile(profile),
        save=save,
    )
    outlet = Outlet(form=form.value, out=out, reports=reports, many=len(inputs) > 1, inputs=paths)
    if run(job, outlet):
        raise typer.Exit(1)


def _check(inputs: int, *, meta: Path | None, form: Form, out: Path | None) -> None:
    if meta is not None and inputs > 1:
        raise UsageError(
            "meta_for_many",
            problem="--meta belongs to one call",
            fix="Analyse one call, or put NAME.envelope.json beside each recording",
        )
    if form is Form.HTML and out is None:
        raise UsageError(
            "html_needs_out", problem="--format html needs --out", fix="Say where: --out report.html"
        )
    if inputs > 1 and out is not None and out.is_file():
        raise UsageError(
            "out_is_file", problem="--out is a file", fix="Name a folder for several inputs", path=str(out)
        )
