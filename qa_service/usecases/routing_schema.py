"""The written form of a routing table, `qa-service/routing@1` (docs/routing.md)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from qa_service.usecases.refusals import without_nul

_TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]|24):([0-5]\d)")
_MINUTES_OF_A_DAY = 24 * 60
_ID = r"^[a-z0-9][a-z0-9-]{0,59}$"


def minutes(time: str) -> tuple[int, int]:
    """`22:00-06:00` as minutes of the day.

    >>> minutes("22:00-06:00")
    (1320, 360)
    """
    match = _TIME.fullmatch(time)
    if match is None:
        raise ValueError(f"{time!r} is not a time of day")
    first, last = (int(match[i]) * 60 + int(match[i + 1]) for i in (1, 3))
    if first == last or last > _MINUTES_OF_A_DAY:
        raise ValueError(f"{time!r} is no stretch of a day")
    return first, last


def _checked_time(time: str) -> str:
    try:
        minutes(time)
    except ValueError:
        raise PydanticCustomError("time_of_day", "is not a time of day such as 09:00-18:00") from None
    return time


def _checked_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        raise PydanticCustomError("time_zone", "is not a time zone such as Asia/Shanghai") from None
    return name


def _plain(value: object) -> object:
    return without_nul(value)


def _several(value: object) -> object:
    """One value stands for a list of one."""
    return value if isinstance(value, list) else [value]


Short = Annotated[str, Field(max_length=100), AfterValidator(_plain)]
Value = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_plain)]
Values = Annotated[list[Value], Field(min_length=1, max_length=500), BeforeValidator(_several)]
Name = Annotated[str, Field(pattern=_ID)]
Ref = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,59}(@[0-9]{1,9})?$")]
Key = Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]{1,50}$")]


class Written(BaseModel):
    """Closed; numbers are no text: a line 0095 would become 95."""

    model_config = ConfigDict(extra="forbid", strict=True, hide_input_in_errors=True)


class WrittenProfile(Written):
    """How to listen; what is left out is the installation's own."""

    engine: Literal["whisper"] = "whisper"
    model: Short = ""
    effort: Literal["", "accurate", "fast"] = ""
    language: Literal["", "zh", "en"] = ""
    script: Literal["", "zh_CN", "zh_TW"] = ""
    hot_words: Annotated[list[Value], Field(max_length=500)] = Field(default_factory=list)


class WrittenWhen(Written):
    """Conditions of a route; all of them must hold."""

    line: Values = Field(default_factory=list)
    skill_group: Values = Field(default_factory=list)
    direction: Annotated[list[Literal["inbound", "outbound"]], BeforeValidator(_several)] = Field(
        default_factory=list
    )
    source: Values = Field(default_factory=list)
    business: Values = Field(default_factory=list)
    team: Values = Field(default_factory=list)
    agent: Values = Field(default_factory=list)
    time: Annotated[str, AfterValidator(_checked_time)] = ""
    metadata: Annotated[dict[Key, Values], Field(max_length=50)] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _asks_something(self) -> WrittenWhen:
        if not (self.time or self.metadata or any(True for _ in self.lists())):
            raise PydanticCustomError("no_condition", "asks nothing; what takes every call is `default`")
        return self

    def lists(self) -> Iterator[tuple[str, Sequence[str]]]:
        """The fields that are asked for, with their values."""
        for name in ("line", "skill_group", "direction", "source", "business", "team", "agent"):
            values: Sequence[str] = getattr(self, name)
            if values:
                yield name, values


class WrittenOutcome(Written):
    """What is done with a call."""

    rulebooks: Annotated[list[Ref], Field(max_length=10), BeforeValidator(_several)] = Field(
        default_factory=list
    )
    profile: Short = ""
    jurisdiction: Short = ""
    retention: Short = ""
    alerts: Short = ""


class WrittenRoute(WrittenOutcome):
    """A row of the table."""

    id: Name
    title: Short = ""
    when: WrittenWhen


class WrittenTable(Written):
    """The whole file."""

    schema_: Literal["qa-service/routing@1"] = Field(alias="schema")
    #: Of the times of day in it.
    timezone: Annotated[str, Field(max_length=60), AfterValidator(_checked_zone)] = "Asia/Shanghai"
    profiles: Annotated[dict[Name, WrittenProfile], Field(max_length=100)] = Field(default_factory=dict)
    default: WrittenOutcome = Field(default_factory=WrittenOutcome)
    routes: Annotated[list[WrittenRoute], Field(max_length=500)] = Field(default_factory=list)
