"""What a worker does by itself, when its time has come."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qa_service.bootstrap import base
from qa_service.bootstrap.base import settings, texts, zone
from qa_service.bootstrap.rescoring import planned
from qa_service.bootstrap.storing import job_queue, scratch, shelves

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from qa_service.core.figures import TeamFigures
    from qa_service.core.schedules import Task, Turn
    from qa_service.ports.schedules import Doing
    from qa_service.stores.workbench import Shelves
    from qa_service.worker.timer import Timer


def timer(node: str, *, has_schedules: bool = True) -> Timer:
    """Runs what comes again in the process `node`, which says that it lives; without schedules chores alone."""
    from qa_service.stores.timetable import StoreTimetable
    from qa_service.worker.timer import Timer

    table = StoreTimetable(shelves().engine, node, zone(), base.now) if has_schedules else None
    return Timer(table, tasks(shelves()), chores(shelves()))


def tasks(kept: Shelves) -> Mapping[Task, Doing]:
    """Every task, and who does it on these shelves."""
    from functools import partial

    from qa_service.core.schedules import Task
    from qa_service.stores.daily import DailyWork
    from qa_service.stores.upkeep import Upkeep
    from qa_service.stores.weekly import WeeklyWork

    upkeep, weekly = Upkeep(kept), WeeklyWork(kept, zone(), _report)
    return {
        Task.RETENTION: partial(_shred, kept),
        Task.CLEANUP: upkeep.clean,
        Task.UNFINISHED_UPLOADS: upkeep.sweep,
        Task.RECONCILIATION: DailyWork(kept, settings().timezone).reconcile,
        Task.SEARCH_INDEX: upkeep.merge,
        Task.AUDIT_CHECKPOINT: upkeep.checkpoint,
        Task.SAMPLING: weekly.draw,
        Task.REPORTS: weekly.report,
    }


def chores(kept: Shelves) -> Sequence[Callable[[], object]]:
    """What ends and throws away what was left on its way in, and begins re-scoring that is due."""
    from qa_service.stores.fetch_desk import StoreFetchList
    from qa_service.stores.intake import StoreIntake
    from qa_service.stores.rescore_plans import StoreRescorePlans
    from qa_service.stores.upload_desk import StoreUploads

    intake = StoreIntake(kept, job_queue().start)
    uploads = StoreUploads(kept, intake, scratch().folder)
    plans = StoreRescorePlans(kept, zone())
    return (uploads.tidy, StoreFetchList(kept, intake).forget, lambda: plans.begin_due(planned))


def _shred(kept: Shelves, _: Turn, go_on: Callable[[], bool]) -> Mapping[str, object]:
    from qa_service.stores.shredder import Shredder

    gone = Shredder(kept).run(go_on)
    return {name: gone[name] for name in ("sound", "text", "rest", "stuck")}


def _report(figures: TeamFigures, form: str, file: Path) -> None:
    from qa_service.exports.weekly import write_weekly

    write_weekly(figures, form, file, texts())
