"""What the published shape of an assessment is made of: numbers with their limits, reasons, quotes, evidence."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

#: On the call clock, or how long something lasted.
Ms = Annotated[int, Field(ge=0)]
#: Characters into the original text of an utterance.
Offset = Annotated[int, Field(ge=0)]
Count = Annotated[int, Field(ge=0)]
#: 0–1, how sure.
Confidence = Annotated[float, Field(ge=0, le=1)]
Share = Annotated[float, Field(ge=0, le=1)]
Score = Annotated[float, Field(ge=0, le=100)]
RoleWord = Literal["agent", "customer", "system", "other", "unknown"]
SeverityWord = Literal["info", "minor", "major", "critical"]


class Wire(BaseModel):
    """Closed: what is not named here is not in the JSON."""

    model_config = ConfigDict(extra="forbid", json_schema_serialization_defaults_required=True)


class WireReason(Wire):
    """Why, as a code with values for machines and a sentence (in `QA_LANG`) for people."""

    code: str
    values: dict[str, str | int | float]
    text: str


class WireQuote(Wire):
    """Exact characters [start, end) of one utterance."""

    utterance: str
    start: Offset
    end: Offset
    text: str


class WireEvidence(Wire):
    """A piece of the call anyone can find again."""

    start_ms: Ms
    end_ms: Ms
    quotes: list[WireQuote]


class WireSpan(Wire):
    """A stretch of the call."""

    start_ms: Ms
    end_ms: Ms
