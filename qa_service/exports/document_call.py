"""The parts of the document that describe the call itself: envelope, measurements, models, problems."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, cast

from qa_service.core.calls import Direction
from qa_service.core.measured import MeasuredCall, Problem
from qa_service.core.speech import SoundKind
from qa_service.core.texts import Reason
from qa_service.core.time import Span
from qa_service.exports import wire_of_call, wire_parts
from qa_service.i18n.catalogue import Catalogue
from qa_service.pipeline.assessment import Assessment

_DIRECTIONS: dict[Direction, Literal["inbound", "outbound"]] = {
    Direction.INBOUND: "inbound",
    Direction.OUTBOUND: "outbound",
}
_Reasoned = Callable[[Reason], wire_parts.WireReason]


def wire_call(assessment: Assessment, reasoned: _Reasoned, *, source: str) -> wire_of_call.WireCall:
    """The call, its envelope, speakers, legs and sounds."""
    envelope, measured = assessment.envelope, assessment.measured
    return wire_of_call.WireCall(
        id=measured.call_id,
        leg_id=envelope.leg_id or None,
        source=source or None,
        duration_ms=measured.duration_ms,
        layout=measured.layout.value,
        started_at=envelope.started_at.isoformat() if envelope.started_at else None,
        direction=_DIRECTIONS.get(envelope.direction),
        line=envelope.line or None,
        skill_group=envelope.skill_group or None,
        customer=envelope.customer or None,
        speakers=[
            wire_of_call.WireSpeaker(
                speaker=known.speaker,
                role=known.role.value,
                confidence=round(known.confidence, 3),
                because=reasoned(known.because),
            )
            for known in assessment.roles.speakers
        ],
        legs=[
            wire_of_call.WireLeg(
                index=leg.leg.index,
                agent_id=leg.leg.agent_id or None,
                start_ms=leg.leg.span.start_ms,
                end_ms=leg.leg.span.end_ms,
            )
            for leg in assessment.legs
        ],
        sounds=[
            wire_of_call.WireSound(
                kind=cast(wire_of_call.SoundName, sound.kind.value),
                channel=sound.channel,
                start_ms=sound.span.start_ms,
                end_ms=sound.span.end_ms,
                source="event" if sound.source == "event" else "heard",
            )
            for sound in assessment.sounds
            if sound.kind is not SoundKind.LOST  # those are told as problems
        ],
    )


def wire_measurements(assessment: Assessment, reasoned: _Reasoned) -> wire_of_call.WireMeasurements:
    """Facts about the whole call; null is unknown."""
    measured = assessment.measurements
    overlaps = measured.overlaps
    # Who interrupts is a judgement, and nobody is judged where nothing can be scored.
    is_judged = assessment.scorable.may_judge
    return wire_of_call.WireMeasurements(
        talk_ratio=_rounded(measured.talk_ratio, 3),
        agent_speech_ms=measured.agent_speech_ms,
        customer_speech_ms=measured.customer_speech_ms,
        non_talk_ms=measured.non_talk_ms,
        hold_ms=measured.hold_ms,
        turns=measured.turns,
        interruptions=measured.interruptions if is_judged else None,
        customer_interruptions=measured.customer_interruptions if is_judged else None,
        response_latency_ms=measured.response_latency_ms,
        slowest_response_ms=measured.slowest_response_ms,
        agent_chars_per_minute=_rounded(measured.agent_chars_per_minute, 1),
        customer_chars_per_minute=_rounded(measured.customer_chars_per_minute, 1),
        silences=[_span(span) for span in measured.silences],
        overlaps=None
        if overlaps is None
        else [
            wire_of_call.WireOverlap(
                start_ms=o.span.start_ms, end_ms=o.span.end_ms, first=o.first.value, second=o.second.value
            )
            for o in overlaps
        ],
        unheard=[
            wire_of_call.WireUnheard(
                start_ms=u.span.start_ms,
                end_ms=u.span.end_ms,
                speaker=u.speaker,
                because=reasoned(Reason(f"unheard.{u.reason}")),
            )
            for u in assessment.measured.unheard
        ],
    )


def wire_models(measured: MeasuredCall) -> wire_of_call.WireModels:
    """Which recogniser wrote the words, and who produced the other parts."""
    hearing = measured.hearing
    return wire_of_call.WireModels(
        asr=wire_of_call.WireModel(
            name=hearing.name,
            revision=hearing.revision,
            digest=hearing.digest,
            cer=hearing.cer,
            proves_pipeline_only=hearing.name == "whisper-base",
        ),
        parts={part.name.value: f"{part.producer}@{part.version}" for part in measured.parts},
    )


def wire_problems(measured: MeasuredCall, texts: Catalogue) -> list[wire_of_call.WireProblem]:
    """What was wrong with the recording, as sentences."""
    return [
        wire_of_call.WireProblem(
            code=problem.code,
            detail=_problem(problem, texts),
            start_ms=problem.span.start_ms,
            end_ms=problem.span.end_ms,
            lost_ms=problem.lost_ms,
        )
        for problem in measured.problems
    ]


def _problem(problem: Problem, texts: Catalogue) -> str:
    facts = _facts(problem.detail)
    where = texts.say("problem_where.leg", **facts) if "leg" in facts else ""
    seconds, whole = problem.lost_ms / 1_000, (problem.span.end_ms + problem.lost_ms) / 1_000
    by_how_much = "_by" if problem.code == "truncated" and problem.lost_ms else ""
    key = f"problem.{problem.code}{by_how_much}"
    return texts.say(key, **facts, seconds=round(seconds, 1), whole=round(whole, 1)) + where


def _facts(detail: str) -> dict[str, str]:
    """What a problem's detail says: `channel=1`, `lag_ms=-40` or `leg 2`; people count channels from one."""
    name, _, value = detail.replace("leg ", "leg=").partition("=")
    if name == "channel" and value.isdigit():
        value = str(int(value) + 1)
    return {name: value.removeprefix("-")} if value else {}


def _span(span: Span) -> wire_parts.WireSpan:
    return wire_parts.WireSpan(start_ms=span.start_ms, end_ms=span.end_ms)


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None else round(value, digits)
