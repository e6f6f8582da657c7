"""Reads a call envelope as strangers write it (JSON or YAML) into core.calls.Envelope."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from qa_service.core.calls import CallEvent, Direction, Envelope, EventKind, Participant, ParticipantKind
from qa_service.core.errors import EnvelopeError

#: An envelope of a day-long conference is a few hundred kilobytes; more is a mistake.
MAX_BYTES = 2 << 20
#: No call lasts longer than a day.
MAX_MS = 24 * 3_600_000


class _Written(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class WrittenParticipant(_Written):
    """Somebody on the line."""

    id: str = Field(min_length=1, max_length=100)
    kind: Literal["agent", "customer", "robot", "ivr", "other"]
    agent_id: str = Field(default="", max_length=100)
    channel: int | None = Field(default=None, ge=0, le=7)
    from_ms: int = Field(default=0, ge=0, le=MAX_MS)
    to_ms: int | None = Field(default=None, ge=0, le=MAX_MS)

    @model_validator(mode="after")
    def _forward(self) -> WrittenParticipant:
        if self.to_ms is not None and self.to_ms < self.from_ms:
            raise ValueError(f"to_ms {self.to_ms} lies before from_ms {self.from_ms}")
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
    customer: str = Field(default="", max_length=200)
    participants: list[WrittenParticipant] = Field(default_factory=list, max_length=100)
    events: list[WrittenEvent] = Field(default_factory=list, max_length=10_000)


def read_envelope(text: str, *, source: str, timezone: str) -> Envelope:
    """The envelope in a JSON or YAML text; times without a zone are in `timezone`.

    Raises:
        EnvelopeError: names the first field that will not do.
    """
    if len(text.encode()) > MAX_BYTES:
        raise EnvelopeError("envelope_too_large", where=source, problem="is larger than 2 MB")
    data = _parsed(text, source)
    return envelope_of({} if data is None else data, source=source, timezone=timezone)


def _parsed(text: str, source: str) -> object:
    """JSON first: it is quicker, and PyYAML takes neither its tabs nor all of its escapes."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        pass
    try:
        # Impossible dates and endless numbers are ValueErrors of YAML's own conversions.
        return yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = error.problem_mark if isinstance(error, yaml.MarkedYAMLError) else None
        where = f"{source}: line {mark.line + 1}" if mark else source
        raise EnvelopeError(
            "envelope_unreadable", where=where, problem="is neither JSON nor YAML", fix="Check the file"
        ) from error


def envelope_of(data: object, *, source: str, timezone: str) -> Envelope:
    """The envelope in parsed data. See `read_envelope`."""
    try:
        written = WrittenEnvelope.model_validate(data)
    except ValidationError as error:
        raise invalid(error, source=source) from error
    return Envelope(
        call_id=written.call_id,
        leg_id=written.leg_id,
        started_at=_zoned(written.started_at, timezone),
        direction=Direction(written.direction),
        line=written.line,
        skill_group=written.skill_group,
        customer=written.customer,
        participants=tuple(_participant(p) for p in written.participants),
        events=tuple(CallEvent(EventKind(e.kind), e.at_ms, e.by) for e in _in_time(written.events)),
    )


def invalid(error: ValidationError, *, source: str) -> EnvelopeError:
    """The first problem of a pydantic error as one of ours."""
    first = error.errors()[0]
    where = ".".join(str(step) for step in first["loc"])
    return EnvelopeError(
        "envelope_invalid",
        where=f"{source}: {where}" if where else source,
        problem=first["msg"],
        fix="See docs/envelope.md for the fields",
        field=where,
    )


def _participant(written: WrittenParticipant) -> Participant:
    return Participant(
        id=written.id,
        kind=ParticipantKind(written.kind),
        agent_id=written.agent_id,
        channel=written.channel,
        from_ms=written.from_ms,
        to_ms=written.to_ms,
    )


def _in_time(events: list[WrittenEvent]) -> list[WrittenEvent]:
    return sorted(events, key=lambda event: event.at_ms)


def _zoned(moment: datetime | None, timezone: str) -> datetime | None:
    if moment is None or moment.tzinfo is not None:
        return moment
    return moment.replace(tzinfo=ZoneInfo(timezone))
