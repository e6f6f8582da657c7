"""`qa-service bench analyze|judge|serve|size`: speed and memory on this machine, with a baseline in the same run."""

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


@app.command("serve", help="真实服务在本机回环上：上传、列表、搜索、忙时、超载。The service under load.")
def serve(
    calls: Annotated[str, typer.Option(help="库里的通话数 Calls in the database.")] = "1000,1000000",
    repeat: Annotated[int, typer.Option(min=1, max=1_000, help="每个问题几次 Times each is asked.")] = 60,
    upload: Annotated[int, typer.Option(min=0, max=2_000, help="上传几 MB，0 不测 MB to upload.")] = 500,
    busy: Annotated[float, typer.Option(min=0, max=600, help="忙时测几秒 Seconds while busy.")] = 60,
    overload: Annotated[float, typer.Option(min=0, max=600, help="超载几秒 Seconds of overload.")] = 15,
    database: Annotated[str, typer.Option(help="空的数据库，默认 SQLite An empty database.")] = "",
    samples: _Samples = _HERE,
    form: _Form = Form.TEXT,
    out: _Out = None,
) -> None:
    """Fills an installation of its own with made-up calls; nothing of it is left. Needs the model for `--busy`."""
    from qa_service.lab.bench.documents import head, targets_document
    from qa_service.lab.bench.serving.report import print_serving, serving_document, serving_targets
    from qa_service.lab.bench.serving.run import Wanted, bench_serving
    from qa_service.lab.bench.tables import print_targets

    recordings = tuple(sorted(samples.glob("*.wav")))
    wanted = Wanted(_counts(calls), repeat, upload, busy, overload, database, recordings)
    served = bench_serving(wanted, _models(), lambda done: typer.echo(done, err=True))
    reached = serving_targets(served)
    settings = {"calls": calls, "repeat": repeat, "upload": upload, "busy": busy, "overload": overload}
    document = head("serve", settings) | serving_document(served) | {"targets": targets_document(reached)}

    def show(console: Console) -> None:
        print_serving(served, console, _say())
        print_targets(reached, console, _say())

    _give(document, show, form, out)


@app.command("size", help="量一通电话，算出核、内存、磁盘。What a centre of this size needs.")
def size(
    calls_per_day: Annotated[
        int, typer.Option(min=1, max=100_000_000, help="每天几通 Calls a day.")
    ] = 12_000,
    minutes: Annotated[float, typer.Option(min=0.5, max=240, help="一通几分钟 Minutes of a call.")] = 4,
    window: Annotated[str, typer.Option(help="每天用多久来处理 Time for it: 10h, 90m.")] = "10h",
    kilobits: Annotated[int, typer.Option(min=4, max=3_000, help="录音的码率 kbit/s of recordings.")] = 128,
    model: Annotated[str, typer.Option(help="识别模型：名称或目录 Model name or folder.")] = "",
    samples: _Samples = _HERE,
    form: _Form = Form.TEXT,
    out: _Out = None,
) -> None:
    """Hears one call of that length with the real model, and shows every step from there."""
    from qa_service.lab.bench.documents import head
    from qa_service.lab.bench.sizing.plan import Centre, plan
    from qa_service.lab.bench.sizing.report import Sizing, print_sizing, sizing_document
    from qa_service.lab.bench.sizing.run import measure

    centre = Centre(calls_per_day, minutes, _window(window), kilobits)
    chosen, cores = model or bootstrap.settings().model, os.cpu_count() or 1
    with tempfile.TemporaryDirectory(prefix="qa-bench-") as folder:
        call = _Studio(samples, Path(folder)).call(minutes)
        sized = measure(call.wav, {**_models(), "QA_MODEL": chosen})
    sizing = Sizing(chosen, minutes, cores, centre, sized, plan(centre, sized, minutes, cores))
    settings = {"calls_per_day": calls_per_day, "minutes": minutes, "window": window, "model": chosen}
    document = head("size", settings) | sizing_document(sizing)
    _give(document, lambda console: print_sizing(sizing, console, _say()), form, out)


def _window(given: str) -> float:
    """Minutes."""
    unit = {"h": 60.0, "m": 1.0}.get(given[-1:].lower(), 0.0)
    try:
        window = float(given[:-1]) * unit
    except ValueError:
        window = 0.0
    if not 1 <= window <= 1_440:
        raise UsageError(
            "wrong_window",
            where="--window",
            problem=f"{given!r} is not a part of a day",
            fix="Write 10h or 90m",
        )
    return window


def _counts(given: str) -> tuple[int, ...]:
    try:
        counts = tuple(sorted({int(part) for part in given.split(",") if part.strip()}))
    except ValueError:
        counts = (0,)
    if any(not 100 <= count <= 10_000_000 for count in counts):
        raise UsageError(
            "wrong_counts",
            where="--calls",
            problem=f"{given!r} is not a list of numbers from 100 to 10,000,000",
            fix="Write 1000,1000000",
        )
    return counts


def _models() -> dict[str, str]:
    """Where processes of an installation of their own find this installation's models."""
    chosen = bootstrap.settings()
    return {"QA_MODELS_DIR": str(chosen.models), "QA_MODEL": chosen.model, "QA_EFFORT": chosen.effort}


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
