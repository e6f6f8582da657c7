"""`qa-service bench analyze`: what is measured, and how it is told."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import typer
from rich.console import Console

from qa_service import bootstrap

if TYPE_CHECKING:
    from qa_service.lab.bench.child import Outcome, Task
    from qa_service.lab.bench.growth import Growth
    from qa_service.lab.bench.judging import Judging
    from qa_service.lab.bench.pairs import CallBench
    from qa_service.lab.bench.targets import Target
from qa_service.cli.bench_tools import Studio, say


@dataclass(frozen=True, slots=True)
class Wanted:
    """What `bench analyze` is to measure."""

    minutes: tuple[float, ...]
    growth: tuple[float, ...]
    pairs: int
    repeat: int
    model: str


@dataclass(frozen=True, slots=True)
class Measured:
    """What it measured."""

    calls: tuple[CallBench, ...]
    growth: Growth | None
    judging: Judging


def measure(wanted: Wanted, studio: Studio) -> Measured:
    """Every length against a plain run, the growth with length, and what judging takes."""
    from qa_service.lab.bench.growth import bench_growth
    from qa_service.lab.bench.judging import bench_judging
    from qa_service.lab.bench.pairs import bench_call

    model = wanted.model or bootstrap.settings().model
    threads = bootstrap.settings().threads or os.cpu_count() or 1
    return Measured(
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


def document_of(wanted: Wanted, measured: Measured) -> dict[str, object]:
    """What was measured, as it goes into a file."""
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


def _targets(measured: Measured) -> Sequence[Target]:
    from qa_service.lab.bench.targets import targets

    return targets(measured.calls, measured.growth, measured.judging)


def show(measured: Measured, console: Console) -> None:
    """What was measured, as tables."""
    from qa_service.lab.bench import tables

    words = say()
    if measured.calls:
        tables.print_calls(measured.calls, console, words)
    if measured.growth:
        tables.print_growth(measured.growth, console, words)
    tables.print_judging(measured.judging, console, words)
    tables.print_targets(_targets(measured), console, words)
