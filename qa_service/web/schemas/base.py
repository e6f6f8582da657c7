"""What all that the API says and hears is made of: the ground class, and fields with their limits."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Annotated, Any, Self, TypeAlias

from fastapi import Header
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, JsonValue
from pydantic_core import PydanticCustomError

from qa_service.core.because import LEAST, because
from qa_service.privacy.labels import covered
from qa_service.privacy.remarks import masked

Id = Annotated[
    str,
    Field(
        min_length=36,
        max_length=36,
        pattern=r"^[0-9a-f-]{36}$",
        examples=["01a2154c-0c94-776d-a6d6-65a54a2a5aea"],
    ),
]
#: PostgreSQL keeps no NUL, and nobody means one.
_NO_NUL = r"^[^\x00]*$"
Text = Annotated[str, Field(pattern=_NO_NUL)]
#: Why somebody does something; blanks are no reason. Personal data in it is masked before anything is done with it,
#: as in all that people write in their own words: it goes into the audit log, from which nothing is ever taken.
Because = Annotated[
    Text,
    Field(min_length=LEAST, max_length=200, description="理由，记入审计。Why.", examples=["客户要求删除"]),
    AfterValidator(because),
    AfterValidator(masked),
]
#: The same where most people have none: empty.
MaybeBecause = Annotated[
    Text,
    Field(max_length=200, description="要看未遮盖的文字时的理由，记入审计。Why the open text is needed."),
    AfterValidator(lambda text: because(text) if text else ""),
    AfterValidator(masked),
]
#: What a person writes in a sentence or two.
Remark = Annotated[Text, Field(max_length=500), AfterValidator(masked)]
#: What changed and why, beside something that is published or retired.
Note = Annotated[
    Text,
    Field(min_length=LEAST, max_length=1_000, description="改了什么，为什么；记入审计。What and why."),
    AfterValidator(because),
    AfterValidator(masked),
]
#: The same as it is told: what was kept before it was masked is masked here.
Written = Annotated[str, AfterValidator(masked)]
#: What people call something.
Name = Annotated[str, Field(max_length=100, pattern=_NO_NUL)]


def _date(given: object) -> object:
    """Refuses numbers: nobody can tell whether seconds or milliseconds were meant, or since when."""
    if isinstance(given, datetime) or (isinstance(given, str) and _DATE.match(given)):
        return given
    raise PydanticCustomError("datetime_parsing", "is no date such as 2026-11-26T08:00:00+08:00")


_DATE = re.compile(r"\d{4}-\d\d-\d\d")
#: A moment that somebody writes, as ISO 8601.
Moment = Annotated[datetime, BeforeValidator(_date)]
#: What something is called, told with numbers of people covered (privacy/labels.py).
Label = Annotated[str, AfterValidator(covered)]
#: Beside ids of people and programs.
Names = Annotated[
    dict[str, str],
    Field(description="编号 → 名字，认得出的。Who they are.", examples=[{"machine": "machine"}]),
]
#: Looks names up (ports/people.py).
Naming: TypeAlias = Callable[[Collection[str]], Mapping[str, str]]
IdempotencyKey = Annotated[
    str,
    Header(
        max_length=255,
        pattern=r"^[\x20-\x7e]*$",
        description="同一个键加同样的内容，48 小时内得到同一个回答。The same key and content bring the same answer.",
        examples=["2026-11-25-0001"],
    ),
]


class Said(BaseModel):
    """What the API says and hears: nothing that was not asked for."""

    # What was written is in no error: it may be a password.
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    @classmethod
    def like(cls, value: object, **others: object) -> Self:
        """With the fields that the value has under the same names, and with others."""
        same = {name: getattr(value, name) for name in cls.model_fields if name not in others}
        return cls(**same, **others)


def shown(example: dict[str, JsonValue]) -> ConfigDict:
    """A whole body as an example, for the API's description."""
    return ConfigDict(json_schema_extra={"examples": [example]})


#: A document whose schema is published by itself (docs/schema).
Document = dict[str, Any]
