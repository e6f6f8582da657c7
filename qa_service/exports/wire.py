"""The published shape of an assessment, `qa-service/assessment@1`. No field is left open.

Times are integer milliseconds from the first sample, quote offsets are characters of the original text,
unknown is null. docs/schema/assessment-1.json is generated from these classes (tests/exports).
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

SCHEMA: Literal["qa-service/assessment@1"] = "qa-service/assessment@1"
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


class WireTag(Wire):
    """A label on part of the call."""

    id: str
    label: str
    detector: str
    confidence: Confidence
    speaker: str
    role: RoleWord
    because: WireReason
    evidence: list[WireEvidence]


class WireFinding(Wire):
    """A rule that fired."""

    id: str
    rule: str
    label: str
    title: str
    severity: SeverityWord
    stage: Literal["observe", "coach", "score"]
    criterion: str | None
    start_ms: Ms
    end_ms: Ms
    confidence: Confidence
    because: WireReason
    needs_human: bool
    doubts: list[WireReason]
    role: RoleWord
    agent_id: str | None
    tags: list[str]
    evidence: list[WireEvidence]


class WireMoment(Wire):
    """A place to listen."""

    id: str
    start_ms: Ms
    end_ms: Ms
    title: str
    severity: SeverityWord
    findings: list[str]


class WireAnswer(Wire):
    """One criterion, answered."""

    criterion: str
    title: str
    section: str
    answer: Literal["met", "not_met", "not_applicable", "undecided"]
    points: float | None
    max_points: float
    fatal: bool
    because: WireReason
    findings: list[str]


class WireEvaluation(Wire):
    """A scorecard filled in for one agent's part of the call."""

    scorecard: str
    agent_id: str | None
    start_ms: Ms
    end_ms: Ms
    score: Score | None
    lowest_score: Score | None
    passed: bool | None
    fatal: list[str]
    answers: list[WireAnswer]


class WireNote(Wire):
    """A coaching note."""

    moment: str
    finding: str
    what_happened: str
    why_it_matters: str
    try_instead: str
    quote: WireQuote


class WireStrength(Wire):
    """Something that went well."""

    code: str
    text: str
    start_ms: Ms
    end_ms: Ms
    quote: WireQuote | None


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


class WireSpan(Wire):
    """A stretch of the call."""

    start_ms: Ms
    end_ms: Ms


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


SoundName = Literal["hold", "music", "ringback", "busy", "beep", "dtmf", "noise"]


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


class WireRulebook(Wire):
    """Which rulebook judged."""

    name: str
    version: Count
    digest: str
    title: str


class WireTimings(Wire):
    """What took how long; null where it did not happen."""

    decode: Ms | None
    vad: Ms | None
    asr: Ms | None
    measure: Ms | None
    judge: Ms | None


class WireAssessment(Wire):
    """One judged call."""

    schema_: Literal["qa-service/assessment@1"] = Field(default=SCHEMA, alias="schema")
    status: Literal["scored", "partial", "not_scorable"]
    status_because: list[WireReason]
    lang: Literal["zh_CN", "zh_TW", "en"]
    call: WireCall
    models: WireModels
    rulebook: WireRulebook
    utterances: list[WireUtterance]
    measurements: WireMeasurements
    problems: list[WireProblem]
    tags: list[WireTag]
    findings: list[WireFinding]
    moments: list[WireMoment]
    #: Of the agent who ended the call; all of them in `evaluations`.
    evaluation: WireEvaluation | None
    evaluations: list[WireEvaluation]
    coaching: list[WireNote] = Field(max_length=3)
    strengths: list[WireStrength]
    timings_ms: WireTimings
