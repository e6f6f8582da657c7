"""`qa-service migrate`: what another system holds becomes ours, with a report of what could not."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import ExitStack
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qa_service import bootstrap
from qa_service.cli.complaints import plain
from qa_service.cli.documents import is_json, naming, read_document
from qa_service.cli.writing import writing
from qa_service.core.errors import EnvelopeError, RecordingError
from qa_service.core.imported import Kept

if TYPE_CHECKING:
    from qa_service.moving.bad_rows import BadRow

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
    read = {"schemes": schemes, "skill_groups": skill_groups}
    held = {kind: read_document(file, _MOST) for kind, file in read.items() if file}
    document = read_document(rules, _MOST)
    with naming(rules, **read):
        found = migrate(document, **held, name=name, stage=stage.value)
    files = {f"{book.name}.yaml": book.text for book in found.books}
    if found.routing:
        files["routing.yaml"] = found.routing
    files["report.md"] = report_markdown(found.moved, found.notes, texts)
    told = report_json(found.moved, found.notes, texts)
    files["report.json"] = json.dumps(told, ensure_ascii=False, indent=2) + "\n"
    _write(out, files)
    typer.echo(texts.say("moving.counts", **told["counts"]))
    typer.echo(texts.say("moving.written", files="、".join(files), folder=str(out)))
    if before := sorted({file.name for file in out.glob(f"{name}*.yaml")} - set(files)):
        typer.echo(plain(texts.say("moving.stale", files="、".join(before))), err=True)


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
    if is_json(file):
        _their_results(file, team, counts, bad)
    else:
        with naming(file):
            _their_scores(read_bytes(file, _MOST_RESULTS), team, counts, bad)
    texts = bootstrap.texts()
    typer.echo(texts.say("moving.imported", **counts))
    for row in sorted(bad, key=lambda one: one.row):
        typer.echo(plain(row.told(texts)), err=True)
    if bad:
        raise typer.Exit(1)


def _their_results(file: Path, team: str, counts: dict[str, int], bad: list[BadRow]) -> None:
    from qa_service.moving.bad_rows import BadRow
    from qa_service.moving.human_scores import evaluations_of
    from qa_service.moving.notes import Note
    from qa_service.moving.sca_results import read_results

    document = read_document(file, _MOST_RESULTS)
    with naming(file):
        found = read_results(document)
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
    from qa_service.moving.bad_rows import BadRow
    from qa_service.moving.human_scores import read_scores
    from qa_service.moving.notes import Note

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


def _write(folder: Path, files: dict[str, str]) -> None:
    from qa_service.exports.files import whole_file

    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as held:  # all of them or none: half of a migration is none
        for name, text in files.items():
            held.enter_context(writing(folder / name))
            beside = held.enter_context(whole_file(folder / name))
            beside.write_text(text, "utf-8", newline="\n")
