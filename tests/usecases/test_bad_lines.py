"""What a bad line does to an assessment: speech that it spoils is not judged, and most of it spoilt, no call is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from qa_service.core.time import Span, gaps
from qa_service.measures.frames import frame_power
from qa_service.pipeline.assessment import Assessment
from qa_service.turns.scorable import Status
from qa_service.usecases.analyze import Request
from tests.measures.voices import noise, pcm
from tests.usecases.analysts import MIS_SOLD, analyst, rules
from tests.usecases.hearing import Rows, Take, ears, listener, two_parties


def assessed(rows: Rows) -> Assessment:
    """The call in which an agent promises that nothing can be lost, over a line like this."""
    take = Take(rows, two_parties().said(*MIS_SOLD).script)
    return analyst(take, listens=ears(listener(take))).recording(Request((Path("call.wav"),))).assessment


def spoken(channel: int) -> tuple[Span, ...]:
    return tuple(line.span for line in two_parties().script if line.channel == channel)


def lost(*spans: Span) -> Rows:
    rows = two_parties().rows.copy()
    for span in spans:
        rows[:, span.start_ms * 16 : span.end_ms * 16] = 0
    return rows


def torn(*, every_ms: int, ms: int = 500) -> Rows:
    """Again and again nothing arrives, whether somebody speaks or not."""
    return lost(*(Span(at, at + ms) for at in range(500, two_parties().ms - ms, every_ms)))


def sent_only_when_loud() -> Rows:
    """Zeros while nobody speaks, 120 ms after each word."""
    rows = two_parties().rows.copy()
    for row in rows:
        power = frame_power(row)
        gate = np.convolve(power > 1e-3 * power.max(), np.ones(13))[: power.size] > 0
        row[: power.size * 160] *= np.repeat(gate, 160)
    return rows


def silent_between_utterances() -> Rows:
    rows = two_parties().rows.copy()
    for channel, row in enumerate(rows):
        for span in gaps(spoken(channel), Span(0, two_parties().ms)):
            row[span.start_ms * 16 : span.end_ms * 16] = 0
    return rows


def muted_in_pauses() -> Rows:
    ends = [span.end_ms for channel in (0, 1) for span in spoken(channel)]
    return lost(*(Span(end + 150, end + 300) for end in ends))


def squashed(times: float) -> Rows:
    loud = np.percentile(np.abs(two_parties().rows[two_parties().rows != 0]), 99)
    rows: Rows = np.round(6_000 * np.tanh(times * two_parties().rows / loud)).astype(np.int16)
    return rows


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param(lambda: two_parties().rows, id="an ordinary line"),
        pytest.param(lambda: lost(Span(3_000, 3_500)), id="a hole that falls into a pause"),
        pytest.param(lambda: torn(every_ms=2_000, ms=40), id="two packets lost every two seconds"),
        pytest.param(sent_only_when_loud, id="nothing is sent in pauses"),
        pytest.param(silent_between_utterances, id="digital silence between utterances"),
        pytest.param(muted_in_pauses, id="muted in pauses"),
        pytest.param(lambda: lost(Span(0, 800), Span(29_000, 30_000)), id="silent at both ends"),
        pytest.param(lambda: squashed(0.8), id="a microphone that saturates a little"),
    ],
)
def test_a_call_over_a_usable_line_is_judged(rows: Callable[[], Rows]) -> None:
    assessment = assessed(rows())

    assert assessment.scorable.status is Status.SCORED
    assert not {"dropouts", "clipped"} & {problem.code for problem in assessment.measured.problems}
    assert "guaranteed-return" in rules(assessment)


def test_one_hole_spoils_the_sentence_around_it_and_no_other() -> None:
    hole = Span(5_000, 5_500)

    assessment = assessed(lost(hole))

    assert assessment.scorable.status is Status.SCORED
    assert "guaranteed-return" in rules(assessment)
    (torn,) = [said for said in assessment.measured.utterances if said.unreliable]
    assert torn.unreliable == "unreliable.dropouts"
    assert torn.span.contains(hole)
    (problem,) = [each for each in assessment.measured.problems if each.code == "dropouts"]
    assert 0 < problem.lost_ms <= torn.span.duration_ms


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        pytest.param(
            lambda: torn(every_ms=1_500), "dropouts", id="a third is missing, half a second at a time"
        ),
        pytest.param(lambda: torn(every_ms=1_000, ms=300), "dropouts", id="a third, 0.3 s at a time"),
        pytest.param(
            lambda: squashed(10), "clipped", id="an amplifier that saturates, turned down afterwards"
        ),
    ],
)
def test_a_call_over_a_line_that_spoils_most_of_it_is_not(rows: Callable[[], Rows], code: str) -> None:
    assessment = assessed(rows())

    assert assessment.scorable.status is Status.NOT_SCORABLE
    assert [reason.code for reason in assessment.scorable.reasons] == ["scorable.unreliable"]
    assert assessment.findings == ()
    assert code in {problem.code for problem in assessment.measured.problems}
    spoilt = {said.unreliable for said in assessment.measured.utterances} - {""}
    assert spoilt == {f"unreliable.{code}"}


def deafened(span: Span) -> Rows:
    """Noise louder than anybody, on both channels, each its own."""
    rows = two_parties().rows.copy()
    for channel, row in enumerate(rows):
        burst = pcm(noise(70 + channel, span.duration_ms / 1_000, dbfs=-4))
        row[span.start_ms * 16 : span.end_ms * 16] = burst
    return rows


def test_loud_noise_spoils_what_it_covers_and_makes_nobody_a_neighbour() -> None:
    covered = Span(spoken(0)[0].start_ms, spoken(0)[0].start_ms + 5_000)

    assessment = assessed(deafened(covered))

    assert "foreign_voice" not in [problem.code for problem in assessment.measured.problems]
    for said in assessment.utterances:
        assert (said.unreliable == "unreliable.bad_snr") == (
            2 * said.span.overlap_ms(covered) >= said.span.duration_ms
        )
    assert assessment.evaluation is None or assessment.evaluation.score is not None
