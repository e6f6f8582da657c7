from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa_service.core.time import Span, intersect, merge, total_ms
from qa_service.measures.activity import audible, energetic, speech_ms, stretches
from tests.measures.voices import noise, pcm, silence, speech, tone

MINUTE = pcm(silence(60))


def spans(*pairs: tuple[int, int]) -> tuple[Span, ...]:
    return tuple(Span(start, end) for start, end in pairs)


@pytest.mark.parametrize(
    ("voiced", "expected"),
    [
        pytest.param((), (), id="no voice, nothing to hear"),
        pytest.param(spans((1_000, 2_000)), spans((880, 2_120)), id="a stretch gets air on both sides"),
        pytest.param(spans((0, 500)), spans((0, 620)), id="not before the first sample"),
        pytest.param(spans((59_950, 60_000)), spans((59_830, 60_000)), id="not after the last"),
        pytest.param(
            spans((1_000, 2_000), (2_300, 3_000)), spans((880, 3_120)), id="300 ms apart are one stretch"
        ),
        pytest.param(
            spans((1_000, 2_000), (2_301, 3_000)),
            spans((880, 2_120), (2_181, 3_120)),
            id="301 ms apart are two",
        ),
        pytest.param(spans((70_000, 71_000)), (), id="voice behind the end of the sound is not there"),
        pytest.param(spans((59_000, 99_000)), spans((58_880, 60_000)), id="a span over the end is cut"),
    ],
)
def test_stretches(voiced: tuple[Span, ...], expected: tuple[Span, ...]) -> None:
    assert stretches(voiced, samples=MINUTE) == expected


def test_padding_shares_a_gap_that_is_too_narrow_for_both() -> None:
    made = stretches(spans((1_000, 2_000), (2_100, 3_000)), samples=MINUTE, join_ms=0)

    assert made == spans((880, 2_050), (2_050, 3_120))


def test_an_over_long_stretch_is_cut_in_its_pauses() -> None:
    loud, pause = tone(200, 19.5), silence(0.5)
    samples = pcm(np.concatenate((loud, pause, loud, pause, loud)))

    made = stretches([Span(0, 59_500)], samples=samples)

    assert [piece.end_ms for piece in made[:-1]] == [
        pytest.approx(19_750, abs=250),
        pytest.approx(39_750, abs=250),
    ]


def test_without_any_pause_it_is_cut_all_the_same() -> None:
    made = stretches([Span(0, 60_000)], samples=pcm(noise(1, 60, dbfs=-20)))

    assert all(piece.duration_ms <= 24_000 for piece in made)
    assert all(piece.duration_ms >= 3_000 for piece in made)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 58_000), st.integers(1, 30_000)), max_size=12),
    st.integers(0, 400),
    st.integers(0, 600),
    st.integers(1_000, 24_000),
)
def test_no_voice_is_lost_and_no_piece_is_too_long(
    raw: list[tuple[int, int]], pad_ms: int, join_ms: int, longest_ms: int
) -> None:
    voiced = merge(Span(start, min(60_000, start + length)) for start, length in raw)

    made = stretches(voiced, samples=MINUTE, pad_ms=pad_ms, join_ms=join_ms, longest_ms=longest_ms)

    assert total_ms(intersect(made, voiced)) == total_ms(voiced)
    assert all(0 < piece.duration_ms <= longest_ms for piece in made)
    assert all(left.end_ms <= right.start_ms for left, right in pairwise(made))


@pytest.mark.parametrize(
    ("voiced", "expected"),
    [
        pytest.param((), 0, id="none"),
        pytest.param(spans((0, 1_000), (500, 1_500)), 1_500, id="overlapping spans count once"),
        pytest.param(spans((1_800, 9_000)), 200, id="only what lies inside"),
        pytest.param(spans((2_000, 9_000)), 0, id="touching is not inside"),
    ],
)
def test_speech_ms(voiced: tuple[Span, ...], expected: int) -> None:
    assert speech_ms(voiced, Span(0, 2_000)) == expected


@pytest.mark.parametrize("floor", [-90.0, -60.0, -45.0])
def test_the_gate_follows_the_noise_of_the_line(floor: float) -> None:
    voice = tone(300, 2, dbfs=-22)
    samples = pcm(np.concatenate((silence(2), voice, silence(2))) + noise(1, 6, dbfs=floor))

    heard = energetic(samples)

    assert len(heard) == 1
    assert heard[0].start_ms == pytest.approx(2_000, abs=30)
    assert heard[0].end_ms == pytest.approx(4_000, abs=30)


@pytest.mark.parametrize("seconds", [0.0, 0.004, 3.0])
def test_silence_has_no_energy(seconds: float) -> None:
    assert energetic(pcm(silence(seconds))) == ()


def test_audible_leaves_out_what_nobody_hears() -> None:
    samples = pcm(np.concatenate((speech(1, 2, dbfs=-20), noise(1, 2, dbfs=-65))))

    heard = audible(samples, [Span(0, 4_000)])

    assert total_ms(intersect(heard, [Span(2_000, 4_000)])) == 0
    assert total_ms(heard) > 1_000
