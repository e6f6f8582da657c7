"""What all benchmarks share: test calls, numbers that somebody writes, and where results go."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

import typer
from rich.console import Console

from qa_service import bootstrap
from qa_service.core.errors import UsageError

if TYPE_CHECKING:
    from qa_service.lab.bench.material import TestCall


class Form(StrEnum):
    """What comes out on stdout."""

    TEXT = "text"
    JSON = "json"


class Studio:
    """Makes test calls of whole sample calls, one file per length."""

    def __init__(self, samples: Path, folder: Path) -> None:
        from qa_service.lab.bench.material import calls_of

        self._folder = folder
        self._calls = calls_of(samples, bootstrap.audio_reader())

    def call(self, minutes: float) -> TestCall:
        """A test call of this length, with its file."""
        from qa_service.lab.bench.material import make_call

        return make_call(self._calls, minutes, self._folder / f"{minutes:g}.wav")


def read_window(given: str) -> float:
    """The minutes of a part of a day.

    Raises:
        UsageError: `wrong_window`.
    """
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


def read_counts(given: str) -> tuple[int, ...]:
    """Numbers of calls, the smallest first.

    Raises:
        UsageError: `wrong_counts`.
    """
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


def read_minutes(given: str, option: str) -> tuple[float, ...]:
    """Lengths of calls, the shortest first.

    Raises:
        UsageError: `wrong_minutes`.
    """
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


def own_models() -> dict[str, str]:
    """Where processes of an installation of their own find this installation's models."""
    chosen = bootstrap.settings()
    return {"QA_MODELS_DIR": str(chosen.models), "QA_MODEL": chosen.model, "QA_EFFORT": chosen.effort}


def say() -> Callable[..., str]:
    """The words of tables, in the language of this installation."""
    from qa_service.lab.words import words

    return words(bootstrap.settings().lang)


def give(document: dict[str, object], show: Callable[[Console], None], form: Form, out: Path | None) -> None:
    """The tables or the document on stdout, and the document in a file where one was named."""
    written = json.dumps(document, ensure_ascii=False, indent=2) + "\n"
    if form is Form.JSON:
        sys.stdout.write(written)
    else:
        show(Console())
    if out is not None:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(written, "utf-8")
        typer.echo(say()("written", path=str(out)), err=True)
