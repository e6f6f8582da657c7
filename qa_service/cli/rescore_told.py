"""How a difference is written: to the terminal, to a file, as JSON."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import typer

from qa_service import bootstrap
from qa_service.cli.writing import writing

if TYPE_CHECKING:
    from qa_service.core.rescores import Volume
    from qa_service.pipeline.rescored import Diff


class Form(StrEnum):
    """How the difference is told."""

    TEXT = "text"
    JSON = "json"
    HTML = "html"


class Named(Protocol):
    """A rulebook, by what people call it."""

    @property
    def name(self) -> str:
        """Its name."""

    @property
    def version(self) -> int:
        """Its version."""

    @property
    def digest(self) -> str:
        """Names its content."""


def told_of_run(book: Named, drawn: int, candidates: int, seed: int, **more: Any) -> Mapping[str, Any]:
    """Which calls, and which rulebook."""
    named = {"name": book.name, "version": book.version, "digest": book.digest}
    return {"rulebook": named, "drawn": drawn, "candidates": candidates, "seed": seed, **more}


def write(told: Mapping[str, Any], diff: Diff, volume: Volume, form: Form, out: Path | None) -> None:
    """Everything that was counted."""
    from rich.console import Console

    from qa_service.cli.rescore_table import show_rescored
    from qa_service.exports.files import whole_file
    from qa_service.exports.rescored import rescored_json
    from qa_service.exports.rescored_page import rescored_page

    if form is Form.HTML:
        text = rescored_page(told, diff, volume, bootstrap.texts()).html
    elif form is Form.JSON:
        text = json.dumps(rescored_json(told, diff, volume), ensure_ascii=False, indent=2) + "\n"
    elif out is None:
        show_rescored(Console(), bootstrap.texts(), told, diff, volume)
        return
    else:
        file = Console(file=io.StringIO(), width=80)
        show_rescored(file, bootstrap.texts(), told, diff, volume)
        text = file.file.getvalue()  # type: ignore[attr-defined]
    if out is None:
        typer.echo(text, nl=False)
        return
    with writing(out), whole_file(out) as beside:
        beside.write_text(text, "utf-8", newline="\n")
