"""Sounds of the line that nobody speaks: ringback, hold music, the beep of a mailbox. All made by code."""

from __future__ import annotations

import numpy as np

from .effects import RATE, Samples

_RINGBACK_HZ, _BEEP_HZ = 450.0, 1_000.0
#: Chords of the hold music as semitones above A3; the tune is our own.
_CHORDS = ((3, 7, 10, 15), (0, 3, 7, 12), (8, 12, 15, 20), (10, 14, 17, 22))
_NOTE_MS = 280


def ringback(duration_ms: int) -> Samples:
    """Chinese ringback: 450 Hz, one second on, four seconds off."""
    seconds = np.arange(RATE * duration_ms // 1000) / RATE
    return (_tone(seconds, _RINGBACK_HZ) * (seconds % 5 < 1) * 0.12).astype(np.float32)


def beep(duration_ms: int) -> Samples:
    seconds = np.arange(RATE * duration_ms // 1000) / RATE
    return (_tone(seconds, _BEEP_HZ) * 0.15).astype(np.float32)


def music(duration_ms: int) -> Samples:
    """Plucked broken chords, fading in and out."""
    out = np.zeros(RATE * duration_ms // 1000, dtype=np.float32)
    step, ring = RATE * _NOTE_MS // 1000, RATE * 1_200 // 1000
    for index, start in enumerate(range(0, len(out), step)):
        chord = _CHORDS[index // 8 % len(_CHORDS)]
        note = _pluck(220 * 2 ** (chord[(0, 2, 1, 3, 2, 1, 3, 2)[index % 8]] / 12), ring)
        out[start : start + ring] += note[: len(out) - start]
    fade = np.minimum(1, np.minimum(np.arange(len(out)), np.arange(len(out))[::-1]) / (RATE / 2))
    return (out * fade).astype(np.float32)


def _pluck(hz: float, length: int) -> Samples:
    seconds = np.arange(length) / RATE
    wave = sum(_tone(seconds, hz * k) / k**2 for k in (1, 2, 3))
    return (wave * np.exp(-4 * seconds) * np.minimum(1, seconds * 200) * 0.09).astype(np.float32)


def _tone(seconds: np.ndarray, hz: float) -> np.ndarray:
    return np.sin(2 * np.pi * hz * seconds)


MAKERS = {"ringback": ringback, "music": music, "beep": beep}
