"""Lists of stored calls: what is asked for, and a page of the answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from qa_service.core.findings import Severity, Stage
from qa_service.core.reviews import Verdict
from qa_service.core.speech import Role
from qa_service.core.stored import CallState, StoredCall
from qa_service.core.time import Span


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
class FindingFilter:
    """Which findings a list shows: of which calls, and which of theirs."""

    calls: Filter = field(default_factory=Filter)
    call_id: str = ""
    rule: str = ""
    #: This severity and above.
    least: Severity | None = None
    stage: Stage | None = None
    #: Those of which somebody said this; None for all.
    verdict: Verdict | None = None
    #: Those of which somebody said something, or nobody did; None for all.
    is_reviewed: bool | None = None


@dataclass(frozen=True, slots=True)
class ListedFinding:
    """A finding without its words: those are in the assessment."""

    id: str
    call_id: str
    evaluation_id: str
    team: str
    rule: str
    severity: Severity
    stage: Stage
    role: Role
    span: Span
    confidence: float
    needs_human: bool
    #: What a person said about it; None where nobody did.
    verdict: Verdict | None = None


@dataclass(frozen=True, slots=True)
class FindingPage:
    """Some findings, of the newest calls first, and where the next page begins (None at the end)."""

    findings: tuple[ListedFinding, ...]
    cursor: tuple[int, int, str] | None


@dataclass(frozen=True, slots=True)
class Page:
    """Some calls, newest first, and where the next page begins (None at the end)."""

    calls: tuple[StoredCall, ...]
    cursor: int | None
