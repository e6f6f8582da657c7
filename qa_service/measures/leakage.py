"""How much of what is on one channel is explained by the other one: the leak's path, and frame by frame.

The path is one complex gain per frequency, learned from the frames in which the source speaks
(least squares, frames in which the receiver is loud by itself counting little). What the path makes
of the source is then compared with what is there: `explained` is near 1 where the receiver holds
nothing else, near 0 where somebody speaks there, also when both speak at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from qa_service.measures.frames import SAMPLE_RATE, Floats, Samples, frame_power, smooth, to_dbfs
from qa_service.measures.pitch import halve_rate

#: Frames of 128 ms hold the echoes of a small room; one every 64 ms.
WINDOW = 1_024
HOP_MS = 64
_HOP = 8 * HOP_MS
#: Power is averaged over this many frames (256 ms, about a syllable) before a share is taken of it.
_SYLLABLE = 4
_FRAMES = 512
#: 200–3,600 Hz in bins of 7.8 Hz: what every line carries.
_BAND = slice(26, 461)
_HANN: Floats = np.hanning(WINDOW + 1)[:-1].astype(np.float32)
#: Sum of the squared window: spectra come out in the same units as mean power.
_SCALE = float(np.sum(_HANN**2)) * WINDOW / 2

Complexes = npt.NDArray[np.complex64]


@dataclass(frozen=True, slots=True)
class Explained:
    """Per frame of HOP_MS, on the receiver's clock."""

    #: Share of the receiver's power that the leak's path explains, 0–1.
    share: Floats
    #: What is on the receiver, and what the path makes of the source, in dBFS.
    level_dbfs: Floats
    source_dbfs: Floats

    @property
    def drop_db(self) -> Floats:
        """How much quieter the receiver is than the source."""
        return self.source_dbfs - self.level_dbfs


def explained(source: Samples, receiver: Samples, lag_ms: float) -> Explained:
    """What of `receiver` is `source`, heard `lag_ms` later along one unchanging path."""
    delayed = shift(source, lag_ms, receiver.shape[0])
    path = _path(delayed, receiver, _loud_power(delayed))
    parts = [_compare(path, s, r) for s, r in _spectra(delayed, receiver)]
    rest, level, from_source = (
        np.concatenate([part[i] for part in parts]) if parts else np.zeros(0, np.float32) for i in range(3)
    )
    share = 1 - smooth(rest, _SYLLABLE) / np.maximum(smooth(level, _SYLLABLE), 1e-3)
    return Explained(
        np.clip(share, 0, 1).astype(np.float32),
        to_dbfs(smooth(level, _SYLLABLE)),
        to_dbfs(smooth(from_source, _SYLLABLE)),
    )


def shift(samples: Samples, lag_ms: float, length: int) -> Samples:
    """The same sound `lag_ms` later (earlier when negative), cut or filled to `length` samples."""
    by = round(lag_ms * SAMPLE_RATE / 1_000)
    moved = np.zeros(length, np.int16)
    kept = samples[max(0, -by) : max(0, length - by)]
    moved[max(0, by) : max(0, by) + kept.shape[0]] = kept[: max(0, length - max(0, by))]
    return moved


def _spectra(first: Samples, second: Samples) -> Iterator[tuple[Complexes, Complexes]]:
    """Both channels' spectra, a batch of frames at a time."""
    step, overlap = 2 * _HOP * _FRAMES, 2 * (WINDOW - _HOP)
    for start in range(0, first.shape[0], step):
        piece = slice(start, start + step + overlap)
        yield _spectrum(first[piece]), _spectrum(second[piece])


def _spectrum(samples: Samples) -> Complexes:
    slow = halve_rate(samples)
    if slow.size < WINDOW:
        slow = np.concatenate((slow, np.zeros(WINDOW - slow.size, np.float32)))
    frames = np.lib.stride_tricks.sliding_window_view(slow, WINDOW)[::_HOP]
    spectrum: Complexes = np.fft.rfft(frames * _HANN, axis=1)[:, _BAND].astype(np.complex64)
    return spectrum


def _power(spectrum: Complexes) -> Floats:
    power: Floats = (spectrum.real**2 + spectrum.imag**2).sum(axis=1) / np.float32(_SCALE)
    return power


def _loud_power(samples: Samples) -> float:
    power = frame_power(samples)
    return float(np.percentile(power, 95)) + 1 if power.size else 1.0


def _path(source: Samples, receiver: Samples, loud: float) -> Complexes:
    cross = np.zeros(_BAND.stop - _BAND.start, np.complex128)
    own = np.zeros(cross.size)
    for heard, there in _spectra(source, receiver):
        here = _power(heard)
        # Frames count by how loud the source is, in itself and beside the receiver, but none for much
        # more than another: where the source is itself a leak, the receiver may well be silent.
        weight = (here / (here + loud) / (_power(there) + 0.1 * here + 1))[:, None]
        cross += (weight * there * heard.conj()).sum(axis=0)
        own += (weight * (heard.real**2 + heard.imag**2)).sum(axis=0)
    path: Complexes = (cross / np.maximum(own, 1e-9)).astype(np.complex64)
    return path


def _compare(path: Complexes, source: Complexes, receiver: Complexes) -> tuple[Floats, Floats, Floats]:
    return _power(receiver - path * source), _power(receiver), _power(source)
