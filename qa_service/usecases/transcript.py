"""Text-only ingest: a transcript that somebody else's recogniser made → a MeasuredCall without sound."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from qa_service.core.calls import Envelope
from qa_service.core.errors import EnvelopeError
from qa_service.core.ids import digest
from qa_service.core.measured import HearingModel, Layout, MeasuredCall, Part, PartName
from qa_service.core.speech import Utterance, Voice
from qa_service.core.time import Span
from qa_service.privacy.card_codes import without_codes
from qa_service.turns.scorable import FOREIGN
from qa_service.usecases.customer import Tokens
from qa_service.usecases.envelope import envelope_of
from qa_service.usecases.envelope_schema import MAX_MS
from qa_service.usecases.language import is_foreign
from qa_service.usecases.refusals import check_once, ends_before, invalid, without_nul

MAX_BYTES = 32 << 20


class WrittenUtterance(BaseModel):
    """One sentence of a handed-in transcript."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    id: str = Field(min_length=1, max_length=100)
    role: Literal["agent", "customer", "system", "other", "unknown"]
    start_ms: int = Field(ge=0, le=MAX_MS, strict=True)
    end_ms: int = Field(ge=0, le=MAX_MS, strict=True)
    text: str = Field(max_length=5_000)

    @model_validator(mode="after")
    def _forward(self) -> WrittenUtterance:
        if self.end_ms < self.start_ms:
            raise ends_before("end_ms", self.end_ms, "start_ms", self.start_ms)
        return self


class WrittenTranscript(BaseModel):
    """The contract of `analyze --transcript`."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    call_id: str = Field(default="", max_length=100)
    envelope: dict[str, Any] = Field(default_factory=dict)
    utterances: list[WrittenUtterance] = Field(max_length=100_000)

    @field_validator("call_id")
    @classmethod
    def _plain(cls, value: str) -> str:
        without_nul(value)
        return value

    @model_validator(mode="after")
    def _ids_once(self) -> WrittenTranscript:
        check_once("utterance", (utterance.id for utterance in self.utterances))
        return self


@dataclass(frozen=True, slots=True)
class Transcript:
    """A handed-in transcript: what was said, by speakers who are called by their roles, and the envelope."""

    measured: MeasuredCall
    envelope: Envelope


def read_transcript(
    text: str,
    *,
    source: str,
    timezone: str,
    tokens: Callable[[str], tuple[int, ...]],
    customers: Tokens | None = None,
) -> Transcript:
    """Reads the JSON of a transcript; a customer's number in its envelope becomes a token of `customers`.

    Raises:
        EnvelopeError: names the first field that will not do.
    """
    if len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        raise EnvelopeError("transcript_too_large", where=source, problem="is larger than 32 MB")
    try:
        written = WrittenTranscript.model_validate(json.loads(text))
    except json.JSONDecodeError as error:
        raise EnvelopeError(
            "transcript_unreadable",
            where=f"{source}: line {error.lineno}",
            problem="is not JSON",
            fix=error.msg,
        ) from error
    except RecursionError as error:
        raise EnvelopeError("transcript_unreadable", where=source, problem="is nested too deeply") from error
    except ValidationError as error:
        raise invalid(error, source=source) from error
    except ValueError as error:  # a number of thousands of digits
        raise EnvelopeError(
            "transcript_unreadable", where=source, problem="holds an endless number"
        ) from error
    envelope = envelope_of(
        written.envelope, source=f"{source}: envelope", timezone=timezone, tokens=customers
    )
    return Transcript(measure_text(written, tokens), envelope)


def measure_text(written: WrittenTranscript, tokens: Callable[[str], tuple[int, ...]]) -> MeasuredCall:
    """What can be measured of a transcript: words, tokens, the times its sentences claim, and their language."""
    ordered = sorted(written.utterances, key=lambda u: (u.end_ms, u.start_ms, u.id))
    said = without_codes(tuple(map(_utterance, ordered)))
    utterances = tuple(replace(one, tokens=tokens(one.text)) for one in said)
    voice = tuple(sorted(Voice(u.span, u.speaker) for u in utterances if u.span.duration_ms))
    identity = written.call_id or digest(*(f"{u.id}{u.start_ms}{u.end_ms}{u.text}" for u in ordered))
    return MeasuredCall(
        call_id=identity,
        duration_ms=max((u.end_ms for u in ordered), default=0),
        layout=Layout.TEXT,
        utterances=utterances,
        voice=voice,
        parts=tuple(
            Part(name, "transcript", "") for name in (PartName.WORDS, PartName.ACTIVITY, PartName.TOKENS)
        ),
        hearing=HearingModel("transcript"),
    )


def _utterance(written: WrittenUtterance) -> Utterance:
    span = Span(written.start_ms, written.end_ms)
    return Utterance(
        id=written.id,
        span=span,
        speaker=written.role,
        text=written.text,
        speech_ms=span.duration_ms,
        unreliable=FOREIGN if is_foreign(written.text) else "",
    )
