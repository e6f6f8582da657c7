"""Reads a call envelope as strangers write it (JSON or YAML) into core.calls.Envelope."""

from __future__ import annotations

import json
from datetime import datetime
from zoneinfo import ZoneInfo

import yaml
from pydantic import ValidationError

from qa_service.core.calendar import is_within
from qa_service.core.calls import CallEvent, Direction, Envelope, EventKind, Participant, ParticipantKind
from qa_service.core.errors import EnvelopeError
from qa_service.core.staff import plain_id
from qa_service.usecases.actors import placed
from qa_service.usecases.customer import Tokens, customer_of
from qa_service.usecases.envelope_schema import WrittenEnvelope, WrittenParticipant
from qa_service.usecases.refusals import invalid

#: An envelope of a day-long conference is a few hundred kilobytes; more is a mistake.
MAX_BYTES = 2 << 20


def read_envelope(text: str, *, source: str, timezone: str, tokens: Tokens | None = None) -> Envelope:
    """The envelope in a JSON or YAML text; times without a zone are in `timezone`, numbers become `tokens`.

    Raises:
        EnvelopeError: names the first field that will not do.
    """
    if len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        raise EnvelopeError("envelope_too_large", where=source, problem="is larger than 2 MB")
    data = _parsed(text, source)
    return envelope_of({} if data is None else data, source=source, timezone=timezone, tokens=tokens)


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
        # YAML's own error quotes the line, and a customer's number may stand in it.
        raise EnvelopeError(
            "envelope_unreadable", where=where, problem="is neither JSON nor YAML", fix="Check the file"
        ) from None


def envelope_of(data: object, *, source: str, timezone: str, tokens: Tokens | None = None) -> Envelope:
    """The envelope in parsed data. See `read_envelope`."""
    try:
        written = WrittenEnvelope.model_validate(data)
    except ValidationError as error:
        raise invalid(error, source=source) from error
    participants = tuple(_participant(p) for p in written.participants)
    events = [CallEvent(EventKind(e.kind), e.at_ms, e.by) for e in written.events]
    return Envelope(
        call_id=written.call_id,
        leg_id=written.leg_id,
        started_at=_zoned(written.started_at, timezone, source),
        direction=Direction(written.direction),
        line=written.line,
        skill_group=written.skill_group,
        customer=customer_of(written.customer, written.customer_number, source=source, tokens=tokens),
        business=written.business,
        metadata=tuple(sorted(written.metadata.items())),
        participants=participants,
        events=placed(events, participants, source=source),
    )


def _participant(written: WrittenParticipant) -> Participant:
    return Participant(
        id=written.id,
        kind=ParticipantKind(written.kind),
        agent_id=plain_id(written.agent_id),
        channel=written.channel,
        from_ms=written.from_ms,
        to_ms=written.to_ms,
    )


def _zoned(moment: datetime | None, timezone: str, source: str) -> datetime | None:
    if moment is None:
        return None
    zoned = moment if moment.tzinfo is not None else moment.replace(tzinfo=ZoneInfo(timezone))
    if not is_within(zoned):
        raise EnvelopeError(
            "envelope_invalid",
            where=f"{source}: started_at",
            problem="lies outside of the calendar",
            fix="See docs/envelope.md for the fields",
            field="started_at",
            why="not_time",
            limit="",
        )
    return zoned
