"""Batches of recordings: how their rows were understood, and how far they are."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Annotated

from pydantic import AfterValidator, Field

from qa_service.core.batches import BatchRow, BatchState
from qa_service.core.stored import CallState
from qa_service.privacy.labels import covered
from qa_service.web.schemas.base import Id, Label, Said

#: So many are shown; the whole number is said beside them.
MOST_SHOWN = 200
SAMPLE = 5


class RowSaid(Said):
    """How one row was understood; a customer's number is not repeated."""

    row: int
    file_name: Label
    call_id: Label
    agent_id: Label
    line: Annotated[str, AfterValidator(partial(covered, landlines=False))]
    skill_group: Label
    direction: str
    started_at: datetime | None
    agent_channel: int | None
    has_customer: bool

    @classmethod
    def of(cls, row: BatchRow) -> RowSaid:
        """What the row says."""
        said = row.envelope
        return cls(
            row=row.number,
            file_name=row.file_name,
            call_id=said.call_id,
            agent_id=next((p.agent_id for p in said.participants if p.agent_id), ""),
            line=said.line,
            skill_group=said.skill_group,
            direction=said.direction.value,
            started_at=said.started_at,
            agent_channel=row.agent_channel,
            has_customer=bool(said.customer),
        )


class BadRowSaid(Said):
    """One row that will not do."""

    row: int
    file_name: Label
    error: str
    detail: Label


class BatchMade(Said):
    """What was understood; the batch has the good rows alone."""

    id: Id | None = Field(description="试读时、没有一行能用时是 null。Null for a preview.")
    good: int
    bad: int
    bad_rows: list[BadRowSaid] = Field(description=f"至多 {MOST_SHOWN} 行。")
    unknown_columns: list[str]
    sample: list[RowSaid] = Field(description=f"头 {SAMPLE} 行读成了什么。How the first rows were read.")


class MissingRow(Said):
    """A recording that was announced and did not come yet."""

    row: int
    file_name: Label


class BatchRowSaid(Said):
    """How far a batch is."""

    id: Id
    team: str
    created_at: datetime
    expected: int | None = Field(description="没有人说过会来多少时是 null。Null where nobody said.")
    received: int
    judged: int
    not_scorable: int
    failed: int
    under_way: int
    missing: int | None
    missing_rows: list[MissingRow]
    next: int | None = Field(description="放进下一次请求的 after。")

    @classmethod
    def of(cls, told: BatchState, limit: int) -> BatchRowSaid:
        """As the port says it."""
        ends = {state: told.calls.get(state.value, 0) for state in CallState}
        shown = [MissingRow(row=row.number, file_name=row.file_name) for row in told.missing]
        return cls(
            id=told.id,
            team=told.team,
            created_at=told.created_at,
            expected=told.expected,
            received=told.received,
            judged=ends[CallState.JUDGED],
            not_scorable=ends[CallState.NOT_SCORABLE],
            failed=ends[CallState.FAILED],
            under_way=ends[CallState.WAITING] + ends[CallState.MEASURING],
            missing=None if told.expected is None else told.expected - told.received,
            missing_rows=shown,
            next=shown[-1].row if len(shown) == limit else None,
        )


class BatchBriefSaid(Said):
    """A batch in the list; `GET /batches/{id}` says what became of it."""

    id: Id
    team: str
    created_at: datetime
    expected: int | None = Field(description="没有人说过会来多少时是 null。Null where nobody said.")
    received: int


class BatchList(Said):
    """A page of batches."""

    batches: list[BatchBriefSaid]
    next: Id | None = Field(description="放进下一次请求的 before。")
