"""Mel spectrograms as the GE2E encoder was trained on: 40 bands of power, 25 ms windows, 10 ms steps.

The same numbers as librosa's `melspectrogram(y, sr=16000, n_fft=400, hop_length=160, n_mels=40)` of the
time the model was trained (reflected edges, Slaney's scale and norm), in numpy alone.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt

from qa_service.ports import SAMPLE_RATE, Samples

Floats = npt.NDArray[np.float32]
BANDS = 40
_WINDOW, _STEP = 400, 160
#: Quieter sound is raised to this level; louder sound is left as it is.
_LEVEL_DBFS = -30.0
#: Slaney's scale is linear below 1 kHz, logarithmic above.
_HZ_PER_MEL, _BREAK_HZ, _LOG_STEP = 200.0 / 3, 1_000.0, float(np.log(6.4)) / 27.0


def mel_spectrogram(samples: Samples) -> Floats:
    """One row of band powers per 10 ms, [frames, BANDS]; needs at least 25 ms of sound."""
    sound = _raised(samples.astype(np.float32) / 32_768.0)
    padded = np.pad(sound, _WINDOW // 2, mode="reflect")
    frames = np.lib.stride_tricks.sliding_window_view(padded, _WINDOW)[::_STEP]
    power = np.abs(np.fft.rfft(frames * _hann(), axis=1)) ** 2
    return (power @ _filters()).astype(np.float32)


def _raised(sound: Floats) -> Floats:
    """Quiet sound at the level the model knows; silence stays silence."""
    rms = float(np.sqrt(np.mean(sound**2)))
    target = 10 ** (_LEVEL_DBFS / 20)
    return sound * np.float32(target / rms) if 0 < rms < target else sound


@cache
def _hann() -> Floats:
    """The periodic Hann window."""
    return np.hanning(_WINDOW + 1)[:-1].astype(np.float32)


@cache
def _filters() -> Floats:
    """Triangles between neighbouring mel frequencies, each of the same area; [bins, BANDS]."""
    edges = _hz(np.linspace(0.0, _mel(SAMPLE_RATE / 2), BANDS + 2))
    bins = np.linspace(0.0, SAMPLE_RATE / 2, _WINDOW // 2 + 1)
    rising = (bins[:, None] - edges[None, :-2]) / (edges[1:-1] - edges[:-2])
    falling = (edges[None, 2:] - bins[:, None]) / (edges[2:] - edges[1:-1])
    triangles = np.maximum(0.0, np.minimum(rising, falling))
    return (triangles * (2.0 / (edges[2:] - edges[:-2]))).astype(np.float32)


def _mel(hz: float) -> float:
    """Mels of a frequency above the break."""
    return _BREAK_HZ / _HZ_PER_MEL + float(np.log(hz / _BREAK_HZ)) / _LOG_STEP


def _hz(mels: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Frequencies of mels."""
    above = _BREAK_HZ * np.exp(_LOG_STEP * (mels - _BREAK_HZ / _HZ_PER_MEL))
    return np.where(mels < _BREAK_HZ / _HZ_PER_MEL, _HZ_PER_MEL * mels, above)
