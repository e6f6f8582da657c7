"""`qa-service rulebook tune`: limits read off the centre's own calls, line by line."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from qa_service import bootstrap
from qa_service.cli.writing import writing
from qa_service.core.errors import UsageError
from qa_service.core.people import MACHINE, Asked

if TYPE_CHECKING:
    from qa_service.core.measured import MeasuredCall
    from qa_service.rulebook.book import Rulebook
    from qa_service.usecases.analyze import Request
    from qa_service.usecases.tune import LineRows

_ASKED = Asked(MACHINE)
#: Width of text in a file, where no terminal says how wide it is.
_WIDTH = 80
_DAYS = ["%Y-%m-%d"]


class Form(StrEnum):
    """How the limits are told."""

    TEXT = "text"
    JSON = "json"


@dataclass(frozen=True, slots=True)
class _Calls:
    """What is read, one call after the other, and how it is told."""

    total: int
    told: Mapping[str, Any]
    each: Iterator[tuple[str, MeasuredCall | None, Request | None]]


def tune(
    files: Annotated[
        list[Path] | None,
        typer.Argument(help="不读库，读这些 *.measured.zst Measured calls instead.", exists=True),
    ] = None,
    book: Annotated[str, typer.Option("--rulebook", help="方案名称或文件 A name or a file.")] = "",
    since: Annotated[datetime | None, typer.Option(formats=_DAYS, help="从这天收下的起 From.")] = None,
    until: Annotated[datetime | None, typer.Option(formats=_DAYS, help="到这天为止，含 Up to.")] = None,
    line: Annotated[list[str] | None, typer.Option(help="只看这条线路，可以几次 Of this line.")] = None,
    calls: Annotated[int, typer.Option(help="最多读几通 Calls to read.", min=1, max=50_000)] = 1_000,
    seed: Annotated[int, typer.Option(help="抽样的种子 Seed of the sample.", min=0)] = 1,
    share: Annotated[
        float, typer.Option(help="提议的限值命中多少通，% Per cent found.", min=0.1, max=50)
    ] = 2,
    form: Annotated[Form, typer.Option("--format", help="输出格式 Output format.")] = Form.TEXT,
    out: Annotated[Path | None, typer.Option(help="写到这个文件 Write to this file.")] = None,
) -> None:
    """Exit 0 also where nothing can be proposed: that is said."""
    if files:
        _check_alone(since, until, line)
        rulebook, given = bootstrap.rulebook(book), _of_files(files)
    else:
        days = (_midnight(since), _midnight(until and until + timedelta(days=1)))
        rulebook = bootstrap.rulebook_in_force(book)
        given = _stored(rulebook, days, tuple(dict.fromkeys(line or ())), (calls, seed))
    lines = _counted(rulebook, given, share / 100)
    told = {"rulebook": _named(rulebook), **given.told, "share": share / 100}
    _write(_as_json(told, lines) if form is Form.JSON else "", lines, told, out)


def _check_alone(since: datetime | None, until: datetime | None, line: list[str] | None) -> None:
    if since or until or line:
        raise UsageError(
            "tune_files_alone",
            problem="files are read as they are, whichever line and day they are of",
            fix="Leave out --line, --since and --until, or the files",
        )


def _midnight(day: datetime | None) -> datetime | None:
    return None if day is None else day.replace(tzinfo=bootstrap.zone())


def _named(book: Rulebook) -> Mapping[str, Any]:
    return {"name": book.name, "version": book.version, "digest": book.digest}


def _of_files(files: list[Path]) -> _Calls:
    from qa_service.exports.measured import load_measured
    from qa_service.usecases.analyze import Request

    each = (("", load_measured(file), Request(())) for file in files)
    return _Calls(len(files), {"source": "files", "drawn": len(files), "candidates": len(files)}, each)


def _stored(
    book: Rulebook,
    days: tuple[datetime | None, datetime | None],
    lines: tuple[str, ...],
    sample: tuple[int, int],
) -> _Calls:
    from qa_service.core.lists import Filter
    from qa_service.core.rescores import Selection
    from qa_service.usecases.analyze import Request

    store, (most, seed) = bootstrap.stored_measures(), sample
    sought = Selection(Filter(since=days[0], until=days[1]), most, seed, lines)
    drawn = store.draw(_ASKED, sought, f"rulebook:{book.name}")
    told = {
        "source": "stored",
        "drawn": len(drawn.places),
        "candidates": drawn.candidates,
        "seed": seed,
        "only_lines": list(lines),
        "since": days[0] and days[0].isoformat(),
        "until": days[1] and days[1].isoformat(),
    }
    each = (
        (call.envelope.line, measured, Request.of_stored(call)) if call else ("", None, None)
        for call, measured in store.read(_ASKED, drawn.places)
    )
    return _Calls(len(drawn.places), told, each)


def _counted(book: Rulebook, given: _Calls, share: float) -> tuple[LineRows, ...]:
    """All lines together, then each."""
    from qa_service.cli.progress import counting
    from qa_service.pipeline.probing import NOT_MEASURED, Probing, probed
    from qa_service.rulebook.gauges import gauged
    from qa_service.usecases.tune import Tuning

    analyst, limits = bootstrap.analyst(book), gauged(book)
    tuning, detectors = Tuning(limits, share), [one.detector for one in limits]
    with counting(bootstrap.texts().say("tune.reading"), given.total) as done:
        for line, measured, request in given.each:
            if measured is None or request is None:
                tuning.add(line, Probing(NOT_MEASURED))
            else:
                tuning.add(line, probed(analyst.case(measured, request), detectors))
            done()
    return (tuning.together(), *tuning.lines())


def _as_json(told: Mapping[str, Any], lines: tuple[LineRows, ...]) -> str:
    from qa_service.exports.tuned import tuned_json

    return json.dumps(tuned_json(told, lines), ensure_ascii=False, indent=2) + "\n"


def _write(text: str, lines: tuple[LineRows, ...], told: Mapping[str, Any], out: Path | None) -> None:
    from rich.console import Console

    from qa_service.cli.tune_table import show_tuned
    from qa_service.exports.files import whole_file

    if out is None:
        if text:
            typer.echo(text, nl=False)
        else:
            show_tuned(Console(), bootstrap.texts(), _said(told), lines)
        return
    if not text:
        file = Console(file=io.StringIO(), width=_WIDTH)
        show_tuned(file, bootstrap.texts(), _said(told), lines)
        text = file.file.getvalue()  # type: ignore[attr-defined]
    with writing(out), whole_file(out) as beside:
        beside.write_text(text, "utf-8", newline="\n")


def _said(told: Mapping[str, Any]) -> str:
    book, texts = told["rulebook"], bootstrap.texts()
    said = {"book": f"{book['name']}@{book['version']}", "calls": told["drawn"], "share": 100 * told["share"]}
    if told["source"] == "files":
        return texts.say("tune.of_files", **{**said, "share": f"{said['share']:g}"})
    all_of_them = told["drawn"] == told["candidates"]
    key = "tune.of_all" if all_of_them else "tune.of_sample"
    return texts.say(
        key, **{**said, "share": f"{said['share']:g}"}, candidates=told["candidates"], seed=told["seed"]
    )
