"""`qa-service migrate`: what another system holds becomes ours, with a report of what could not."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from qa_service import bootstrap
from qa_service.cli.inputs import read_text
from qa_service.cli.writing import writing

#: Their exports are lists of thousands of rules at most.
_MOST = 64 << 20

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)


class Stage(StrEnum):
    """How far the rules reach at first."""

    OBSERVE = "observe"
    COACH = "coach"
    SCORE = "score"


@app.callback()
def _several() -> None:
    """Keeps `sca` a command of its own."""


@app.command("sca", help="阿里云智能对话分析的规则、方案、技能组配置。Alibaba Cloud SCA rules.")
def sca(
    rules: Annotated[Path, typer.Argument(help="规则 JSON（GetRule、UploadRule）。Rules as JSON.")],
    out: Annotated[Path, typer.Option(help="写到这个文件夹。Write into this folder.")],
    schemes: Annotated[Path | None, typer.Option(help="质检方案 JSON。Schemes.")] = None,
    skill_groups: Annotated[Path | None, typer.Option(help="技能组配置 JSON。Skill groups.")] = None,
    name: Annotated[str, typer.Option(help="方案的名称。Name of the rulebook.")] = "sca",
    stage: Annotated[Stage, typer.Option(help="规则先走到哪一级。Stage of the rules.")] = Stage.OBSERVE,
) -> None:
    """Writes rulebooks, routing.yaml, report.md and report.json; exit 0 also where rules were left behind."""
    from qa_service.moving.report import report_json, report_markdown
    from qa_service.moving.sca import migrate

    texts = bootstrap.texts()
    found = migrate(
        _read(rules),
        schemes=_read(schemes) if schemes else None,
        skill_groups=_read(skill_groups) if skill_groups else None,
        name=name,
        stage=stage.value,
    )
    files = {f"{book.name}.yaml": book.text for book in found.books}
    if found.routing:
        files["routing.yaml"] = found.routing
    files["report.md"] = report_markdown(found.moved, found.notes, texts)
    told = report_json(found.moved, found.notes, texts)
    files["report.json"] = json.dumps(told, ensure_ascii=False, indent=2) + "\n"
    _write(out, files)
    typer.echo(texts.say("moving.counts", **told["counts"]))
    typer.echo(texts.say("moving.written", files="、".join(files), folder=str(out)))


def _read(file: Path) -> object:
    from qa_service.moving.fields import read_json

    return read_json(read_text(file, _MOST), str(file))


def _write(folder: Path, files: dict[str, str]) -> None:
    from qa_service.exports.files import whole_file

    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        with writing(folder / name), whole_file(folder / name) as beside:
            beside.write_text(text, "utf-8", newline="\n")
