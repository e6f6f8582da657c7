"""What every part of the written form has in common: strictness, short forms, times, days, refusals."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Annotated, ClassVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from qa_service.rulebook.durations import DURATION, parse_duration_ms

#: Begins the kinds of failures that are worded where they are found; rulebook.explain words the others.
PREFIX = "rulebook_"
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def refusal(code: str, problem: str, fix: str, **values: object) -> PydanticCustomError:
    """A failure with a code and a way out of its own."""
    return PydanticCustomError(f"{PREFIX}{code}", problem, {"fix": fix, **values})


def _duration(text: str) -> str:
    if parse_duration_ms(text) is None:
        raise refusal("duration", f"{text!r} is not a duration", "Write it as 30s or 2m", word=text)
    return text


def _day(text: object) -> date:
    try:
        return date.fromisoformat(text if isinstance(text, str) and _DAY.fullmatch(text) else "")
    except ValueError as error:
        problem, fix = f"{text!r} is not a date", "Write it as 2026-01-31"
        raise refusal("date", problem, fix, word=repr(text)) from error


#: A time with its unit; a day of the calendar.
Duration = Annotated[str, AfterValidator(_duration), Field(json_schema_extra={"pattern": DURATION})]
Day = Annotated[date, BeforeValidator(_day, json_schema_input_type=date)]


class Written(BaseModel):
    """Strict: an unknown key, or a number in quotes, is an author's slip, not something to ignore."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, str_strip_whitespace=True, strict=True, allow_inf_nan=False
    )

    #: The field that a value means which is no mapping but one of `bare`.
    short: ClassVar[str] = ""
    bare: ClassVar[tuple[type, ...]] = ()
    #: Fields whose lists of one need no dash.
    single: ClassVar[tuple[str, ...]] = ()

    @model_validator(mode="before")
    @classmethod
    def _written_out(cls, value: object) -> object:
        if isinstance(value, dict):
            cls._refuse_nothing(value)
            alone = {key: [value[key]] for key in cls.single if isinstance(value.get(key), dict)}
            return {**value, **alone} if alone else value
        is_bare = isinstance(value, cls.bare) and not isinstance(value, bool)
        return {cls.short: value} if is_bare else value

    @classmethod
    def _refuse_nothing(cls, value: Mapping[object, object]) -> None:
        """Who leaves something out leaves out its key; a key with nothing behind it was not finished."""
        for name, held in cls.model_fields.items():
            key = held.alias or name
            if held.default is None and key in value and value[key] is None:
                raise refusal(
                    "unfinished", f"{key} has nothing behind it", "Write it, or drop the key", word=key
                )
