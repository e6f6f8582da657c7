"""Sounds of the line that nobody speaks, 16 kHz int16."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from qa_service.ports import SAMPLE_RATE, Samples

Wave = npt.NDArray[np.float64]


def _clock(seconds: float) -> Wave:
    return np.arange(int(seconds * SAMPLE_RATE)) / SAMPLE_RATE


def _tone(hz: float, seconds: float) -> Wave:
    return np.sin(2 * np.pi * hz * _clock(seconds))


def _pulsed(wave: Wave, on: float, off: float) -> Wave:
    return wave * ((np.arange(len(wave)) / SAMPLE_RATE) % (on + off) < on)


def _noise(seconds: float, dbfs: float) -> Wave:
    return np.random.default_rng(5).normal(0, 10 ** (dbfs / 20), int(seconds * SAMPLE_RATE))


def _dtmf(seconds: float) -> Wave:
    return _pulsed(0.5 * _tone(770, seconds) + 0.5 * _tone(1_336, seconds), 0.1, 0.1)


def _music(seconds: float) -> Wave:
    """Chords of four voices that change every half second, with a little decay."""
    wave = np.zeros(int(seconds * SAMPLE_RATE))
    step = SAMPLE_RATE // 2
    for bar, at in enumerate(range(0, len(wave) - step + 1, step)):
        root = 220 * 2 ** ((0, 5, 7, 3)[bar % 4] / 12)
        chord = sum(_tone(root * 2 ** (k / 12), 0.5) for k in (0, 4, 7, 12))
        wave[at : at + step] = chord / 4 * np.exp(-2 * _clock(0.5))
    return wave


#: Chinese ringback is 450 Hz, 1 s on and 4 s off; busy 0.35 s on and off (YD/T 1 s 4 s, 350 ms).
NOBODY: dict[str, Callable[[float], Wave]] = {
    "digital silence": lambda s: np.zeros(int(s * SAMPLE_RATE)),
    "ringback": lambda s: 0.3 * _pulsed(_tone(450, s), 1.0, 4.0),
    "busy tone": lambda s: 0.3 * _pulsed(_tone(450, s), 0.35, 0.35),
    "dial tone": lambda s: 0.3 * _tone(450, s),
    "keys": lambda s: 0.4 * _dtmf(s),
    "hold music": lambda s: 0.4 * _music(s),
    "soft noise": lambda s: _noise(s, -40),
    "loud noise": lambda s: _noise(s, -20),
    "hum": lambda s: 0.05 * _tone(50, s) + 0.02 * _tone(150, s),
}


def sound(name: str, seconds: float = 20) -> Samples:
    return (NOBODY[name](seconds) * 32_767).clip(-32_768, 32_767).astype(np.int16)
