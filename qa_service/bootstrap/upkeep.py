"""What a worker does by itself, when its time has come."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qa_service.bootstrap import base
from qa_service.bootstrap.base import texts, zone
from qa_service.bootstrap.storing import shelves

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from qa_service.core.figures import TeamFigures
    from qa_service.core.schedules import Task, Turn
    from qa_service.ports.schedules import Doing
    from qa_service.stores.workbench import Shelves
    from qa_service.worker.timer import Timer


def timer(node: str) -> Timer:
    """Runs what comes again in the process `node`, which says that it lives."""
    from qa_service.stores.timetable import StoreTimetable
    from qa_service.worker.timer import Timer

    return Timer(StoreTimetable(shelves().engine, node, zone(), base.now), tasks(shelves()))


def tasks(kept: Shelves) -> Mapping[Task, Doing]:
    """Every task, and who does it on these shelves."""
    from functools import partial

    from qa_service.core.schedules import Task
    from qa_service.stores.upkeep import Upkeep
    from qa_service.stores.weekly import WeeklyWork

    upkeep, weekly = Upkeep(kept), WeeklyWork(kept, zone(), _report)
    return {
        Task.RETENTION: partial(_shred, kept),
        Task.CLEANUP: upkeep.clean,
        Task.UNFINISHED_UPLOADS: upkeep.sweep,
        Task.SEARCH_INDEX: upkeep.merge,
        Task.AUDIT_CHECKPOINT: upkeep.checkpoint,
        Task.SAMPLING: weekly.draw,
        Task.REPORTS: weekly.report,
    }


def _shred(kept: Shelves, _: Turn, go_on: Callable[[], bool]) -> Mapping[str, object]:
    from qa_service.stores.shredder import Shredder

    gone = Shredder(kept).run(go_on)
    return {name: gone[name] for name in ("sound", "text", "rest", "stuck")}


def _report(figures: TeamFigures, form: str, file: Path) -> None:
    from qa_service.exports.weekly import write_weekly

    write_weekly(figures, form, file, texts())
