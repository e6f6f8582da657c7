"""Many recordings together: what a side file or their names say about each, and how many are there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from qa_service.core.calls import Envelope
from qa_service.core.errors import QaError


@dataclass(frozen=True, slots=True)
class BatchRow:
    """One recording that is announced."""

    #: Where it stands in the side file, from 1; for people.
    number: int
    #: As it is kept and compared; a customer's number in it is replaced.
    file_name: str
    envelope: Envelope
    agent_channel: int | None = None


@dataclass(frozen=True, slots=True)
class BadRow:
    """One line that will not do, and why."""

    number: int
    file_name: str
    error: QaError


@dataclass(frozen=True, slots=True)
class SideFile:
    """What was said about many recordings."""

    rows: tuple[BatchRow, ...]
    bad: tuple[BadRow, ...] = ()
    #: Columns that nobody here knows; they are passed over.
    unknown: tuple[str, ...] = ()
    #: Says what file names say; empty where rows do.
    pattern: str = ""
    #: Recordings may come that were not announced: their names say all.
    is_open: bool = False


@dataclass(frozen=True, slots=True)
class BatchState:
    """How far a batch is."""

    id: str
    team: str
    created_at: datetime
    #: None where nobody said how many will come.
    expected: int | None
    received: int
    #: State of calls → how many.
    calls: Mapping[str, int] = field(default_factory=dict)
    #: The next of those that did not come, by their place in the side file.
    missing: tuple[BatchRow, ...] = ()


@dataclass(frozen=True, slots=True)
class BatchBrief:
    """A batch in the list of all."""

    id: str
    team: str
    created_at: datetime
    #: None where nobody said how many will come.
    expected: int | None
    received: int
