"""The published shape of a call: who spoke, what was said, what was measured, what was wrong with the recording."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from qa_service.exports.wire_parts import (
    Confidence,
    Count,
    Ms,
    Offset,
    RoleWord,
    Share,
    Wire,
    WireReason,
    WireSpan,
)

SoundName = Literal["hold", "music", "ringback", "busy", "beep", "dtmf", "noise", "unknown"]


class WireWord(Wire):
    """A recognised word: characters [start, end) of its utterance."""

    start: Offset
    end: Offset
    start_ms: Ms
    end_ms: Ms
    confidence: Confidence


class WireUtterance(Wire):
    """One stretch by one speaker."""

    id: str
    speaker: str
    role: RoleWord
    role_confidence: Confidence
    channel: Count
    start_ms: Ms
    end_ms: Ms
    text: str
    confidence: Confidence
    words: list[WireWord]
    speech_ms: Ms
    chars_per_minute: float | None
    loudness_dbfs: float | None
    pitch_hz: float | None
    #: Why no finding may rest on it, where none may.
    unreliable: WireReason | None


class WireOverlap(WireSpan):
    """Both parties speak; `second` is the role that started later."""

    first: RoleWord | None
    second: RoleWord | None


class WireUnheard(WireSpan):
    """Voiced, but not understood."""

    speaker: str
    because: WireReason


class WireMeasurements(Wire):
    """Facts about the whole call; null is unknown."""

    talk_ratio: Share | None
    agent_speech_ms: Ms | None
    customer_speech_ms: Ms | None
    non_talk_ms: Ms | None
    hold_ms: Ms | None
    turns: Count | None
    interruptions: Count | None
    customer_interruptions: Count | None
    #: May be negative: the answer began before the question had ended.
    response_latency_ms: int | None
    slowest_response_ms: int | None
    agent_chars_per_minute: float | None
    customer_chars_per_minute: float | None
    silences: list[WireSpan]
    overlaps: list[WireOverlap] | None
    unheard: list[WireUnheard]


class WireProblem(Wire):
    """Something wrong with the recording or its hearing."""

    code: str
    detail: str
    start_ms: Ms
    end_ms: Ms
    lost_ms: Ms


class WireSound(Wire):
    """Sound that is nobody's speech."""

    kind: SoundName
    channel: Count
    start_ms: Ms
    end_ms: Ms
    #: `event` when signalling said so, `heard` when the sound itself did.
    source: Literal["event", "heard"]


class WireSpeaker(Wire):
    """Who a speaker is, and why we think so."""

    speaker: str
    role: RoleWord
    confidence: Confidence
    because: WireReason


class WireLeg(Wire):
    """One agent's part of the call."""

    index: Count
    agent_id: str | None
    start_ms: Ms
    end_ms: Ms


class WireCall(Wire):
    """The call and what came with it."""

    id: str
    leg_id: str | None
    source: str | None
    duration_ms: Ms
    layout: Literal["two_channel", "mono", "text"]
    started_at: str | None
    direction: Literal["inbound", "outbound"] | None
    line: str | None
    skill_group: str | None
    customer: str | None
    speakers: list[WireSpeaker]
    legs: list[WireLeg]
    sounds: list[WireSound]


class WireModel(Wire):
    """The recogniser, with its error rate measured on this line's recordings (null = not measured)."""

    name: str
    revision: str
    digest: str
    cer: Annotated[float, Field(ge=0)] | None
    proves_pipeline_only: bool


class WireModels(Wire):
    """Which models measured the call."""

    asr: WireModel
    parts: dict[str, str]
