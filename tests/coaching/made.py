"""Builders for coaching: findings about something that was said, and advice for them."""

from __future__ import annotations

from collections.abc import Sequence

from qa_service.coaching.advice import Advice, Fit
from qa_service.core.findings import Finding, Moment, Severity, Stage
from qa_service.core.speech import Role, Utterance
from qa_service.core.tags import Evidence
from qa_service.core.texts import Reason, Text
from qa_service.core.time import Span
from qa_service.rules.moments import moments

LEG = Span(0, 120_000)


def finding(
    said: Utterance,
    words: str = "",
    *,
    rule: str = "demo/hedges",
    severity: Severity = Severity.MAJOR,
    stage: Stage = Stage.COACH,
    role: Role | None = None,
    **values: str | int | float,
) -> Finding:
    """A finding that quotes `words` of what was said; the whole of it by default."""
    start = said.text.index(words)
    evidence = Evidence.said(said, start, start + len(words or said.text))
    return Finding(
        id=f"{rule}@{said.span.start_ms}",
        rule=rule,
        label=rule.partition("/")[2],
        title=Text("发现"),
        severity=severity,
        stage=stage,
        criterion="",
        tags=(),
        evidence=(evidence,),
        confidence=0.9,
        because=Reason.of("made", **values),
        span=evidence.span,
        role=said.role if role is None else role,
    )


def wordless(start_ms: int, end_ms: int, *, rule: str = "demo/silence", role: Role = Role.UNKNOWN) -> Finding:
    """A finding that quotes nobody, such as a silence."""
    span = Span(start_ms, end_ms)
    return Finding(
        id=f"{rule}@{start_ms}",
        rule=rule,
        label=rule.partition("/")[2],
        title=Text("冷场"),
        severity=Severity.MINOR,
        stage=Stage.COACH,
        criterion="",
        tags=(),
        evidence=(Evidence(span),),
        confidence=1.0,
        because=Reason.of("silence.long", seconds=8.0),
        span=span,
        role=role,
    )


def advice(
    instead: str = "这样说",
    *,
    what: str = "您说「{quote}」。",
    why: str = "因为。",
    customer: Sequence[str] = (),
    touchpoint: str = "",
    name: str = "",
) -> Advice:
    return Advice(Text(what), Text(why), Text(instead), Fit(tuple(customer), touchpoint), name or instead)


def places(*findings: Finding) -> tuple[Moment, ...]:
    return moments(findings)
