"""Reads a call envelope as strangers write it (JSON or YAML) into core.calls.Envelope."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

import yaml
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_core import ErrorDetails, PydanticCustomError

from qa_service.core.calls import CallEvent, Direction, Envelope, EventKind, Participant, ParticipantKind
from qa_service.core.errors import EnvelopeError
from qa_service.usecases.actors import placed
from qa_service.usecases.customer import Tokens, customer_of

#: An envelope of a day-long conference is a few hundred kilobytes; more is a mistake.
MAX_BYTES = 2 << 20
#: No call lasts longer than a day.
MAX_MS = 24 * 3_600_000
#: pydantic's kinds of failures and our own → what people read (i18n `value.why`).
_WHY: Mapping[str, str] = {
    "missing": "missing",
    "extra_forbidden": "unknown_field",
    "string_type": "not_text",
    "string_unicode": "not_text",
    "string_too_short": "empty",
    "string_too_long": "too_long",
    "string_pattern_mismatch": "odd_characters",
    "literal_error": "not_offered",
    "enum": "not_offered",
    "int_type": "not_whole",
    "int_parsing": "not_whole",
    "int_parsing_size": "not_whole",
    "int_from_float": "not_whole",
    "float_type": "not_number",
    "float_parsing": "not_number",
    "finite_number": "not_number",
    "bool_type": "not_yes_no",
    "bool_parsing": "not_yes_no",
    "greater_than": "not_above",
    "greater_than_equal": "too_small",
    "less_than_equal": "too_large",
    "list_type": "not_list",
    "dict_type": "not_mapping",
    "model_type": "not_mapping",
    "too_long": "too_many",
    "too_short": "too_few",
    "json_invalid": "not_json",
    "date_type": "not_date",
    "date_parsing": "not_date",
    "date_from_datetime_parsing": "not_date",
    "date_from_datetime_inexact": "not_date",
    "datetime_type": "not_time",
    "datetime_parsing": "not_time",
    "datetime_from_date_parsing": "not_time",
    "datetime_object_invalid": "not_time",
    "ends_before": "ends_before",
    "id_twice": "id_twice",
    "time_of_day": "time_of_day",
    "time_zone": "time_zone",
    "no_condition": "no_condition",
    "one_condition": "one_condition",
    "ids_or_filter": "ids_or_filter",
}


#: Where pydantic says what would do.
_LIMITS = ("limit", "gt", "ge", "le", "max_length", "min_length")


def without_nul(value: object) -> object:
    """Refuses a NUL character: no database keeps it, and nobody means one."""
    if isinstance(value, str) and "\0" in value:
        raise PydanticCustomError("string_unicode", "holds a NUL character")
    return value


class _Written(BaseModel):
    # A validation error would otherwise quote what was written, and a customer's number may stand there.
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, hide_input_in_errors=True)

    @field_validator("*")
    @classmethod
    def _plain(cls, value: object) -> object:
        return without_nul(value)


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


def invalid(error: ValidationError, *, source: str) -> EnvelopeError:
    """The first problem of a pydantic error as one of ours; what was written there is not repeated."""
    where, problem, why, limit = why_of(error.errors()[0])
    return EnvelopeError(
        "envelope_invalid",
        where=f"{source}: {where}" if where else source,
        problem=problem,
        fix="See docs/envelope.md for the fields",
        field=where,
        why=why,
        limit=limit,
    )


def why_of(error: ErrorDetails) -> tuple[str, str, str, str]:
    """Place, words, kind (i18n `value.why`) and limit of one problem that pydantic found."""
    where = ".".join(str(step) for step in error["loc"])
    return where, error["msg"], _WHY.get(error["type"], "other"), _limit(error.get("ctx", {}))


def ends_before(end: str, end_ms: int, start: str, start_ms: int) -> PydanticCustomError:
    """The refusal of a span that runs backwards; `end` and `start` are the names of its fields."""
    told = {"limit": f"{end} {end_ms} < {start} {start_ms}"}
    return PydanticCustomError("ends_before", f"{end} {end_ms} lies before {start} {start_ms}", told)


def check_once(what: str, ids: Iterable[str]) -> None:
    """Refuses an id that stands twice, and names it."""
    seen: set[str] = set()
    for name in ids:
        if name in seen:
            raise PydanticCustomError(
                "id_twice", "{what} id '{limit}' stands twice", {"what": what, "limit": name}
            )
        seen.add(name)


def _limit(told: Mapping[str, object]) -> str:
    """What pydantic or we name as the limit: a number, the words that may stand there, the id."""
    if "expected" in told:
        return str(told["expected"]).replace(" or ", ", ")
    return str(next((told[name] for name in _LIMITS if name in told), ""))


def _participant(written: WrittenParticipant) -> Participant:
    return Participant(
        id=written.id,
        kind=ParticipantKind(written.kind),
        agent_id=written.agent_id,
        channel=written.channel,
        from_ms=written.from_ms,
        to_ms=written.to_ms,
    )


def _zoned(moment: datetime | None, timezone: str, source: str) -> datetime | None:
    if moment is None:
        return None
    zoned = moment if moment.tzinfo is not None else moment.replace(tzinfo=ZoneInfo(timezone))
    try:
        zoned.astimezone(UTC)
    except OverflowError:
        raise EnvelopeError(
            "envelope_invalid",
            where=f"{source}: started_at",
            problem="lies outside of the calendar",
            fix="See docs/envelope.md for the fields",
            field="started_at",
            why="not_time",
            limit="",
        ) from None
    return zoned
