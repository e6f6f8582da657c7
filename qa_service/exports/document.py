"""Assessment → the published JSON document (exports.wire). Every sentence is rendered in one language."""

from __future__ import annotations

import json
from collections.abc import Container, Iterable, Mapping
from typing import Any

from qa_service.core.calls import Leg
from qa_service.core.coaching import CoachingNote, Strength
from qa_service.core.errors import QaError
from qa_service.core.evaluation import Answer, Evaluation
from qa_service.core.findings import Finding, Moment, Severity
from qa_service.core.history import History
from qa_service.core.ids import tag_id
from qa_service.core.speech import Utterance
from qa_service.core.tags import Evidence, Quote, Tag
from qa_service.core.texts import Reason
from qa_service.core.time import Span
from qa_service.exports import wire, wire_of_call, wire_parts
from qa_service.exports.document_call import wire_call, wire_measurements, wire_models, wire_problems
from qa_service.i18n.catalogue import Catalogue
from qa_service.pipeline.assessment import Assessment
from qa_service.usecases.analyze import Analyzed

_WORDS: dict[Severity, wire_parts.SeverityWord] = {
    Severity.INFO: "info",
    Severity.MINOR: "minor",
    Severity.MAJOR: "major",
    Severity.CRITICAL: "critical",
}


def wire_assessment(analyzed: Analyzed, texts: Catalogue, *, source: str = "") -> dict[str, Any]:
    """The document of one analysed call, as JSON-ready values that keep the published schema."""
    return assessment_model(analyzed, texts, source=source).model_dump(mode="json", by_alias=True)


def assessment_model(analyzed: Analyzed, texts: Catalogue, *, source: str = "") -> wire.WireAssessment:
    """The same as the checked model, for whoever goes on working with it (reports)."""
    assessment = analyzed.assessment
    say = _Say(texts)
    return wire.WireAssessment(
        status=assessment.scorable.status.value,
        status_because=[say.reason(reason) for reason in assessment.scorable.reasons],
        lang=texts.lang,
        call=wire_call(assessment, say.reason, source=source),
        models=wire_models(assessment.measured),
        rulebook=wire.WireRulebook(
            name=assessment.rulebook.name,
            version=assessment.rulebook.version,
            digest=assessment.rulebook.digest,
            title=texts.text(assessment.rulebook.title),
        ),
        history=_history(assessment.history),
        utterances=[say.utterance(said) for said in assessment.utterances],
        measurements=wire_measurements(assessment, say.reason),
        problems=wire_problems(assessment.measured, texts),
        tags=[say.tag(tag) for tag in _published(assessment)],
        findings=list(_findings(assessment, say)),
        moments=[say.moment(moment) for moment in assessment.moments],
        evaluation=say.evaluation(assessment.evaluation) if assessment.evaluation else None,
        evaluations=[say.evaluation(evaluation) for evaluation in assessment.evaluations],
        coaching=[say.note(note) for note in assessment.coaching],
        strengths=[say.strength(strength) for strength in assessment.strengths],
        timings_ms=_timings(analyzed.timings_ms),
    )


def wire_evaluation(evaluation: Evaluation, texts: Catalogue) -> wire.WireEvaluation:
    """One filled-in scorecard as it stands in the document."""
    return _Say(texts).evaluation(evaluation)


def failure_document(error: QaError, path: str, texts: Catalogue) -> dict[str, Any]:
    """What stands in the place of an input that failed (decisions.md 26)."""
    return {"error": {"code": error.code, "detail": texts.error(error), "path": path}}


def to_json(document: object) -> str:
    """JSON for people and machines: Chinese as Chinese, two spaces."""
    return json.dumps(document, ensure_ascii=False, indent=2)


class _Say:
    """Values → wire models, with sentences of one language."""

    def __init__(self, texts: Catalogue) -> None:
        self.texts = texts

    def reason(self, reason: Reason) -> wire_parts.WireReason:
        return wire_parts.WireReason(
            code=reason.code, values=dict(reason.values), text=self.texts.reason(reason)
        )

    def utterance(self, said: Utterance) -> wire_of_call.WireUtterance:
        pace = said.chars_per_minute
        return wire_of_call.WireUtterance(
            id=said.id,
            speaker=said.speaker,
            role=said.role.value,
            role_confidence=round(said.role_confidence, 3),
            channel=said.channel,
            start_ms=said.span.start_ms,
            end_ms=said.span.end_ms,
            text=said.text,
            confidence=round(said.confidence, 3),
            words=[_word(word.start, word.end, word.span, word.confidence) for word in said.words],
            speech_ms=said.speech_ms,
            chars_per_minute=None if pace is None else round(pace, 1),
            loudness_dbfs=_rounded(said.loudness_dbfs),
            pitch_hz=_rounded(said.pitch_hz),
            unreliable=self.reason(Reason(said.unreliable)) if said.unreliable else None,
        )

    def tag(self, tag: Tag) -> wire.WireTag:
        return wire.WireTag(
            id=tag_id(tag),
            label=tag.label,
            detector=tag.detector,
            confidence=tag.confidence,
            speaker=tag.speaker,
            role=tag.role.value,
            because=self.reason(tag.because),
            evidence=_evidence(tag.evidence),
        )

    def finding(self, finding: Finding, leg: Leg, known: Container[str]) -> wire.WireFinding:
        return wire.WireFinding(
            id=finding.id,
            rule=finding.rule,
            label=finding.label,
            title=self.texts.text(finding.title),
            severity=_WORDS[finding.severity],
            stage=finding.stage.value,
            criterion=finding.criterion or None,
            start_ms=finding.span.start_ms,
            end_ms=finding.span.end_ms,
            confidence=finding.confidence,
            because=self.reason(finding.because),
            needs_human=finding.needs_human,
            verdict=None,
            doubts=[self.reason(doubt) for doubt in finding.doubts],
            role=finding.role.value,
            agent_id=leg.agent_id or None,
            # What was missing is no tag of the call: such a finding has its evidence only.
            tags=[tag for tag in finding.tags if tag in known],
            evidence=_evidence(finding.evidence),
        )

    def moment(self, moment: Moment) -> wire.WireMoment:
        return wire.WireMoment(
            id=moment.id,
            start_ms=moment.span.start_ms,
            end_ms=moment.span.end_ms,
            title=self.texts.text(moment.title),
            severity=_WORDS[moment.severity],
            findings=list(moment.findings),
        )

    def evaluation(self, evaluation: Evaluation) -> wire.WireEvaluation:
        return wire.WireEvaluation(
            scorecard=evaluation.scorecard,
            agent_id=evaluation.leg.agent_id or None,
            start_ms=evaluation.leg.span.start_ms,
            end_ms=evaluation.leg.span.end_ms,
            score=evaluation.score,
            lowest_score=evaluation.lowest_score,
            passed=evaluation.passed,
            fatal=list(evaluation.fatal),
            answers=[self.answer(answer) for answer in evaluation.answers],
        )

    def answer(self, answer: Answer) -> wire.WireAnswer:
        return wire.WireAnswer(
            criterion=answer.criterion,
            title=self.texts.text(answer.title),
            section=answer.section,
            answer=answer.answer.value,
            points=answer.points,
            max_points=answer.max_points,
            fatal=answer.is_fatal,
            because=self.reason(answer.because),
            findings=list(answer.findings),
        )

    def note(self, note: CoachingNote) -> wire.WireNote:
        return wire.WireNote(
            moment=note.moment,
            finding=note.finding,
            what_happened=self.texts.sentence(note.what_happened),
            why_it_matters=self.texts.sentence(note.why_it_matters),
            try_instead=self.texts.sentence(note.try_instead),
            quote=_quote(note.quote),
        )

    def strength(self, strength: Strength) -> wire.WireStrength:
        return wire.WireStrength(
            code=strength.code,
            text=self.texts.sentence(strength.text),
            start_ms=strength.span.start_ms,
            end_ms=strength.span.end_ms,
            quote=_quote(strength.quote) if strength.quote else None,
        )


def _published(assessment: Assessment) -> list[Tag]:
    """What rules look for beside a hit (its context, what excuses it) says nothing about anybody, and stays inside."""
    held = {tag for finding in assessment.findings for tag in finding.tags}
    return [tag for tag in assessment.tags if not tag.label.startswith("rule.") or tag_id(tag) in held]


def _findings(assessment: Assessment, say: _Say) -> Iterable[wire.WireFinding]:
    pairs = [(finding, leg.leg) for leg in assessment.legs for finding in leg.findings]
    known = {tag_id(tag) for tag in assessment.tags}
    for finding, leg in sorted(pairs, key=lambda pair: (pair[0].span, pair[0].id)):
        yield say.finding(finding, leg, known)


def _word(start: int, end: int, span: Span, confidence: float) -> wire_of_call.WireWord:
    return wire_of_call.WireWord(
        start=start, end=end, start_ms=span.start_ms, end_ms=span.end_ms, confidence=round(confidence, 3)
    )


def _evidence(evidence: Iterable[Evidence]) -> list[wire_parts.WireEvidence]:
    return [
        wire_parts.WireEvidence(
            start_ms=piece.span.start_ms, end_ms=piece.span.end_ms, quotes=[_quote(q) for q in piece.quotes]
        )
        for piece in evidence
    ]


def _quote(quote: Quote) -> wire_parts.WireQuote:
    return wire_parts.WireQuote(utterance=quote.utterance, start=quote.start, end=quote.end, text=quote.text)


def _history(history: History | None) -> wire.WireHistory | None:
    if history is None:
        return None
    return wire.WireHistory(
        since=history.since,
        calls=len(history.contacts),
        is_cut=history.is_cut,
        undated=history.undated,
        known_since=history.known_since,
        told=len(history.told),
        untold=history.untold,
    )


def _timings(taken_ms: Mapping[str, int]) -> wire.WireTimings:
    return wire.WireTimings(
        decode=taken_ms.get("decode"),
        vad=taken_ms.get("vad"),
        asr=taken_ms.get("asr"),
        measure=taken_ms.get("measure"),
        judge=taken_ms.get("judge"),
    )


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 1)
