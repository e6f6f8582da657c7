"""An offset and the mains' hum are taken off, and nothing else is touched."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from qa_service.measures.cleaning import cleaned
from qa_service.measures.quality import quality
from tests.measures.calls import SAMPLES, Rows, decoded, sample_call
from tests.measures.voices import Sound, at_level, noise, pcm, tone


def _line() -> Sound:
    return sample_call("good-call").voices[0] + noise(1, 30, dbfs=-62)


def _with_hum(hertz: float, dbfs: float) -> Sound:
    line = _line()
    return line + at_level(np.sin(2 * np.pi * hertz * np.arange(line.size) / 16_000), dbfs)


@pytest.mark.parametrize("offset", [-8_000, -500, 100, 2_500, 8_000])
def test_an_offset_goes_and_the_speech_stays(offset: int) -> None:
    rows = np.stack([pcm(_line())])
    moved = np.clip(rows.astype(np.int32) + offset, -32_768, 32_767).astype(np.int16)

    (row,) = cleaned(moved)

    assert np.abs(row.astype(np.int32) - rows[0]).max() <= 12
    spoken = sample_call("good-call").spoken[0]
    assert quality(row, spoken).unreliable == ()


@pytest.mark.parametrize("hertz", [50, 60, 50.1])
@pytest.mark.parametrize("dbfs", [-20, -35])
def test_loud_hum_goes_and_the_speech_stays(hertz: float, dbfs: float) -> None:
    rows = np.stack([pcm(_with_hum(hertz, dbfs))])

    (row,) = cleaned(rows)

    left = row / 32_768 - _line()
    assert 10 * np.log10(np.mean(left[16_000:-16_000] ** 2)) < dbfs - 15
    assert quality(row, sample_call("good-call").spoken[0]).unreliable == ()


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param(lambda: np.stack([pcm(_line())]), id="a clean line"),
        pytest.param(lambda: np.stack([pcm(_line()) + np.int16(8)]), id="an offset that nobody hears"),
        pytest.param(lambda: np.stack([pcm(_with_hum(50, -75))]), id="hum that nobody hears"),
        pytest.param(lambda: np.stack([pcm(_line()), pcm(tone(440, 30)[: _line().size])]), id="a tone"),
        pytest.param(lambda: np.stack([pcm(tone(150, 1))]), id="too short to know"),
        pytest.param(lambda: np.zeros((2, 160_000), np.int16), id="silence"),
        pytest.param(lambda: np.zeros((2, 0), np.int16), id="nothing"),
        pytest.param(lambda: decoded(SAMPLES / "ivr-hold-survey.wav"), id="hold music"),
        pytest.param(lambda: decoded(SAMPLES / "rude-interruptions.m4a"), id="raised voices"),
    ],
)
def test_what_has_neither_stays_the_very_same(rows: Callable[[], Rows]) -> None:
    given = rows()

    assert cleaned(given) is given
