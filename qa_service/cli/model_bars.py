"""How far a download or a check is, on stderr."""

from __future__ import annotations

from types import TracebackType

from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)

from qa_service.cli.model_desk import Desk


class Bars:
    """Progress on stderr: bars with speed on a terminal, one line per step elsewhere."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._tasks: dict[str, TaskID] = {}
        columns = (BarColumn(), DownloadColumn(), TransferSpeedColumn(), TimeRemainingColumn())
        self._progress = Progress(TextColumn("{task.description}"), *columns, console=desk.side)

    def __enter__(self) -> Bars:
        if self._desk.side.is_terminal:
            self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def __call__(self, stage: str, done: float, total: float) -> None:
        """Keeps `ports.Progress`."""
        if stage in self._tasks:
            self._progress.update(self._tasks[stage], completed=done, total=total or None)
            return
        step, _, path = stage.partition(":")
        said = f"{self._desk.text(f'stage.{step}')} {path}".rstrip()
        # What an earlier pull left counts as done, not as speed.
        self._tasks[stage] = self._progress.add_task(said, completed=int(done), total=total or None)
        if not self._desk.side.is_terminal:
            self._desk.side.print(said, markup=False, highlight=False)
