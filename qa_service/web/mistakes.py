"""What is wrong with a request: which field, why, and the limit; never what was written there, it may be personal."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from qa_service.usecases.refusals import why_of

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

#: Names of fields. What else stands in a place was written by whoever asks.
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,49}")
_OTHER = "…"
#: As web.schemas.base has it: only a NUL will not do.
_NO_NUL = r"^[^\x00]*$"


@dataclass(frozen=True, slots=True)
class Mistake:
    """One field that will not do; `why` is a code (i18n `value.why`)."""

    where: str
    why: str
    limit: str


def mistake_in(error: ErrorDetails) -> Mistake:
    """The mistake that pydantic found."""
    _, _, why, limit = why_of(error)
    return Mistake(_place(error["loc"]), *_closer(error, why, limit))


def _closer(error: ErrorDetails, why: str, limit: str) -> tuple[str, str]:
    """What the envelope's own words are too coarse for: forms, and texts that are too short but not empty."""
    told = error.get("ctx", {})
    if error["type"] == "string_pattern_mismatch" and told.get("pattern") != _NO_NUL:
        return "wrong_form", str(told.get("pattern", ""))
    if error["type"] == "string_too_short" and told.get("min_length", 1) > 1:
        return "too_short", str(told["min_length"])
    return why, limit


def _place(steps: Iterable[int | str]) -> str:
    """`body.rows[3].file_name`."""
    place = ""
    for step in steps:
        if isinstance(step, int):
            place += f"[{step}]"
        else:
            place += ("." if place else "") + (step if _NAME.fullmatch(step) else _OTHER)
    return place
