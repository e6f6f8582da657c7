"""Legs that were started at different times are found by what leaks, and aligned; late echoes are no shift."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pytest

from qa_service.core.time import Span, intersect
from qa_service.measures.alignment import is_steady, paths
from qa_service.measures.channels import examine
from qa_service.measures.shift import align
from tests.measures.calls import (
    CALLS,
    SAMPLES,
    Leak,
    Rows,
    Spans,
    decoded,
    first_call,
    needs_samples,
    precision_recall,
    recorded,
    sample_call,
)
from tests.measures.voices import noise, pcm

pytestmark = needs_samples


def _started_later(rows: Rows, voiced: Sequence[Sequence[Span]], lag_ms: int) -> tuple[Rows, list[Spans]]:
    """One leg lacks its first `lag_ms` (channel 0; negative: channel 1), and its voice comes that much earlier."""
    by, late = abs(lag_ms), 0 if lag_ms > 0 else 1
    whole = Span(0, rows.shape[1] // 16 - by)
    early = [Span(s.start_ms - by, s.end_ms - by) for s in voiced[late] if s.start_ms >= by]
    spans = [intersect(early if i == late else voiced[i], [whole]) for i in range(2)]
    cut = [row[by * 16 :] if i == late else row[: row.size - by * 16] for i, row in enumerate(rows)]
    return np.stack(cut), spans


@pytest.mark.parametrize("lag_ms", [-5_000, -3_000, -600, 600, 3_000, 5_000])
@pytest.mark.parametrize(
    "into",
    [
        pytest.param((None, Leak(-25, 60, 2)), id="the customer hears the agent"),
        pytest.param((Leak(-30, 60, 1), Leak(-30, 60, 2)), id="each hears the other"),
    ],
)
def test_shifted_legs_are_aligned_by_what_leaks(lag_ms: int, into: tuple[Leak | None, Leak | None]) -> None:
    rows, voiced = recorded(first_call(), into)
    shifted, heard = _started_later(rows, voiced, lag_ms)

    found = examine(shifted, heard)
    again = examine(align(shifted, found.lag_ms), voiced)

    assert found.lag_ms == pytest.approx(lag_ms, abs=80)
    assert "legs_shifted" in [problem.code for problem in found.problems]
    assert again.lag_ms == 0


@pytest.mark.parametrize(
    "into",
    [
        pytest.param((None, Leak(-25, 450)), id="mobile, 450 ms"),
        pytest.param((None, Leak(-25, 900)), id="a bad line, 900 ms"),
        pytest.param((Leak(-28, 30), Leak(-25, 600)), id="600 ms one way, 30 ms the other"),
        pytest.param((Leak(-25, 600, 1), Leak(-25, 600, 2)), id="600 ms both ways"),
    ],
)
@pytest.mark.parametrize("name", CALLS)
def test_a_late_echo_is_no_shift(name: str, into: tuple[Leak | None, Leak | None]) -> None:
    heard = sample_call(name)
    rows, voiced = recorded(heard, into)

    report = examine(rows, voiced)

    assert report.lag_ms == 0
    assert report.is_linked
    assert precision_recall(report.own[1], heard.spoken[1])[0] >= 0.95


def _gated(rows: Rows, threshold: int, frames: int) -> Rows:
    """Frames of 20 ms under the threshold are digital silence, but `frames` after the last that is not."""
    gated = rows.copy()
    for row in gated:
        blocks = row[: row.size // 320 * 320].reshape(-1, 320)
        is_loud = np.sqrt((blocks.astype(np.float64) ** 2).mean(axis=1)) > threshold
        blocks[np.convolve(is_loud, np.ones(frames))[: is_loud.size] == 0] = 0
    return gated


SILENCED = [
    pytest.param("good-call.wav", lambda rows: _gated(rows, 20, 1), id="a gate"),
    pytest.param("good-call.wav", lambda rows: _gated(rows, 300, 1), id="a gate that eats words"),
    pytest.param("good-call.wav", lambda rows: _gated(rows, 80, 10), id="a gate that closes slowly"),
    pytest.param("good-call.wav", lambda rows: np.where(abs(rows) < 200, 0, rows), id="small samples lost"),
    pytest.param("good-call.wav", lambda rows: np.round(rows * 10 ** (-28 / 20)), id="28 dB quieter"),
    pytest.param("ivr-hold-survey.wav", lambda rows: _gated(rows, 300, 1), id="a gate, and hold music"),
]


@pytest.mark.parametrize(("name", "change"), SILENCED)
def test_the_edges_of_digital_silence_are_no_path(name: str, change: Callable[[Rows], Rows]) -> None:
    rows = change(decoded(SAMPLES / name)).astype(np.int16)

    assert paths(rows[0], rows[1]) == ()


@pytest.mark.parametrize(("times", "steady"), [(1, False), (10, True)], ids=["once", "all over the call"])
def test_a_shift_is_heard_all_over_the_call(times: int, steady: bool) -> None:
    """What sounds alike at one place – one announcement, one word – says nothing about the clocks."""
    rows = np.stack([pcm(noise(i, 30, dbfs=-30)) for i in range(2)])
    for at in range(times):
        start = (1 + 2 * at) * 16_000
        rows[1, start + 24_000 : start + 40_000] = rows[0, start : start + 16_000]

    found = paths(rows[0], rows[1])

    assert found[0].lag_ms == pytest.approx(1_500, abs=1)
    assert is_steady(rows[0], rows[1], found[0]) is steady


@pytest.mark.parametrize("lag_ms", [-700, 0, 900])
def test_aligning_loses_nothing(lag_ms: int) -> None:
    rows = np.stack([pcm(noise(1, 3, dbfs=-20)), pcm(noise(2, 3, dbfs=-20))])

    aligned = align(rows, lag_ms)

    assert aligned.shape == (2, rows.shape[1] + abs(lag_ms) * 16)
    for row, moved in zip(rows, aligned, strict=True):
        assert np.array_equal(moved[np.flatnonzero(moved)], row[np.flatnonzero(row)])
