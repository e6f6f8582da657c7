from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa_service.core.time import Span, intersect, merge, total_ms
from qa_service.measures.activity import stretches
from tests.measures.voices import noise, pcm, silence, tone

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
