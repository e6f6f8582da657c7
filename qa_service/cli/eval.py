"""`qa-service eval`: how good it is, on calls with truth files, recordings with text, or labelled transcripts."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from qa_service import bootstrap
from qa_service.lab.dataset import Kind, kind_of

if TYPE_CHECKING:
    from qa_service.cli.progress import Bars
    from qa_service.lab.listening import Listener
    from qa_service.lab.words import Say


class Form(StrEnum):
    """What comes out on stdout."""

    TEXT = "text"
    JSON = "json"


class ChosenKind(StrEnum):
    """What the data set is taken for."""

    AUTO = "auto"
    CALLS = Kind.CALLS.value
    PAIRS = Kind.PAIRS.value
    TRANSCRIPTS = Kind.TRANSCRIPTS.value


class Effort(StrEnum):
    """How hard to listen."""

    ACCURATE = "accurate"
    FAST = "fast"


@dataclass(frozen=True, slots=True)
class _Measured:
    """What an evaluation came to, in both forms."""

    document: dict[str, object]
    show: Callable[[Console, Say], None]
    passed: bool = True


def evaluate(
    dataset: Annotated[
        Path,
        typer.Argument(help="含 *.truth.yaml 的目录、TSV/JSONL（录音+文本）或带标签的文字稿 Folder or file."),
    ],
    kind: Annotated[ChosenKind, typer.Option(help="数据集类型 What the data set is.")] = ChosenKind.AUTO,
    rulebook: Annotated[str, typer.Option(help="质检方案：名称或 YAML 文件 Rulebook name or file.")] = "",
    model: Annotated[str, typer.Option(help="识别模型：名称或目录 Model name or folder.")] = "",
    effort: Annotated[Effort | None, typer.Option(help="识别档位 How hard to listen.")] = None,
    line: Annotated[
        str, typer.Option(help="线路名，用于设置行 Name of the line, for the settings.")
    ] = "line",
    form: Annotated[Form, typer.Option("--format", help="输出格式 Output format.")] = Form.TEXT,
    out: Annotated[Path | None, typer.Option(help="另把 JSON 写到此文件 Also write the JSON there.")] = None,
) -> None:
    """Exit 1 when a sample call misses a moment or has findings that nobody asked for, or an input failed."""
    wanted = kind_of(dataset) if kind is ChosenKind.AUTO else Kind(kind.value)
    chosen = _Chosen(rulebook, model, effort.value if effort else "", line)
    measured = _measure(dataset, wanted, chosen)
    _give(measured, form, out)
    if not measured.passed:
        raise typer.Exit(1)


@dataclass(frozen=True, slots=True)
class _Chosen:
    """The options that decide how to hear and judge."""

    rulebook: str
    model: str
    effort: str
    line: str


def _measure(dataset: Path, kind: Kind, chosen: _Chosen) -> _Measured:
    if kind is Kind.CALLS:
        return _calls(dataset, chosen)
    return _pairs(dataset, chosen) if kind is Kind.PAIRS else _transcripts(dataset, chosen)


def _listener(chosen: _Chosen, bars: Bars) -> Listener:
    from qa_service.lab.listening import Listener

    ears = bootstrap.ears(chosen.model, progress=bars.progress)
    return Listener(
        bootstrap.analyst(bootstrap.rulebook(chosen.rulebook), ears),
        bootstrap.hearing_profile(chosen.effort),
        progress=bars.progress,
        working=bars.input,
    )


def _calls(folder: Path, chosen: _Chosen) -> _Measured:
    from qa_service.cli.progress import Bars
    from qa_service.lab.calls import evaluate_calls
    from qa_service.lab.documents import calls_document
    from qa_service.lab.tables import print_calls
    from qa_service.lab.truth import read_truths

    truths = read_truths(folder)
    with Bars(len(truths)) as bars:
        listener = _listener(chosen, bars)
        result = evaluate_calls(truths, listener.hear, listener.described)
    return _Measured(
        calls_document(result), lambda console, say: print_calls(result, console, say), result.passed
    )


def _pairs(path: Path, chosen: _Chosen) -> _Measured:
    from qa_service.cli.progress import Bars
    from qa_service.lab.documents import pairs_document
    from qa_service.lab.pairs import evaluate_pairs, read_pairs
    from qa_service.lab.tables import print_pairs

    pairs = read_pairs(path)
    with Bars(len(pairs)) as bars:
        listener = _listener(chosen, bars)
        result = evaluate_pairs(pairs, listener.write, listener.described)
    return _Measured(
        pairs_document(result, line=chosen.line),
        lambda console, say: print_pairs(result, console, say, line=chosen.line),
        not result.failed,
    )


def _transcripts(path: Path, chosen: _Chosen) -> _Measured:
    from qa_service.lab.documents import labels_document
    from qa_service.lab.labelled import read_labelled
    from qa_service.lab.labels import evaluate_labels
    from qa_service.lab.listening import Listener
    from qa_service.lab.tables import print_labels

    labelled = read_labelled(path)
    analyst = bootstrap.analyst(bootstrap.rulebook(chosen.rulebook))
    listener = Listener(analyst, bootstrap.hearing_profile())
    result = evaluate_labels(labelled, listener.judge, listener.described)
    return _Measured(labels_document(result), lambda console, say: print_labels(result, console, say))


def _give(measured: _Measured, form: Form, out: Path | None) -> None:
    """The table or the document on stdout, and the document in a file where one was named."""
    from qa_service.lab.words import words

    say = words(bootstrap.settings().lang)
    document = json.dumps(measured.document, ensure_ascii=False, indent=2) + "\n"
    if form is Form.JSON:
        sys.stdout.write(document)
    else:
        measured.show(Console(), say)
    if out is not None:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(document, "utf-8")
        Console(stderr=True).print(say("written", path=str(out)), markup=False)
