from __future__ import annotations

import numpy as np
import pytest

from qa_service.core.time import Span
from qa_service.measures.pitch import halve_rate, pitch
from tests.measures.voices import (
    RATE,
    Sound,
    at_level,
    formants,
    glottis,
    noise,
    pcm,
    silence,
    speech,
    telephone,
    tone,
)

TWO_SECONDS = (Span(0, 2_000),)


def vowel(hertz: float, which: int) -> Sound:
    return at_level(formants(glottis(np.full(2 * RATE, hertz)), which), -20)


def as_it_is(sound: Sound) -> Sound:
    return sound


def noisy(sound: Sound) -> Sound:
    return sound + noise(1, sound.size / RATE, dbfs=-30)


def noisy_telephone(sound: Sound) -> Sound:
    return telephone(noisy(sound))


@pytest.mark.parametrize("line", [as_it_is, telephone, noisy, noisy_telephone])
@pytest.mark.parametrize("which", range(5))
@pytest.mark.parametrize("hertz", [70, 90, 120, 160, 220, 300, 400, 480])
def test_a_vowel_has_its_pitch_and_not_the_octave(hertz: int, which: int, line: object) -> None:
    assert callable(line)
    measured = pitch(pcm(line(vowel(float(hertz), which))), TWO_SECONDS)

    assert measured is not None
    assert measured.median_hz == pytest.approx(hertz, rel=0.02)
    assert measured.range_semitones < 1


@pytest.mark.parametrize(
    ("low_hz", "high_hz"),
    [
        pytest.param(80, 160, id="an octave up, a deep voice"),
        pytest.param(180, 120, id="seven semitones down"),
        pytest.param(200, 400, id="an octave up, a high voice"),
        pytest.param(150, 150, id="no glide at all"),
    ],
)
@pytest.mark.parametrize("line", [as_it_is, telephone])
def test_a_glide_has_its_middle_as_median_and_its_width_as_range(
    low_hz: float, high_hz: float, line: object
) -> None:
    assert callable(line)
    voice = at_level(formants(glottis(np.geomspace(low_hz, high_hz, 2 * RATE)), 0), -20)

    measured = pitch(pcm(line(voice)), TWO_SECONDS)

    assert measured is not None
    assert measured.median_hz == pytest.approx(np.sqrt(low_hz * high_hz), rel=0.03)
    assert measured.range_semitones == pytest.approx(abs(12 * np.log2(high_hz / low_hz)) * 0.9, abs=1.0)


@pytest.mark.parametrize("hertz", [90.0, 125.0, 200.0, 320.0])
@pytest.mark.parametrize("seed", range(3))
def test_a_telephone_does_not_change_the_pitch_of_speech(hertz: float, seed: int) -> None:
    voice = speech(seed, 4, hertz=hertz)

    wide, narrow = (pitch(pcm(line(voice)), [Span(0, 4_000)]) for line in (as_it_is, telephone))

    assert wide is not None
    assert narrow is not None
    assert narrow.median_hz == pytest.approx(wide.median_hz, rel=0.02)
    assert narrow.range_semitones == pytest.approx(wide.range_semitones, abs=1.0)
    assert wide.median_hz == pytest.approx(hertz, rel=0.12)


@pytest.mark.parametrize(
    "sound",
    [
        pytest.param(silence(2), id="digital silence"),
        pytest.param(noise(1, 2, dbfs=-20), id="loud white noise"),
        pytest.param(telephone(noise(1, 2, dbfs=-20)), id="white noise on a telephone"),
        pytest.param(telephone(noise(2, 2, dbfs=-55)), id="an open, quiet line"),
        pytest.param(np.diff(noise(3, 2.01, dbfs=-20)), id="a long hiss"),
        pytest.param(vowel(150, 0)[: RATE // 8], id="an eighth of a second is too short"),
        pytest.param(np.zeros(0), id="no samples"),
    ],
)
def test_unsure_is_none(sound: Sound) -> None:
    assert pitch(pcm(sound), TWO_SECONDS) is None


def test_only_voiced_spans_are_looked_at() -> None:
    samples = pcm(np.concatenate((vowel(100, 0), vowel(300, 1))))

    measured = pitch(samples, [Span(2_000, 4_000)])

    assert measured is not None
    assert measured.median_hz == pytest.approx(300, rel=0.02)


@pytest.mark.parametrize(
    ("hertz", "kept"),
    [(1_000, True), (3_000, True), (5_000, False), (7_000, False)],
    ids=["1 kHz passes", "3 kHz passes", "5 kHz does not fold to 3", "7 kHz does not fold to 1"],
)
def test_halving_the_rate_does_not_fold(hertz: float, kept: bool) -> None:
    slow = halve_rate(pcm(tone(hertz, 1, dbfs=-20)))

    assert slow.size == 8_000
    gain_db = float(20 * np.log10(slow.std() / 32_767)) + 20
    assert gain_db > -1 if kept else gain_db < -40
