"""What the service does by itself, and when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Task(StrEnum):
    """The work that comes again."""

    #: Deletes what retention classes say (docs/retention.md).
    RETENTION = "retention"
    #: Sessions and keys of uploads that are over, deletions that a death left half done.
    CLEANUP = "cleanup"
    #: Sealed recordings whose call was never written down.
    UNFINISHED_UPLOADS = "unfinished-uploads"
    #: Merges the pieces of SQLite's search index; PostgreSQL does so by itself.
    SEARCH_INDEX = "search-index"
    #: The calls of the day before, expected against received.
    RECONCILIATION = "reconciliation"
    #: Checks the audit log and seals its end.
    AUDIT_CHECKPOINT = "audit-checkpoint"
    #: Draws calls of the week before, for people to review.
    SAMPLING = "sampling"
    #: The figures of the week before, for each team.
    REPORTS = "reports"


class RunState(StrEnum):
    """How the last run stands."""

    NEVER = "never"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Schedule:
    """One of the tasks, when it runs, and what came of it last."""

    task: Task
    #: As cron writes it, in the installation's zone.
    at: str
    is_on: bool
    #: Of sampling: calls for each agent; None for the others.
    amount: int | None
    next_at: datetime | None
    state: RunState = RunState.NEVER
    started_at: datetime | None = None
    finished_at: datetime | None = None
    #: Counts, or the code of what went wrong.
    result: Mapping[str, object] = field(default_factory=dict)
    is_asked_for: bool = False


@dataclass(frozen=True, slots=True)
class Turn:
    """A run that this process has. `fence` rises with every run: an older one writes no result."""

    task: Task
    fence: int
    #: The moment that the run is for; it may have been missed by days.
    due_at: datetime
    amount: int | None = None
