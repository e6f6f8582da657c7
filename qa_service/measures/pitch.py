"""How high somebody speaks, and how lively: median and range of the pitch of voiced frames.

Autocorrelation of Hann-windowed frames divided by the window's own (Boersma 1993), at 8 kHz, so
that telephone and wide-band sound measure the same. The fundamental itself need not be there
(telephones cut it off below 300 Hz): its harmonics repeat with its period. Octave errors are the
known fault of the method; each frame therefore keeps several candidates, and a second look prefers
the candidate nearest to the speaker's own median.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from qa_service.core.time import Span, merge
from qa_service.measures.frames import Floats, Samples, cut

LOWEST_HZ = 60.0
HIGHEST_HZ = 500.0
#: A frame is voiced when it repeats itself this well (0–1). White noise stays below 0.4.
VOICING = 0.5
#: Fewer voiced frames than this (160 ms of voice) are too little to say anything.
FEWEST_FRAMES = 8
#: Frames further below the loudest ones are left out: noise and reverberation.
GATE_DB = 30.0
HOP_MS = 20

_RATE = 8_000
_WINDOW = 336  # 42 ms: two and a half periods of 60 Hz
_FFT = 512  # ≥ window + longest lag: nothing wraps round
_HOP = _RATE * HOP_MS // 1_000
_SHORTEST = int(_RATE / HIGHEST_HZ)
_LONGEST = int(np.ceil(_RATE / LOWEST_HZ))
_CANDIDATES = 5
#: Per octave: how much a period twice as long must fit better to be believed (Boersma's 0.01–0.05).
_OCTAVE_COST = 0.05
#: Per octave away from the speaker's median, on the second look.
_LEAP_COST = 0.30
_BATCH = 3_000
#: 1.6 s of voice: beyond it frames are left out evenly.
_ENOUGH_FRAMES = 80
_HANN: Floats = np.hanning(_WINDOW).astype(np.float32)


def _lag_window() -> Floats:
    spectrum = np.fft.rfft(_HANN, _FFT)
    own = np.fft.irfft(np.abs(spectrum) ** 2)[: _LONGEST + 2]
    scaled: Floats = (own / own[0]).astype(np.float32)
    return scaled


_OWN: Floats = _lag_window()
#: Half-band low pass (31 taps, Hamming): what is left can be halved in rate without folding.
_TAPS: Floats = (np.hamming(31) * np.sinc(np.arange(-15, 16) / 2.0) / 2.0).astype(np.float32)


@dataclass(frozen=True, slots=True)
class Pitch:
    """The pitch of a stretch of speech."""

    median_hz: float
    #: From the 5th to the 95th percentile of the voiced frames; a monotone voice is under 3.
    range_semitones: float
    #: Share of the frames that were voiced, 0–1.
    voiced_share: float


def pitch(samples: Samples, voiced: Iterable[Span]) -> Pitch | None:
    """Median pitch and range over the voiced spans of one channel; None when not sure."""
    frames = [_frames(cut(samples, span)) for span in merge(voiced)]
    loud = _loud(np.concatenate(frames)) if frames else np.zeros((0, _WINDOW), np.float32)
    if loud.shape[0] < FEWEST_FRAMES:
        return None
    # Of a long stretch every second or third frame tells as much, for less work.
    loud = loud[:: max(1, loud.shape[0] // _ENOUGH_FRAMES)]
    parts = [_candidates(loud[i : i + _BATCH]) for i in range(0, loud.shape[0], _BATCH)]
    hertz = np.concatenate([part[0] for part in parts])
    fit = np.concatenate([part[1] for part in parts])
    track = _track(hertz, fit)
    return _summary(track, loud.shape[0]) if track.size >= FEWEST_FRAMES else None


def halve_rate(samples: Samples) -> Floats:
    """8 kHz from 16 kHz, without folding what lies above 4 kHz back."""
    if samples.shape[0] < _TAPS.size:
        return np.zeros(0, np.float32)
    # A half-band filter is zero at every other tap but the middle: only half of it is work.
    even = samples[: samples.shape[0] // 2 * 2 : 2].astype(np.float32)
    odd = samples[1 : samples.shape[0] // 2 * 2 : 2].astype(np.float32)
    slow: Floats = even * _TAPS[15] + np.convolve(odd, _TAPS[::2], mode="full")[7 : 7 + even.size]
    return slow


def _frames(samples: Samples) -> Floats:
    slow = halve_rate(samples)
    if slow.size < _WINDOW:
        return np.zeros((0, _WINDOW), np.float32)
    frames: Floats = np.lib.stride_tricks.sliding_window_view(slow, _WINDOW)[::_HOP]
    return frames


def _loud(frames: Floats) -> Floats:
    power = np.einsum("ij,ij->i", frames, frames)
    if power.size == 0:
        return frames
    gate = np.percentile(power, 95) * 10 ** (-GATE_DB / 10)
    kept: Floats = frames[power > max(float(gate), float(_WINDOW))]
    return kept


def _autocorrelation(frames: Floats) -> Floats:
    centred = (frames - frames.mean(axis=1, keepdims=True)) * _HANN
    spectrum = np.fft.rfft(centred, _FFT, axis=1)
    power = spectrum.real**2 + spectrum.imag**2
    raw = np.fft.irfft(power, axis=1)[:, : _LONGEST + 2]
    scaled: Floats = (raw / np.maximum(raw[:, :1], 1e-6) / _OWN).astype(np.float32)
    return scaled


def _candidates(frames: Floats) -> tuple[Floats, Floats]:
    """The best few peaks of every frame: their pitch in Hz, and how well they fit (0 where none)."""
    values = _autocorrelation(frames)
    lags = np.arange(_SHORTEST, _LONGEST + 1)
    before, here, after = values[:, lags - 1], values[:, lags], values[:, lags + 1]
    bend = np.minimum(before - 2 * here + after, -1e-6)
    shift = np.clip((before - after) / (2 * bend), -0.5, 0.5)
    height = here - (before - after) * shift / 4
    is_peak = (here >= before) & (here > after)
    fit = np.where(is_peak, np.minimum(height, 1.0), 0.0)
    ranked = fit - np.where(is_peak, _OCTAVE_COST * np.log2(lags / _SHORTEST), 1.0)
    best = np.argpartition(-ranked, _CANDIDATES, axis=1)[:, :_CANDIDATES]
    hertz = _RATE / (lags + shift)
    pick = np.take_along_axis
    return pick(hertz, best, 1).astype(np.float32), pick(fit, best, 1).astype(np.float32)


def _track(hertz: Floats, fit: Floats) -> Floats:
    """One pitch per voiced frame: first by fit alone, then again with the speaker's median in mind."""
    octave = np.log2(hertz / LOWEST_HZ)
    first = _choose(octave, fit + _OCTAVE_COST * octave, fit)
    if first.size == 0:
        return first
    middle = float(np.median(first))
    score = fit + _OCTAVE_COST * octave - _LEAP_COST * np.abs(octave - middle)
    second = _choose(octave, score, fit)
    return (LOWEST_HZ * 2**second).astype(np.float32)


def _choose(octave: Floats, score: npt.NDArray[np.floating], fit: Floats) -> Floats:
    rows = np.arange(octave.shape[0])
    chosen = score.argmax(axis=1)
    kept: Floats = octave[rows, chosen][fit[rows, chosen] >= VOICING]
    return kept


def _summary(track: Floats, frames: int) -> Pitch:
    low, middle, high = (float(value) for value in np.percentile(track, (5, 50, 95)))
    return Pitch(
        median_hz=round(middle, 1),
        range_semitones=round(float(12 * np.log2(high / low)), 1),
        voiced_share=round(track.size / frames, 3),
    )
