"""`qa-service rulebook parity`: our rules on another system's transcripts, beside what it found there."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qa_service import bootstrap
from qa_service.cli.complaints import plain
from qa_service.cli.documents import naming, read_document

if TYPE_CHECKING:
    from qa_service.core.intervals import Interval, Share
    from qa_service.core.texts import Reason
    from qa_service.i18n.catalogue import Catalogue
    from qa_service.moving.bad_rows import BadRow
    from qa_service.moving.parity_rows import Parity, Place
    from qa_service.moving.sca_results import TheirCall
    from qa_service.pipeline.assessment import Assessment
    from qa_service.rulebook.book import Rulebook

_MOST = 512 << 20
#: Calls that the table names for each side; JSON names all.
_NAMED = 5


class Form(StrEnum):
    """How the comparison is told."""

    TEXT = "text"
    JSON = "json"


def parity(
    book: Annotated[str, typer.Argument(help="方案名称或 YAML 文件 A name or a file.")],
    results: Annotated[
        Path, typer.Option("--with", help="那边的结果 JSON（GetResult）。Their results.", metavar="RESULTS")
    ],
    verdicts: Annotated[
        Path | None,
        typer.Option(help="人的结论 CSV：通话、规则、结论。People's verdicts.", exists=True, dir_okay=False),
    ] = None,
    form: Annotated[Form, typer.Option("--format", help="输出格式。Output format.")] = Form.TEXT,
) -> None:
    """Exit 0 when everything could be compared, 1 when results or verdicts could not be used."""
    from qa_service.moving.parity import compare
    from qa_service.moving.parity_json import parity_json
    from qa_service.moving.sca_results import read_results

    rulebook = bootstrap.rulebook(book)
    document = read_document(results, _MOST)
    with naming(results):
        theirs = read_results(document)
    said, bad = _verdicts(verdicts)
    bad = [*theirs.bad, *bad]
    found = compare(rulebook, theirs.calls, _judge(rulebook), said)
    if form is Form.JSON:
        named = {"name": rulebook.name, "version": rulebook.version, "digest": rulebook.digest}
        typer.echo(
            json.dumps(
                parity_json(found, named, bad, bootstrap.texts(), theirs.named_otherwise),
                ensure_ascii=False,
                indent=2,
            )
        )
    else:
        _show(found, bad)
        _tell_names(theirs.named_otherwise, bootstrap.texts())
    if bad or found.unused.calls or found.unused.rules:
        raise typer.Exit(1)


def _verdicts(file: Path | None) -> tuple[dict[tuple[str, str], bool], list[BadRow]]:
    if file is None:
        return {}, []
    from qa_service.moving.verdicts import read_verdicts
    from qa_service.text.files import read_bytes

    with naming(file):
        found = read_verdicts(read_bytes(file, _MOST))
    return dict(found.said), list(found.bad)


def _judge(book: Rulebook) -> Callable[[TheirCall], Assessment]:
    analyst, timezone = bootstrap.analyst(book), bootstrap.settings().timezone

    def judged(call: TheirCall) -> Assessment:
        text = json.dumps(call.transcript, ensure_ascii=False)
        return analyst.transcript(text, source=call.id, timezone=timezone).assessment

    return judged


def _show(found: Parity, bad: Sequence[BadRow]) -> None:
    from rich.console import Console

    from qa_service.lab.grid import figures_table
    from qa_service.moving.parity_rows import rows_with_hits

    texts, console = bootstrap.texts(), Console()
    columns = texts.say("parity.columns").split("|")
    table = figures_table(texts.say("parity.title", calls=found.calls), columns)
    rows = list(rows_with_hits(found))
    for row in rows:
        counted = (row.both, row.only_theirs, row.only_ours, row.not_judged, row.not_asked)
        shares = (_share(row.theirs_right), _share(row.ours_right))
        table.add_row(plain(row.title), *(str(len(side)) for side in counted), *shares)
    console.print(table)
    for row in rows:
        sides = (
            ("only_theirs", row.only_theirs),
            ("only_ours", row.only_ours),
            ("not_judged", row.not_judged),
        )
        for key, places in sides:
            if places:
                named = f"{row.title} {row.our_id}".strip()
                shown = _named([_place(place, key, texts) for place in places])
                typer.echo(plain(texts.say(f"parity.{key}", title=named, calls=shown)))
    _rest(found, bad, texts)


def _rest(found: Parity, bad: Sequence[BadRow], texts: Catalogue) -> None:
    """What no row of the table tells."""
    if strangers := [row for row in found.rules if not row.our_id]:
        named = "、".join(f"{row.rid}「{row.title}」" for row in strangers)
        typer.echo(plain(texts.say("parity.without", rules=named)))
    if found.unscored:
        named = _named([_because(call, why, texts) for call, why in found.unscored.items()])
        typer.echo(plain(texts.say("parity.unscored", calls=named)))
    for key, verdicts in (
        ("calls_unknown", found.unused.calls),
        ("rules_unknown", found.unused.rules),
        ("not_hit", found.unused.not_hit),
    ):
        if verdicts:
            shown = _first([f"{call} {rule}" for call, rule in verdicts])
            typer.echo(plain(texts.say(f"parity.{key}", count=len(verdicts), rows=shown)), err=True)
    for row in bad:
        typer.echo(plain(row.told(texts)), err=True)


def _tell_names(calls: Sequence[str], texts: Catalogue) -> None:
    if calls:
        typer.echo(
            plain(texts.say("parity.named_otherwise", count=len(calls), calls=_first(calls))), err=True
        )


def _first(words: Sequence[str]) -> str:
    """The first few, and that there are more."""
    return "、".join(words[:_NAMED]) + (" …" if len(words) > _NAMED else "")


def _place(place: Place, side: str, texts: Catalogue) -> str:
    lines = "/".join(place.ours if side == "only_ours" else place.theirs)
    named = f"{place.call} {lines}".strip()
    return _because(named, place.because, texts) if place.because else named


def _because(named: str, why: Reason, texts: Catalogue) -> str:
    return texts.say("parity.because", call=named, why=texts.reason(why))


def _named(places: Sequence[str]) -> str:
    """The first few, and how many there are."""
    return "、".join(places[:_NAMED]) + (f" …（{len(places)}）" if len(places) > _NAMED else "")


def _share(share: Share) -> str:
    if share.value is None or share.interval is None:
        return "–"
    return f"{share.value:.0%} ({share.hits}/{share.n})\n{_between(share.interval)}"


def _between(interval: Interval) -> str:
    return f"{100 * interval.low:.0f}–{100 * interval.high:.0f} %"
