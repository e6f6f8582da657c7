from __future__ import annotations

import numpy as np
import pytest

from qa_service.core.speech import Sound, SoundKind
from qa_service.core.time import Span, total_ms
from qa_service.measures.sounds import not_speech, sounds
from tests.measures.calls import SAMPLES, decoded, stereo_names
from tests.measures.voices import Sound as Wave
from tests.measures.voices import (
    at_level,
    cadence,
    keys,
    noise,
    pcm,
    silence,
    speech,
    telephone,
    tone,
    tune,
)

LEAD = silence(2)


def heard(wave: Wave, *, on_telephone: bool) -> tuple[Sound, ...]:
    line = np.concatenate((LEAD, wave, LEAD))
    line = line + noise(1, line.size / 16_000, dbfs=-62)[: line.size]
    return sounds(pcm(telephone(line) if on_telephone else line))


@pytest.mark.parametrize("on_telephone", [True, False], ids=["telephone", "wide band"])
@pytest.mark.parametrize(
    ("wave", "kind", "lasts_ms"),
    [
        pytest.param(cadence(tone(450, 1), 4, 3), SoundKind.RINGBACK, 11_000, id="Chinese ringback"),
        pytest.param(tone(450, 1), SoundKind.RINGBACK, 1_000, id="one ring"),
        pytest.param(cadence(tone(425, 1), 4, 2), SoundKind.RINGBACK, 6_000, id="European ringback"),
        pytest.param(
            cadence(tone(440, 2) + tone(480, 2), 4, 3), SoundKind.RINGBACK, 14_000, id="American ringback"
        ),
        pytest.param(cadence(tone(450, 0.35), 0.35, 8), SoundKind.BUSY, 5_250, id="Chinese busy"),
        pytest.param(
            cadence(tone(480, 0.5) + tone(620, 0.5), 0.5, 6), SoundKind.BUSY, 5_500, id="American busy"
        ),
        pytest.param(tone(450, 5), SoundKind.BUSY, 5_000, id="a dial tone: nobody is there"),
        pytest.param(tone(1_000, 0.5), SoundKind.BEEP, 500, id="a mailbox beeps"),
        pytest.param(tone(1_400, 0.3), SoundKind.BEEP, 300, id="a short, high beep"),
        pytest.param(tone(440, 0.4), SoundKind.BEEP, 400, id="a beep at 440 Hz is no busy tone"),
        pytest.param(tune(1, 12), SoundKind.MUSIC, 12_000, id="a plucked tune"),
        pytest.param(tune(2, 12, note_seconds=0.15), SoundKind.MUSIC, 12_000, id="a fast tune"),
        pytest.param(tune(3, 12, note_seconds=1, voices=3), SoundKind.MUSIC, 12_000, id="slow chords"),
        pytest.param(noise(7, 8, dbfs=-35), SoundKind.NOISE, 8_000, id="a fan"),
    ],
)
def test_sounds_of_the_line(wave: Wave, kind: SoundKind, lasts_ms: int, on_telephone: bool) -> None:
    found = heard(wave, on_telephone=on_telephone)

    assert {sound.kind for sound in found} == {kind}
    assert total_ms(sound.span for sound in found) == pytest.approx(lasts_ms, abs=max(60, lasts_ms * 0.15))
    assert found[0].span.start_ms == pytest.approx(2_000, abs=400)


@pytest.mark.parametrize("on_telephone", [True, False], ids=["telephone", "wide band"])
@pytest.mark.parametrize("ms", [60, 80, 120])
def test_every_key_is_heard(ms: int, on_telephone: bool) -> None:
    found = heard(keys("13800*#", ms=ms), on_telephone=on_telephone)

    assert [sound.kind for sound in found] == [SoundKind.DTMF] * 7


@pytest.mark.parametrize(
    "wave",
    [
        pytest.param(silence(10), id="silence"),
        pytest.param(noise(1, 10, dbfs=-62), id="a quiet line"),
        pytest.param(speech(1, 20, hertz=110), id="a deep voice"),
        pytest.param(speech(2, 20, hertz=330), id="a high voice"),
        pytest.param(speech(3, 20, hertz=220) + noise(2, 20, dbfs=-40), id="a voice in noise"),
        pytest.param(tone(1_000, 0.08), id="a click"),
        pytest.param(np.repeat(tone(1_000, 0.1), 1) * 0.001, id="a beep that nobody hears"),
        pytest.param(at_level(speech(4, 20), -45), id="a faint voice"),
    ],
)
@pytest.mark.parametrize("on_telephone", [True, False], ids=["telephone", "wide band"])
def test_speech_and_silence_are_no_sounds(wave: Wave, on_telephone: bool) -> None:
    assert heard(wave, on_telephone=on_telephone) == ()


def test_whoever_answers_between_two_rings_is_not_swallowed() -> None:
    ring, voice = tone(450, 1, dbfs=-20), at_level(speech(5, 3), -22)
    wave = np.concatenate((ring, silence(4), ring, silence(0.5), voice, silence(0.5), ring))

    found = heard(wave, on_telephone=True)

    answered = Span(2_000 + 6_500, 2_000 + 9_500)
    assert sum(span.overlap_ms(answered) for span in not_speech(found)) == 0


def test_a_tune_that_holds_450_hertz_is_a_tune() -> None:
    notes = cadence(tone(450, 0.35) + 0.5 * tone(900, 0.35) + 0.3 * tone(1_350, 0.35), 0.0, 20)
    wave = np.concatenate((notes, tune(4, 8)))

    found = heard(wave, on_telephone=False)

    assert SoundKind.BUSY not in {sound.kind for sound in found}


@pytest.mark.skipif(not stereo_names(), reason="the sample calls are not there yet")
@pytest.mark.parametrize("name", stereo_names())
def test_no_speech_of_the_sample_calls_is_taken_for_music_or_tones(name: str) -> None:
    rows = decoded(next(p for p in SAMPLES.glob(f"{name}.*") if p.suffix in {".wav", ".m4a"}))

    lost_ms = [total_ms(not_speech(sounds(row))) for row in rows]

    assert lost_ms == [0, 0]


def test_speech_after_hold_music_is_kept_within_a_second() -> None:
    wave = np.concatenate((tune(6, 15), speech(6, 15, dbfs=-20)))

    lost = not_speech(heard(wave, on_telephone=True))

    assert sum(span.overlap_ms(Span(18_000, 32_000)) for span in lost) == 0
    assert sum(span.overlap_ms(Span(2_000, 17_000)) for span in lost) >= 11_000


def test_noise_is_not_left_out_of_recognition() -> None:
    assert not_speech([Sound(Span(0, 9), SoundKind.NOISE), Sound(Span(9, 12), SoundKind.MUSIC)]) == (
        Span(9, 12),
    )


def test_the_channel_is_told() -> None:
    assert {sound.channel for sound in sounds(pcm(tone(450, 1)), channel=1)} == {1}


@pytest.mark.parametrize("start_ms", [59_200, 59_500, 59_900, 61_000], ids=str)
def test_a_ring_over_the_end_of_a_minute_is_one_ring(start_ms: int) -> None:
    wave = np.concatenate((silence(start_ms / 1_000), tone(450, 1), silence(3)))

    found = sounds(pcm(wave))

    assert [sound.kind for sound in found] == [SoundKind.RINGBACK]
    assert found[0].span.start_ms == pytest.approx(start_ms, abs=30)
    assert found[0].span.end_ms == pytest.approx(start_ms + 1_000, abs=30)


def test_the_clock_does_not_drift_over_ten_minutes() -> None:
    wave = np.concatenate((silence(600), tune(8, 10), silence(5), tone(1_000, 0.5), silence(1)))

    found = sounds(pcm(wave))

    assert [sound.kind for sound in found] == [SoundKind.MUSIC, SoundKind.BEEP]
    assert found[0].span.start_ms == pytest.approx(600_000, abs=300)
    assert found[1].span.start_ms == pytest.approx(615_000, abs=30)
