"""What the API says and hears about calls."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from pydantic import ConfigDict, Field, model_validator

from qa_service.core.errors import UsageError
from qa_service.core.roles import RolesSaid
from qa_service.core.stored import CallState, StoredCall
from qa_service.ports.serving import Receipt
from qa_service.web.schemas.base import Id, Said


class Accepted(Said):
    """A recording that was kept and will be worked on."""

    call_id: Id
    job_id: Id
    #: Taken in before under the same Idempotency-Key.
    is_known: bool = False
    #: The very same recording was there; nothing is judged a second time.
    is_duplicate: bool = False
    #: The call that it became then, which is also `call_id`.
    duplicate_of: Id | None = None

    @classmethod
    def of(cls, receipt: Receipt) -> Accepted:
        """As the port says it."""
        twin = receipt.call_id if receipt.is_duplicate else None
        return cls(
            call_id=receipt.call_id,
            job_id=receipt.job_id,
            is_known=receipt.is_known,
            is_duplicate=receipt.is_duplicate,
            duplicate_of=twin,
        )


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
    score: float | None = Field(description="转接的通话：几段里最低的。The lowest of the agents' parts.")
    passed: bool | None = Field(description="转接的通话：每一段都合格。Whether every part passed.")
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
    """Who is who, as a person says: one of the three."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"are_swapped": True}], "minProperties": 1, "maxProperties": 1}
    )

    agent_channel: int | None = Field(
        default=None, ge=0, le=1, description="坐席在哪个声道；双声道的通话。The agent's channel."
    )
    are_swapped: bool | None = Field(
        default=None,
        description="坐席与客户是不是反了，与自动判断的相比。Whether they are the other way round.",
    )
    swap: bool | None = Field(
        default=None,
        description="对调：再说一次就调回去，请带 Idempotency-Key。Change places; said twice it changes back.",
    )

    @model_validator(mode="after")
    def _says_one_thing(self) -> Self:
        told = (self.agent_channel is not None, self.are_swapped is not None, self.swap is True)
        if sum(told) != 1 or self.swap is False:
            raise UsageError(
                "roles_unclear", problem="says not one thing", fix="Say agent_channel, are_swapped or swap"
            )
        return self

    def said(self) -> RolesSaid:
        """What is said."""
        return RolesSaid(self.agent_channel, self.are_swapped)
