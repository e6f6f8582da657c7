"""`qa-service bench analyze|judge|rules|rescore|serve|size`: speed and memory on this machine, against a baseline."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from qa_service import bootstrap
from qa_service.cli import bench_analysis
from qa_service.cli.bench_tools import (
    Form,
    Studio,
    give,
    own_models,
    read_counts,
    read_minutes,
    read_window,
    say,
)

if TYPE_CHECKING:
    pass

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)


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
    lengths, scripted = read_minutes(minutes, "--minutes"), read_minutes(growth, "--growth")
    wanted = bench_analysis.Wanted(lengths, scripted, pairs, repeat, model)
    with tempfile.TemporaryDirectory(prefix="qa-bench-") as folder:
        measured = bench_analysis.measure(wanted, Studio(samples, Path(folder)))
    document = bench_analysis.document_of(wanted, measured)
    give(document, lambda console: bench_analysis.show(measured, console), form, out)


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
        judging = bench_judging(Studio(samples, Path(folder)).call(minutes), repeat=repeat)
    document = head("judge", {"minutes": minutes, "repeat": repeat}) | {"judging": judging_document(judging)}
    give(document, lambda console: print_judging(judging, console, say()), form, out)


@app.command("rules", help="一万条规则要多久，最费时的一条要多久。What rules cost, many and the worst.")
def rules(
    calls: Annotated[int, typer.Option(min=10, max=100_000, help="通话数 Calls that are judged.")] = 1_000,
    repeat: Annotated[int, typer.Option(min=1, max=100, help="每条规则几次 Times for each rule.")] = 5,
    samples: _Samples = _HERE,
    form: _Form = Form.TEXT,
    out: _Out = None,
) -> None:
    """Needs no model and no sound: the calls are made of the sample calls' scripts."""
    from qa_service.lab.bench.documents import head, targets_document
    from qa_service.lab.bench.ruling.calls import scripts
    from qa_service.lab.bench.ruling.report import print_rules, rules_document, rules_targets
    from qa_service.lab.bench.ruling.run import Wanted, bench_rules
    from qa_service.lab.bench.tables import print_targets

    ruled = bench_rules(scripts(samples), Wanted(calls, repeat), lambda next_: typer.echo(next_, err=True))
    reached = rules_targets(ruled)
    document = head("rules", {"calls": calls, "repeat": repeat}) | rules_document(ruled)
    document |= {"targets": targets_document(reached)}

    def show(console: Console) -> None:
        print_rules(ruled, console, say())
        print_targets(reached, console, say())

    give(document, show, form, out)


@app.command(
    "rescore", help="重判已存的通话：每秒几通，改一条规则要多少。How fast stored calls are judged again."
)
def rescore(
    calls: Annotated[int, typer.Option(min=50, max=100_000, help="通话数 Calls that are judged.")] = 1_000,
    judged: Annotated[
        int, typer.Option(min=10, max=100_000, help="其中整通判定几通 Judged as a whole, of these.")
    ] = 200,
    samples: _Samples = _HERE,
    form: _Form = Form.TEXT,
    out: _Out = None,
) -> None:
    """Needs no model and no sound: the calls are made of the sample calls' scripts."""
    from qa_service.lab.bench.documents import head, targets_document
    from qa_service.lab.bench.rescoring.report import print_rescore, rescore_document, rescore_targets
    from qa_service.lab.bench.rescoring.run import bench_rescoring
    from qa_service.lab.bench.rescoring.wanted import Wanted
    from qa_service.lab.bench.ruling.calls import scripts
    from qa_service.lab.bench.tables import print_targets

    done = bench_rescoring(scripts(samples), Wanted(calls, judged), lambda next_: typer.echo(next_, err=True))
    reached = rescore_targets(done)
    document = head("rescore", {"calls": calls, "judged": judged}) | rescore_document(done)
    document |= {"targets": targets_document(reached)}

    def show(console: Console) -> None:
        print_rescore(done, console, say())
        print_targets(reached, console, say())

    give(document, show, form, out)


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
    wanted = Wanted(read_counts(calls), repeat, upload, busy, overload, database, recordings)
    served = bench_serving(wanted, own_models(), lambda done: typer.echo(done, err=True))
    reached = serving_targets(served)
    settings = {"calls": calls, "repeat": repeat, "upload": upload, "busy": busy, "overload": overload}
    document = head("serve", settings) | serving_document(served) | {"targets": targets_document(reached)}

    def show(console: Console) -> None:
        print_serving(served, console, say())
        print_targets(reached, console, say())

    give(document, show, form, out)


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

    centre = Centre(calls_per_day, minutes, read_window(window), kilobits)
    chosen, cores = model or bootstrap.settings().model, os.cpu_count() or 1
    with tempfile.TemporaryDirectory(prefix="qa-bench-") as folder:
        call = Studio(samples, Path(folder)).call(minutes)
        sized = measure(call.wav, {**own_models(), "QA_MODEL": chosen})
    sizing = Sizing(chosen, minutes, cores, centre, sized, plan(centre, sized, minutes, cores))
    settings = {"calls_per_day": calls_per_day, "minutes": minutes, "window": window, "model": chosen}
    document = head("size", settings) | sizing_document(sizing)
    give(document, lambda console: print_sizing(sizing, console, say()), form, out)
