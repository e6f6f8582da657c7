"""Lists of stored calls: what is asked for, and a page of the answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from qa_service.core.stored import CallState, StoredCall


@dataclass(frozen=True, slots=True)
class Filter:
    """Which calls a list shows; empty fields ask for nothing."""

    states: tuple[CallState, ...] = ()
    #: Words that must have been said; several are all wanted.
    text: str = ""
    agent_id: str = ""
    line: str = ""
    skill_group: str = ""
    external_id: str = ""
    since: datetime | None = None
    until: datetime | None = None
    below: float | None = None
    needs_human: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """Some calls, newest first, and where the next page begins (None at the end)."""

    calls: tuple[StoredCall, ...]
    cursor: int | None
