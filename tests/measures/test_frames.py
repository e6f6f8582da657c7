from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_service.core.time import Span
from qa_service.measures.frames import FLOOR_DBFS, chunks, cut, levels_dbfs, mask_of, smooth, spans_of
from tests.measures.voices import noise, pcm, silence, tone


def test_levels_are_mean_power_and_silence_is_the_floor() -> None:
    levels = levels_dbfs(pcm(np.concatenate((silence(0.1), tone(1_000, 0.1, dbfs=-20)))))

    assert levels.shape == (20,)
    assert levels[:10] == pytest.approx(FLOOR_DBFS)
    assert levels[15] == pytest.approx(-20, abs=0.6)


def test_an_unfinished_frame_is_left_out() -> None:
    assert levels_dbfs(pcm(silence(0.015))).shape == (1,)


@given(st.integers(1, 500), st.integers(1, 90))
def test_chunks_together_are_the_whole(length_ms: int, chunk_ms: int) -> None:
    samples = pcm(noise(1, length_ms / 1_000))

    assert np.array_equal(np.concatenate(list(chunks(samples, chunk_ms=chunk_ms))), samples)


@given(st.lists(st.booleans(), max_size=60))
def test_a_mask_survives_the_way_through_spans(flags: list[bool]) -> None:
    mask = np.array(flags, np.bool_)

    assert np.array_equal(mask_of(spans_of(mask), mask.size), mask)


@given(st.lists(st.floats(-100, 0, width=32), max_size=50), st.integers(1, 9))
def test_smoothing_keeps_the_length_and_stays_between_the_extremes(values: list[float], width: int) -> None:
    given_values = np.array(values, np.float32)

    smoothed = smooth(given_values, width)

    assert smoothed.shape == given_values.shape
    assert not values or smoothed.min() >= given_values.min() - 1e-3
    assert not values or smoothed.max() <= given_values.max() + 1e-3


def test_cut_is_a_view() -> None:
    samples = pcm(noise(1, 1))

    assert np.shares_memory(cut(samples, Span(100, 200)), samples)
    assert cut(samples, Span(100, 200)).size == 1_600
