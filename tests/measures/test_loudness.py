from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa_service.core.time import Span
from qa_service.measures.loudness import loudness_dbfs
from tests.measures.voices import at_level, noise, pcm, silence, speech, tone

WHOLE = (Span(0, 2_000),)


@pytest.mark.parametrize(
    ("dbfs", "expected"),
    [
        pytest.param(-3.0, -3.0, id="a full-scale sine is minus 3"),
        pytest.param(-23.0, -23.0, id="a sine at minus 23"),
        pytest.param(-55.0, -55.0, id="quiet, yet above the line's noise"),
        pytest.param(-66.0, None, id="G.711 noise is not voice"),
    ],
)
def test_a_steady_tone_measures_its_mean_power(dbfs: float, expected: float | None) -> None:
    measured = loudness_dbfs(pcm(tone(1_000, 2, dbfs=dbfs)), WHOLE)

    assert measured == (None if expected is None else pytest.approx(expected, abs=0.1))


@pytest.mark.parametrize(
    "spans",
    [
        pytest.param((), id="no voiced span"),
        pytest.param((Span(500, 500),), id="an empty span"),
        pytest.param((Span(5_000, 6_000),), id="a span behind the end"),
        pytest.param((Span(0, 1_000),), id="a span over silence"),
        pytest.param((Span(1_000, 1_004),), id="less than one frame"),
    ],
)
def test_nothing_voiced_has_no_loudness(spans: tuple[Span, ...]) -> None:
    samples = pcm(np.concatenate((silence(1), tone(300, 1))))

    assert loudness_dbfs(samples, spans) is None


def test_generous_spans_do_not_make_a_voice_quieter() -> None:
    voice = at_level(speech(7, 3), -22)
    samples = pcm(np.concatenate((noise(1, 2, dbfs=-62), voice, noise(2, 2, dbfs=-62))))

    tight = loudness_dbfs(samples, [Span(2_000, 5_000)])
    generous = loudness_dbfs(samples, [Span(0, 7_000)])

    assert tight is not None
    assert generous == pytest.approx(tight, abs=0.5)


def test_overlapping_spans_count_once() -> None:
    samples = pcm(np.concatenate((tone(400, 1, dbfs=-20), tone(400, 1, dbfs=-26))))

    assert loudness_dbfs(samples, [Span(0, 1_000), Span(0, 1_000), Span(0, 2_000)]) == loudness_dbfs(
        samples, [Span(0, 2_000)]
    )


@settings(max_examples=40)
@given(st.integers(0, 3), st.floats(-20.0, 10.0))
def test_turning_up_by_x_db_measures_x_db_more(seed: int, gain_db: float) -> None:
    voice = speech(seed, 1, dbfs=-25)
    before = loudness_dbfs(pcm(voice), [Span(0, 1_000)])

    after = loudness_dbfs(pcm(voice * 10 ** (gain_db / 20)), [Span(0, 1_000)])

    assert before is not None
    assert after == pytest.approx(before + gain_db, abs=0.3)
