"""A line on which something goes on and on is not quiet; noise that is always there, and clicks, are nothing."""

from __future__ import annotations

import numpy as np
import pytest

from qa_service.core.speech import Sound, SoundKind
from qa_service.core.time import Span
from qa_service.measures.sustained import sustained
from tests.measures.voices import Sound as Wave
from tests.measures.voices import cadence, noise, pcm, silence, speech, tone

WITHIN = Span(5_000, 25_000)


def beat(seconds: float, *, dbfs: float = -30.0) -> Wave:
    """A drum machine: noise that swings with every beat, and never ends."""
    swing = 1.2 + np.sin(2 * np.pi * 2 * np.arange(int(seconds * 16_000)) / 16_000)
    return noise(3, seconds, dbfs=dbfs) * swing


def found(
    middle: Wave, *, floor_dbfs: float = -70.0, voiced: tuple[Span, ...] = (), known: tuple[Sound, ...] = ()
) -> list[tuple[SoundKind, int, int]]:
    """What is found in `middle`, which stands between two talks of five seconds."""
    line = np.concatenate((speech(1, 5), middle, speech(2, 5)))
    line = line + noise(9, line.size / 16_000, dbfs=floor_dbfs)[: line.size]
    end_ms = line.size // 16
    talk = (Span(0, 5_000), Span(end_ms - 5_000, end_ms))
    heard = sustained(pcm(line), voiced=(*talk, *voiced), known=known, channel=0)
    return [(each.kind, each.span.start_ms, each.span.end_ms) for each in heard]


@pytest.mark.parametrize("dbfs", [-25.0, -32.0, -38.0])
def test_rhythm_without_a_note_is_a_sound(dbfs: float) -> None:
    ((kind, start_ms, end_ms),) = found(beat(20, dbfs=dbfs))

    assert kind is SoundKind.UNKNOWN
    assert abs(start_ms - WITHIN.start_ms) <= 1_000
    assert abs(end_ms - WITHIN.end_ms) <= 1_000


def test_beside_music_it_is_the_same_music() -> None:
    known = (Sound(Span(5_000, 10_000), SoundKind.MUSIC),)

    assert [kind for kind, _, _ in found(beat(20), known=known)] == [SoundKind.MUSIC]


def test_beside_the_other_channels_music_nobody_knows() -> None:
    known = (Sound(Span(5_000, 10_000), SoundKind.MUSIC, channel=1),)

    assert [kind for kind, _, _ in found(beat(20), known=known)] == [SoundKind.UNKNOWN]


@pytest.mark.parametrize(
    ("middle", "floor_dbfs", "voiced"),
    [
        pytest.param(silence(20), -70.0, (), id="a quiet line"),
        pytest.param(silence(20), -48.0, (), id="a noisy line: the noise is always there"),
        pytest.param(silence(20), -100.0, (), id="digital silence"),
        pytest.param(noise(4, 20, dbfs=-55), -70.0, (), id="a little more noise than elsewhere"),
        pytest.param(noise(4, 20, dbfs=-60), -100.0, (), id="comfort noise on a line that was silent"),
        pytest.param(cadence(tone(900, 0.05), 0.15, 100), -70.0, (), id="five keys a second on a keyboard"),
        pytest.param(cadence(tone(300, 1.0), 1.0, 10), -70.0, (), id="somebody moves a chair now and then"),
        pytest.param(beat(2), -70.0, (), id="two seconds of anything"),
        pytest.param(beat(20), -70.0, (WITHIN,), id="somebody speaks over it"),
        pytest.param(speech(5, 20), -70.0, (WITHIN,), id="speech"),
    ],
)
def test_what_is_no_sustained_sound(middle: Wave, floor_dbfs: float, voiced: tuple[Span, ...]) -> None:
    assert found(middle, floor_dbfs=floor_dbfs, voiced=voiced) == []


def test_nothing_holds_nothing() -> None:
    assert sustained(pcm(silence(0)), voiced=(), known=(), channel=0) == ()
