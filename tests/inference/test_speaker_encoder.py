"""The shipped speaker encoder, run for real on voices made of harmonics."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pytest

from qa_service.core.errors import ModelError, UsageError
from qa_service.inference.mel import BANDS, mel_spectrogram
from qa_service.inference.speakers import SIZE, Ge2eEncoder
from qa_service.ports import SAMPLE_RATE, Samples, SpeakerEncoder

ROOT = Path(__file__).parents[2]
MODEL = ROOT / "models" / "weights" / "ge2e-speaker.onnx"


@pytest.fixture(scope="module")
def encoder() -> Ge2eEncoder:
    return Ge2eEncoder(MODEL)


def voice(pitch_hz: float, formants_hz: tuple[float, ...], ms: int, seed: int = 0) -> Samples:
    """Harmonics under resonances, with a moving pitch: no person, but two of them differ as people do."""
    seconds = np.arange(ms * SAMPLE_RATE // 1_000) / SAMPLE_RATE
    chance = np.random.default_rng(seed)
    moving = pitch_hz * (1 + 0.08 * np.sin(2 * np.pi * (2 + chance.random()) * seconds + 6 * chance.random()))
    phase = 2 * np.pi * np.cumsum(moving) / SAMPLE_RATE
    sound = np.zeros_like(seconds)
    for harmonic in range(1, int(7_000 / pitch_hz)):
        level = sum(1 / (1 + ((harmonic * pitch_hz - f) / 150) ** 2) for f in formants_hz) / harmonic**0.5
        sound += level * np.sin(harmonic * phase)
    beat = 0.6 + 0.4 * np.sin(2 * np.pi * 4 * seconds + chance.random())
    return np.asarray(6_000 * beat * sound / np.abs(sound).max(), np.int16)


DEEP, HIGH = (110.0, (600.0, 1_100.0, 2_400.0)), (230.0, (850.0, 1_900.0, 3_100.0))


def test_every_piece_becomes_a_unit_vector_in_its_place(encoder: Ge2eEncoder) -> None:
    port: SpeakerEncoder = encoder

    rows = port.embed([voice(*DEEP, ms) for ms in (1_600, 400, 2_000)])

    assert rows.shape == (3, SIZE)
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1.0, atol=1e-5)


def test_one_voice_is_more_like_itself_than_like_another(encoder: Ge2eEncoder) -> None:
    deep, deep_again, high, high_again = encoder.embed(
        [voice(*DEEP, 1_600, 1), voice(*DEEP, 1_600, 2), voice(*HIGH, 1_600, 3), voice(*HIGH, 1_600, 4)]
    )

    assert min(deep @ deep_again, high @ high_again) > max(deep @ high, deep_again @ high_again)


def test_a_batch_hears_what_each_piece_alone_hears(encoder: Ge2eEncoder) -> None:
    pieces = [voice(*DEEP, 500), voice(*HIGH, 1_600), voice(*DEEP, 3_000)]

    together, alone = encoder.embed(pieces), [encoder.embed([piece])[0] for piece in pieces]

    np.testing.assert_allclose(together, np.stack(alone), atol=1e-5)


def test_a_quiet_voice_is_the_same_voice(encoder: Ge2eEncoder) -> None:
    loud = voice(*HIGH, 1_600)

    near, far = encoder.embed([(loud // 20).astype(np.int16), (loud // 60).astype(np.int16)])

    assert near @ far > 0.98


def test_silence_and_noise_do_no_harm(encoder: Ge2eEncoder) -> None:
    noise = np.random.default_rng(1).normal(0, 500, 16_000).astype(np.int16)

    assert np.isfinite(encoder.embed([np.zeros(16_000, np.int16), noise])).all()


def test_no_pieces_no_rows(encoder: Ge2eEncoder) -> None:
    assert encoder.embed([]).shape == (0, SIZE)


def test_less_than_400_ms_is_refused(encoder: Ge2eEncoder) -> None:
    with pytest.raises(UsageError, match="400 ms"):
        encoder.embed([voice(*DEEP, 399)])


def test_a_missing_model_says_so(tmp_path: Path) -> None:
    with pytest.raises(ModelError) as caught:
        Ge2eEncoder(tmp_path / "none.onnx")

    assert caught.value.code == "model_missing"


@pytest.mark.parametrize(
    "content", [b"", b"not a model", MODEL.read_bytes()[:1_000_000]], ids=["empty", "text", "cut"]
)
def test_a_damaged_model_says_so(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "damaged.onnx"
    path.write_bytes(content)

    with pytest.raises(ModelError) as caught:
        Ge2eEncoder(path)

    assert caught.value.code == "model_damaged"


def test_the_card_names_the_file_that_is_shipped() -> None:
    card = (ROOT / "models" / "cards" / "ge2e-speaker.md").read_text(encoding="utf-8")

    assert hashlib.sha256(MODEL.read_bytes()).hexdigest() in card


def test_mel_spectrograms_have_a_row_per_10_ms() -> None:
    assert mel_spectrogram(voice(*DEEP, 1_600)).shape == (161, BANDS)


@pytest.mark.parametrize(("hz", "band"), [(200, 2), (1_000, 13), (3_000, 27), (7_000, 38)])
def test_a_tone_lies_in_its_mel_band(hz: int, band: int) -> None:
    tone = (8_000 * np.sin(2 * np.pi * hz * np.arange(16_000) / SAMPLE_RATE)).astype(np.int16)

    assert int(mel_spectrogram(tone)[50].argmax()) in {band - 1, band, band + 1}


def test_quiet_sound_is_raised_and_loud_sound_left_alone() -> None:
    plain = voice(*DEEP, 1_000)

    quiet, quieter, loud = (mel_spectrogram(sound) for sound in (plain // 50, plain // 100, plain * 4))

    assert quieter.sum() == pytest.approx(quiet.sum(), rel=0.05)
    assert loud.sum() > 10 * quiet.sum()
