"""`qa-service bench analyze|judge`: speed and memory on this machine, with the error rate of the same runs."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from qa_service import bootstrap
from qa_service.core.errors import UsageError

if TYPE_CHECKING:
    from qa_service.lab.bench.child import Outcome, Task
    from qa_service.lab.bench.growth import Growth
    from qa_service.lab.bench.judging import Judging
    from qa_service.lab.bench.material import TestCall
    from qa_service.lab.bench.pairs import CallBench
    from qa_service.lab.bench.targets import Target

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)


class Form(StrEnum):
    """What comes out on stdout."""

    TEXT = "text"
    JSON = "json"


_Samples = Annotated[Path, typer.Option(help="样例通话目录 Folder of the sample calls.")]
_Form = Annotated[Form, typer.Option("--format", help="输出格式 Output format.")]
_Out = Annotated[Path | None, typer.Option(help="另把 JSON 写到此文件 Also write the JSON there.")]
_HERE = Path("sample_audio")


@app.command(
    "analyze", help="与逐声道直接识别相比：耗时、字错率、内存、增长。Against a plain run per channel."
)
def analyze(
    minutes: Annotated[str, typer.Option(help="测试通话的分钟数 Lengths of the test calls.")] = "1,10",
    pairs: Annotated[int, typer.Option(min=1, max=50, help="交错的次数 Interleaved pairs.")] = 3,
    growth: Annotated[
        str, typer.Option(help="增长测试的分钟数，空则不测 Lengths without a model; empty: none.")
    ] = "1,10,60",
    repeat: Annotated[int, typer.Option(min=1, max=1_000, help="判定次数 Times a call is judged.")] = 20,
    model: Annotated[str, typer.Option(help="识别模型：名称或目录 Model name or folder.")] = "",
    samples: _Samples = _HERE,
    form: _Form = Form.TEXT,
    out: _Out = None,
) -> None:
    """Exit 0 also when a target is missed: a busy machine is no fault of the program."""
    lengths, scripted = _minutes(minutes, "--minutes"), _minutes(growth, "--growth")
    wanted = _Wanted(lengths, scripted, pairs, repeat, model)
    with tempfile.TemporaryDirectory(prefix="qa-bench-") as folder:
        measured = _measure(wanted, _Studio(samples, Path(folder)))
    _give(_document(wanted, measured), lambda console: _show(measured, console), form, out)


@app.command("judge", help="判定一通已存的通话要多久，时间花在哪里。Where judging spends its time.")
def judge(
    minutes: Annotated[float, typer.Option(min=0.5, max=240, help="通话分钟数 Length of the call.")] = 10,
    repeat: Annotated[int, typer.Option(min=1, max=1_000, help="判定次数 Times it is judged.")] = 30,
    samples: _Samples = _HERE,
    form: _Form = Form.TEXT,
    out: _Out = None,
) -> None:
    """Needs no model: the words come from the sample calls' scripts."""
    from qa_service.lab.bench.documents import head, judging_document
    from qa_service.lab.bench.judging import bench_judging
    from qa_service.lab.bench.tables import print_judging

    with tempfile.TemporaryDirectory(prefix="qa-bench-") as folder:
        judging = bench_judging(_Studio(samples, Path(folder)).call(minutes), repeat=repeat)
    document = head("judge", {"minutes": minutes, "repeat": repeat}) | {"judging": judging_document(judging)}
    _give(document, lambda console: print_judging(judging, console, _say()), form, out)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What `bench analyze` is to measure."""

    minutes: tuple[float, ...]
    growth: tuple[float, ...]
    pairs: int
    repeat: int
    model: str


@dataclass(frozen=True, slots=True)
class _Measured:
    """What it measured."""

    calls: tuple[CallBench, ...]
    growth: Growth | None
    judging: Judging


class _Studio:
    """Makes test calls of whole sample calls, one file per length."""

    def __init__(self, samples: Path, folder: Path) -> None:
        from qa_service.lab.bench.material import calls_of

        self._folder = folder
        self._calls = calls_of(samples, bootstrap.audio_reader())

    def call(self, minutes: float) -> TestCall:
        from qa_service.lab.bench.material import make_call

        return make_call(self._calls, minutes, self._folder / f"{minutes:g}.wav")


def _minutes(given: str, option: str) -> tuple[float, ...]:
    try:
        minutes = tuple(sorted({float(part) for part in given.split(",") if part.strip()}))
    except ValueError as error:
        raise UsageError(
            "wrong_minutes", where=option, problem=f"{given!r} is not a list of minutes", fix="Write 1,10"
        ) from error
    if any(not 0.5 <= length <= 240 for length in minutes):
        raise UsageError(
            "wrong_minutes", where=option, problem="lengths are 0.5 to 240 minutes", fix="Write 1,10"
        )
    return minutes


def _measure(wanted: _Wanted, studio: _Studio) -> _Measured:
    from qa_service.lab.bench.growth import bench_growth
    from qa_service.lab.bench.judging import bench_judging
    from qa_service.lab.bench.pairs import bench_call

    model = wanted.model or bootstrap.settings().model
    threads = bootstrap.settings().threads or os.cpu_count() or 1
    return _Measured(
        calls=tuple(
            bench_call(studio.call(length), pairs=wanted.pairs, model=model, threads=threads, run=_run)
            for length in wanted.minutes
        ),
        growth=bench_growth([studio.call(length) for length in wanted.growth], _run)
        if wanted.growth
        else None,
        judging=bench_judging(studio.call(10), repeat=wanted.repeat),
    )


def _run(task: Task) -> Outcome:
    """One run, named on stderr: a benchmark takes minutes, and silence looks like a hang."""
    from qa_service.lab.bench.processes import run_apart

    outcome = run_apart(task)
    typer.echo(f"{task.way}  {Path(task.wav).stem} min  {outcome.wall_s:.1f} s", err=True)
    return outcome


def _document(wanted: _Wanted, measured: _Measured) -> dict[str, object]:
    from qa_service.lab.bench import documents

    settings = {
        "minutes": list(wanted.minutes),
        "growth": list(wanted.growth),
        "pairs": wanted.pairs,
        "repeat": wanted.repeat,
        "model": wanted.model or bootstrap.settings().model,
        "rulebook_digest": bootstrap.rulebook().digest,
    }
    return (
        documents.head("analyze", settings)
        | documents.calls_document(measured.calls)
        | {
            "growth": documents.growth_document(measured.growth),
            "judging": documents.judging_document(measured.judging),
            "targets": documents.targets_document(_targets(measured)),
        }
    )


def _targets(measured: _Measured) -> Sequence[Target]:
    from qa_service.lab.bench.targets import targets

    return targets(measured.calls, measured.growth, measured.judging)


def _show(measured: _Measured, console: Console) -> None:
    from qa_service.lab.bench import tables

    say = _say()
    if measured.calls:
        tables.print_calls(measured.calls, console, say)
    if measured.growth:
        tables.print_growth(measured.growth, console, say)
    tables.print_judging(measured.judging, console, say)
    tables.print_targets(_targets(measured), console, say)


def _say() -> Callable[..., str]:
    from qa_service.lab.words import words

    return words(bootstrap.settings().lang)


def _give(document: dict[str, object], show: Callable[[Console], None], form: Form, out: Path | None) -> None:
    """The tables or the document on stdout, and the document in a file where one was named."""
    written = json.dumps(document, ensure_ascii=False, indent=2) + "\n"
    if form is Form.JSON:
        sys.stdout.write(written)
    else:
        show(Console())
    if out is not None:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(written, "utf-8")
        typer.echo(_say()("written", path=str(out)), err=True)
