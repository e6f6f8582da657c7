"""What a probe is told says of every limit what the detector would do at it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from hypothesis import given

from qa_service.core.speech import Role, Utterance
from qa_service.detectors.base import Event
from qa_service.detectors.crosstalk import Interruption, Overlap
from qa_service.detectors.late_response import LateResponse
from qa_service.detectors.pace import PaceFast, PaceJump, PaceSlow
from qa_service.detectors.probe import Probed
from qa_service.detectors.silence import LongSilence
from qa_service.detectors.tone import RaisedVoice
from qa_service.rulebook.gauges import GAUGES
from tests.make import Call, Session, calls, facts, tags_of, utterance, voice

LONG = "您这个包裹昨天已经派送过一次没有人接所以退回了网点"
SHORT = "您把运单号再报一遍给我听"
LIMITS: dict[type[Any], Sequence[float]] = {
    PaceFast: (200, 240, 300, 360),
    PaceSlow: (120, 200, 240, 300),
    PaceJump: (1.05, 1.2, 1.5),
    LongSilence: (500, 2_000, 8_000),
    LateResponse: (500, 2_000, 5_000),
    RaisedVoice: (1, 3, 6),
    Interruption: (100, 400, 800),
    Overlap: (100, 400, 1_000),
}


def told(detector: Any, call: Call) -> tuple[list[float], list[float]]:
    """All values, and those that decide."""
    values, decide = list[float](), list[float]()

    def probe(value: float, decides: float | None) -> None:
        values.append(value)
        decide.extend([] if decides is None else [decides])

    session = Session.of([detector], call.events, call.about)
    for run in session.runs:
        if isinstance(run, Probed):
            run.probe = probe
    session.finish(call.end_ms)
    return values, decide


@given(call=calls())
def test_a_limit_finds_a_call_exactly_where_its_worst_value_is_beyond(call: Call) -> None:
    for kind, limits in LIMITS.items():
        gauge, detector = GAUGES[kind], kind()
        worst = gauge.worst(told(detector, call)[1])
        for limit in limits:
            at = replace(detector, **{gauge.field: limit})
            tags = tags_of(at, call.events, end_ms=call.end_ms, about=call.about)
            found = any(tag.role is Role.AGENT or kind is LongSilence for tag in tags)
            assert found == (worst is not None and gauge.is_fault(worst, limit)), (kind, limit, worst)


def said(text: str, cpm: int, start_ms: int = 0) -> Utterance:
    return utterance(text, start_ms, speech_ms=60_000 * len(text) // cpm)


def of(*events: Event) -> Call:
    return Call(events, max(event.span.end_ms for event in events) + 1_000, facts())


def test_a_single_short_sentence_is_a_value_and_decides_nothing() -> None:
    assert told(PaceFast(), of(said(SHORT, 400))) == ([400.0], [])


def test_two_short_ones_decide_by_the_slower() -> None:
    values, decide = told(PaceFast(), of(said(SHORT, 400), said(SHORT, 300, 3_000)))

    assert (values, decide) == ([400.0, 300.0], [300.0])


def test_a_silence_is_told_once_and_whole_also_where_it_has_its_tag() -> None:
    call = of(voice(0, 2_000), voice(14_000, 15_000, Role.CUSTOMER))

    assert told(LongSilence(limit_ms=8_000), call) == ([12_000, 1_000], [12_000, 1_000])


def test_without_a_probe_nothing_is_kept() -> None:
    assert [tag.label for tag in tags_of(PaceFast(), [said(LONG, 400)])] == ["pace.fast"]
