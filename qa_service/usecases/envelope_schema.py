"""A call envelope as strangers write it: its fields, and how much of each."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator, model_validator

from qa_service.usecases.refusals import check_once, ends_before, on_one_line, without_nul

#: No call lasts longer than a day.
MAX_MS = 24 * 3_600_000


class _Written(BaseModel):
    # A validation error would otherwise quote what was written, and a customer's number may stand there.
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, hide_input_in_errors=True)

    @field_validator("*")
    @classmethod
    def _plain(cls, value: object) -> object:
        return on_one_line(without_nul(value))


_Key = Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]{1,50}$")]
_Value = Annotated[str, Field(max_length=200), AfterValidator(without_nul)]


class WrittenParticipant(_Written):
    """Somebody on the line."""

    id: str = Field(min_length=1, max_length=100)
    kind: Literal["agent", "customer", "robot", "ivr", "other"]
    agent_id: str = Field(default="", max_length=100)
    channel: int | None = Field(default=None, ge=0, le=1)
    from_ms: int = Field(default=0, ge=0, le=MAX_MS)
    to_ms: int | None = Field(default=None, ge=0, le=MAX_MS)

    @model_validator(mode="after")
    def _forward(self) -> WrittenParticipant:
        if self.to_ms is not None and self.to_ms < self.from_ms:
            raise ends_before("to_ms", self.to_ms, "from_ms", self.from_ms)
        return self


class WrittenEvent(_Written):
    """One signalling event."""

    kind: Literal["ring", "queue", "answer", "hold", "unhold", "transfer", "conference", "mute", "hangup"]
    at_ms: int = Field(ge=0, le=MAX_MS)
    by: str = Field(default="", max_length=100)


class WrittenEnvelope(_Written):
    """The envelope. Everything in it is optional."""

    schema_: Literal["qa-service/envelope@1"] | None = Field(default=None, alias="schema")
    call_id: str = Field(default="", max_length=100)
    leg_id: str = Field(default="", max_length=100)
    started_at: datetime | None = None
    direction: Literal["inbound", "outbound", ""] = ""
    line: str = Field(default="", max_length=100)
    skill_group: str = Field(default="", max_length=100)
    customer: str = Field(default="", max_length=200, repr=False)
    #: Becomes `customer` while it is read; kept nowhere.
    customer_number: str = Field(default="", max_length=40, repr=False)
    business: str = Field(default="", max_length=100)
    metadata: dict[_Key, _Value] = Field(default_factory=dict, max_length=50, repr=False)
    participants: list[WrittenParticipant] = Field(default_factory=list, max_length=100)
    events: list[WrittenEvent] = Field(default_factory=list, max_length=10_000)

    @model_validator(mode="after")
    def _ids_once(self) -> WrittenEnvelope:
        check_once("participant", (participant.id for participant in self.participants))
        return self
