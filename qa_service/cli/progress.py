"""Progress on stderr, of `analyze`: one line per input with its stage, a bar and the time left."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from qa_service import bootstrap


class Bars:
    """Shows nothing unless stderr is a terminal: a log file gets one line per finished input instead."""

    def __init__(self, inputs: int) -> None:
        self._console = Console(stderr=True)
        self._inputs = inputs
        self._done = 0
        self._task: TaskID | None = None
        self._bars = Progress(
            TextColumn("{task.fields[place]}"),
            TextColumn("{task.description}", style="bold"),
            BarColumn(bar_width=28),
            TextColumn("{task.fields[stage]}"),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
            console=self._console,
            transient=True,
            disable=not self._console.is_terminal,
        )

    def __enter__(self) -> Bars:
        self._bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bars.stop()

    @contextmanager
    def input(self, name: str) -> Iterator[None]:
        """One input is being worked on."""
        place = f"[{self._done + 1}/{self._inputs}]"
        self._drop()  # the line on which models were loaded
        self._task = self._bars.add_task(name, total=None, place=place, stage="")
        try:
            yield
        finally:
            self._done += 1
            self._drop()
            if not self._console.is_terminal:
                self._console.print(f"{place} {name}", markup=False, highlight=False, soft_wrap=True)

    def _drop(self) -> None:
        if self._task is not None:
            self._bars.remove_task(self._task)
            self._task = None

    def progress(self, stage: str, done: float, total: float) -> None:
        """A stage tells how far it is (ports.Progress)."""
        if self._task is None:
            self._task = self._bars.add_task("", total=None, place="", stage="")
        name, _, detail = stage.partition(":")
        shown = bootstrap.texts().say(f"stage.{name}") + (f" {detail}" if detail else "")
        self._bars.update(self._task, completed=done, total=total or None, stage=shown)


@contextmanager
def counting(name: str, total: int) -> Iterator[Callable[[], None]]:
    """A bar for things that are worked on one after the other; each is told when it is done."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bars:
        task = bars.add_task(name, total=total)
        yield lambda: bars.advance(task)
