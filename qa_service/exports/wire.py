"""The published shape of an assessment, `qa-service/assessment@1`. No field is left open.

Times are integer milliseconds from the first sample, quote offsets are characters of the original text,
unknown is null. docs/schema/assessment-1.json is generated from these classes (tests/exports).
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

SCHEMA: Literal["qa-service/assessment@1"] = "qa-service/assessment@1"
Ms = int
SeverityWord = Literal["info", "minor", "major", "critical"]


class Wire(BaseModel):
    """Closed: what is not named here is not in the JSON."""

    model_config = ConfigDict(extra="forbid")


class WireReason(Wire):
    """Why, as a code with values for machines and a sentence (in `QA_LANG`) for people."""

    code: str
    values: dict[str, str | int | float]
    text: str


class WireQuote(Wire):
    """Exact characters [start, end) of one utterance."""

    utterance: str
    start: int
    end: int
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
    confidence: float = Field(ge=0, le=1)
    speaker: str
    role: str
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
    confidence: float = Field(ge=0, le=1)
    because: WireReason
    needs_human: bool
    doubts: list[WireReason]
    role: str
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
    score: float | None
    lowest_score: float | None
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

    start: int
    end: int
    start_ms: Ms
    end_ms: Ms
    confidence: float


class WireUtterance(Wire):
    """One stretch by one speaker."""

    id: str
    speaker: str
    role: Literal["agent", "customer", "system", "other", "unknown"]
    role_confidence: float
    channel: int
    start_ms: Ms
    end_ms: Ms
    text: str
    confidence: float
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

    first: str | None
    second: str | None


class WireUnheard(WireSpan):
    """Voiced, but not understood."""

    speaker: str
    because: WireReason


class WireMeasurements(Wire):
    """Facts about the whole call; null is unknown."""

    talk_ratio: float | None
    agent_speech_ms: Ms | None
    customer_speech_ms: Ms | None
    non_talk_ms: Ms | None
    hold_ms: Ms | None
    turns: int | None
    interruptions: int | None
    customer_interruptions: int | None
    response_latency_ms: Ms | None
    slowest_response_ms: Ms | None
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

    kind: str
    channel: int
    start_ms: Ms
    end_ms: Ms
    source: str


class WireSpeaker(Wire):
    """Who a speaker is, and why we think so."""

    speaker: str
    role: str
    confidence: float
    because: WireReason


class WireLeg(Wire):
    """One agent's part of the call."""

    index: int
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
    direction: str | None
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
    cer: float | None
    proves_pipeline_only: bool


class WireModels(Wire):
    """Which models measured the call."""

    asr: WireModel
    parts: dict[str, str]


class WireRulebook(Wire):
    """Which rulebook judged."""

    name: str
    version: int
    digest: str
    title: str


class WireTimings(Wire):
    """What took how long; null where it did not happen."""

    decode: int | None
    vad: int | None
    asr: int | None
    measure: int | None
    judge: int | None


class WireAssessment(Wire):
    """One judged call."""

    schema_: Literal["qa-service/assessment@1"] = Field(default=SCHEMA, alias="schema")
    status: Literal["scored", "partial", "not_scorable"]
    status_because: list[WireReason]
    lang: str
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
