"""`qa-service migrate`: what another system holds becomes ours, with a report of what could not."""

from __future__ import annotations

import json
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qa_service import bootstrap
from qa_service.cli.complaints import plain
from qa_service.cli.inputs import read_text
from qa_service.cli.writing import writing
from qa_service.core.errors import EnvelopeError, RecordingError
from qa_service.core.imported import Kept

if TYPE_CHECKING:
    from qa_service.moving.sca_results import BadRow

#: Their exports are lists of thousands of rules at most.
_MOST = 64 << 20
#: Results hold transcripts.
_MOST_RESULTS = 512 << 20

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)


class Stage(StrEnum):
    """How far the rules reach at first."""

    OBSERVE = "observe"
    COACH = "coach"
    SCORE = "score"


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


@app.command("results", help="那边的结果 JSON，或人工得分 XLSX、CSV。Their results, or people's scores.")
def results(
    file: Annotated[
        Path,
        typer.Argument(help="GetResult 的 JSON，或得分表。JSON, XLSX or CSV.", exists=True, dir_okay=False),
    ],
    team: Annotated[str, typer.Option(help="新收下的通话属于哪一组。Whose new calls are.")] = "",
) -> None:
    """Keeps them beside our evaluations, twice the same once; exit 1 where a row could not be used."""
    from qa_service.text.files import read_bytes

    bootstrap.check_team(team)
    counts: dict[str, int] = dict.fromkeys((kept.value for kept in Kept), 0)
    bad: list[BadRow] = []
    keep = _their_results if file.suffix.lower() == ".json" else _their_scores
    keep(read_bytes(file, _MOST_RESULTS), team, counts, bad)
    texts = bootstrap.texts()
    typer.echo(texts.say("moving.imported", **counts))
    for row in sorted(bad, key=lambda one: one.row):
        why = texts.say(f"moving_row.{row.why.code}", **dict(row.why.values))
        typer.echo(plain(texts.say("parity.bad", row=row.row, call=row.call or "–", problem=why)), err=True)
    if bad:
        raise typer.Exit(1)


def _their_results(content: bytes, team: str, counts: dict[str, int], bad: list[BadRow]) -> None:
    from qa_service.moving.fields import read_json
    from qa_service.moving.human_scores import evaluations_of
    from qa_service.moving.notes import Note
    from qa_service.moving.sca_results import BadRow, read_results

    found = read_results(read_json(content.decode("utf-8-sig", "replace"), "results"))
    bad += found.bad
    imports = bootstrap.Imports(team)
    for call in found.calls:
        text = json.dumps(dict(call.transcript), ensure_ascii=False)
        try:
            _count(imports.with_call(text, evaluations_of(call)), counts)
        except (EnvelopeError, RecordingError) as error:
            why = bootstrap.texts().error(error)
            bad.append(BadRow(call.row, call.id, Note.of("row_refused", problem=why)))


def _their_scores(content: bytes, team: str, counts: dict[str, int], bad: list[BadRow]) -> None:
    from qa_service.moving.human_scores import read_scores
    from qa_service.moving.notes import Note
    from qa_service.moving.sca_results import BadRow

    found = read_scores(content)
    bad += found.bad
    imports = bootstrap.Imports(team)
    for row, call, made in found.made:
        try:
            kept = imports.beside(call, [made])
        except RecordingError as error:
            bad.append(BadRow(row, call, Note.of("row_refused", problem=bootstrap.texts().error(error))))
            continue
        _count(kept, counts)
        if Kept.NO_CALL in kept:
            bad.append(BadRow(row, call, Note.of("row_no_call")))


def _count(kept: Sequence[Kept], counts: dict[str, int]) -> None:
    for one in kept:
        counts[one.value] += 1


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
