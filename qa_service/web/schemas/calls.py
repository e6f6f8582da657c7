"""What the API says and hears about calls."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from qa_service.core.stored import CallState, StoredCall
from qa_service.web.schemas.base import Id, Said, shown


class Accepted(Said):
    """A recording that was kept and will be worked on."""

    call_id: Id
    job_id: Id
    #: Taken in before under the same Idempotency-Key.
    is_known: bool = False


class CallRow(Said):
    """A call without its words."""

    id: Id
    state: CallState
    status: str
    reason: str
    external_id: str
    source: str
    team: str
    line: str
    skill_group: str
    direction: str
    agents: list[str]
    started_at: datetime | None
    created_at: datetime
    duration_ms: int | None
    score: float | None
    passed: bool | None
    worst: str
    findings: int
    needs_human: int
    file_name: str

    @classmethod
    def of(cls, call: StoredCall) -> CallRow:
        """The row of a stored call."""
        envelope = call.envelope
        return cls.like(
            call,
            external_id=envelope.call_id,
            line=envelope.line,
            skill_group=envelope.skill_group,
            direction=envelope.direction.value,
            agents=sorted({p.agent_id for p in envelope.participants if p.agent_id}),
            started_at=envelope.started_at,
        )


class CallPage(Said):
    """Calls, newest first; `next` goes into `before` of the next request, null at the end."""

    calls: list[CallRow]
    next: int | None


class Peaks(Said):
    """The outline of a call's sound."""

    duration_ms: int
    buckets: int = Field(description="可能比要的少：每格不短于 10 毫秒。May be fewer than asked for.")
    channels: list[list[int]] = Field(
        description="每个声道一行：每格最低、最高，−127 到 127，依次排列。Per channel: low, high, low, high …",
        examples=[[[-3, 4, -90, 88]]],
    )


class RolesChange(Said):
    """Who is who, as a person says."""

    model_config = shown({"swap": True})

    #: Agent and customer change places.
    swap: bool = False
    agent_channel: int | None = Field(default=None, ge=0, le=1)
