"""Lists of stored calls: what is asked for, and a page of the answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

from qa_service.core.calls import Direction
from qa_service.core.findings import Severity, Stage
from qa_service.core.reviews import Verdict
from qa_service.core.speech import Role
from qa_service.core.stored import CallState, Job, StoredCall
from qa_service.core.time import Span

#: When work came in, and its id: lists of work stand in this order.
JobPlace: TypeAlias = tuple[datetime, str]


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
    #: When it was taken in.
    since: datetime | None = None
    until: datetime | None = None
    #: When the call itself began; those of which nobody knows are in no such list.
    started_since: datetime | None = None
    started_until: datetime | None = None
    below: float | None = None
    needs_human: bool = False
    team: str = ""
    direction: Direction | None = None
    #: As the list shows it; what is open is neither.
    passed: bool | None = None
    #: Where the recording came from, as the call's row says it.
    source: str = ""
    #: The name of a rulebook by which there is a current evaluation.
    rulebook: str = ""


@dataclass(frozen=True, slots=True)
class AuditSought:
    """Which entries of the audit log are wanted; empty fields ask for nothing."""

    who: str = ""
    action: str = ""
    object: str = ""
    request_id: str = ""
    since: datetime | None = None
    until: datetime | None = None


EVERY_ENTRY = AuditSought()


@dataclass(frozen=True, slots=True)
class Export:
    """Calls that are to leave the house in one file: of which form, which calls, and how many of the newest."""

    form: str
    calls: Filter
    most: int


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
    """A finding without its words: those are in the assessment.

    What several rulebooks found alike under one id is one finding, as the call's row counts it (adr/0014): of the
    evaluation that is surest of it.
    """

    id: str
    call_id: str
    evaluation_id: str
    #: By the name of that evaluation.
    rulebook: str
    team: str
    #: In whose part of the call; empty where nobody knows.
    agent_id: str
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


@dataclass(frozen=True, slots=True)
class JobPage:
    """Some work, newest first, and where the next page begins (None at the end)."""

    jobs: tuple[Job, ...]
    cursor: JobPlace | None
