"""The published shape of an assessment, `qa-service/assessment@1`. No field is left open.

Times are integer milliseconds from the first sample, quote offsets are characters of the original text,
unknown is null. docs/schema/assessment-1.json is generated from these classes (tests/exports).
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from qa_service.exports.wire_of_call import (
    WireCall,
    WireMeasurements,
    WireModels,
    WireProblem,
    WireUtterance,
)
from qa_service.exports.wire_parts import (
    Confidence,
    Count,
    Ms,
    RoleWord,
    Score,
    SeverityWord,
    Wire,
    WireEvidence,
    WireQuote,
    WireReason,
)

SCHEMA: Literal["qa-service/assessment@1"] = "qa-service/assessment@1"


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
    #: What a person said about it; documents of before it could be said leave it out.
    verdict: Literal["confirmed", "dismissed"] | None = None
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


class WireRulebook(Wire):
    """Which rulebook judged."""

    name: str
    version: Count
    digest: str
    title: str


class WireHistory(Wire):
    """What was known of the customer's other calls when this one was judged: numbers, and no call by its name."""

    #: How far back was looked, up to the call's start.
    since: datetime
    calls: Count
    #: There were more than are looked at.
    is_cut: bool
    #: Calls of which nobody said when they began.
    undated: Count
    #: Since when the store has known calls of anybody.
    known_since: datetime | None
    #: Answers given in these calls that were compared, where a rule asked; 0 in documents of before.
    told: Count = 0
    #: Calls in which nobody could read what was answered.
    untold: Count = 0


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
    #: Null where no rule asked for it or there was no store, and in documents of before it could be asked.
    history: WireHistory | None = None
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
