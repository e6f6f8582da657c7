"""What the spectrum says of a line: where the band of its speech ends, and mains hum in its pauses."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from qa_service.core.time import Span
from qa_service.measures.frames import FRAME_MS, SAMPLE_RATE, Floats, Mask, Samples, chunks, cut, to_dbfs

_FFT = 1_024
#: The band ends where the power falls this far under its level at 500–2,000 Hz.
_BAND_EDGE_DB = 30.0
_HUM_HZ = (50, 60)
#: Harmonics of the mains up to here are taken off; above, nothing is left of them.
_HUM_TOP_HZ = 600.0
#: So far around a harmonic: 50 Hz is held to 0.2 Hz, and the eighth moves eight times as far.
_HUM_WIDTH_HZ = 2.0


def bandwidth_hz(samples: Samples, spans: Sequence[Span]) -> int | None:
    """The highest frequency that is still within _BAND_EDGE_DB of the middle of the voice."""
    total = sum((_spectrum(cut(samples, span)) for span in spans[:: max(1, len(spans) // 50)]), np.zeros(1))
    if total.size == 1 or not total.any():
        return None
    level = to_dbfs(np.convolve(total, np.ones(9) / 9, mode="same") + 1e-9)
    middle = float(level[32:128].mean())
    return int(np.flatnonzero(level > middle - _BAND_EDGE_DB)[-1] * SAMPLE_RATE / _FFT)


def hum_db(samples: Samples, is_voice: Mask) -> float | None:
    """The strongest of 50 or 60 Hz with their first harmonics, in dB over the bins around them."""
    quiet = np.flatnonzero(~is_voice[: samples.shape[0] // (FRAME_MS * 16)])
    window = SAMPLE_RATE // 2
    starts = quiet[::50] * FRAME_MS * 16
    ends = np.minimum(starts + window, samples.shape[0])
    whole = [s for s, e in zip(starts.tolist(), ends.tolist(), strict=True) if e - s == window]
    whole = [s for s in whole if not is_voice[s // 160 : (s + window) // 160].any()][:120]
    if not whole or not any(samples[s : s + window].any() for s in whole):
        return None
    shape = np.hanning(window).astype(np.float32)
    mean = np.mean([np.abs(np.fft.rfft(samples[s : s + window] * shape)) ** 2 for s in whole], axis=0)
    return round(max(_over(mean, base) for base in _HUM_HZ), 1)


def without_hum(samples: Samples) -> Samples:
    """The same sound without the mains' 50 and 60 Hz and their harmonics: they mask no speech.

    Whoever speaks at exactly these pitches loses a little of the power too.
    """
    pieces = [_hushed(chunk) for chunk in chunks(samples)]
    return np.concatenate(pieces) if pieces else samples


def _hushed(chunk: Samples) -> Samples:
    spectrum = np.fft.rfft(chunk.astype(np.float32))
    hertz = np.arange(spectrum.size) * (SAMPLE_RATE / chunk.shape[0])
    for base in _HUM_HZ:
        off = np.abs(hertz - base * np.round(hertz / base))
        spectrum[(off <= _HUM_WIDTH_HZ) & (hertz <= _HUM_TOP_HZ) & (hertz > _HUM_WIDTH_HZ)] = 0
    hushed = np.clip(np.rint(np.fft.irfft(spectrum, chunk.shape[0])), -32_768, 32_767)
    return hushed.astype(np.int16)


def _spectrum(samples: Samples) -> Floats:
    """Mean power per bin of 15.6 Hz, summed over frames of 64 ms."""
    total = np.zeros(_FFT // 2 + 1, np.float64)
    for chunk in chunks(samples):
        rows = chunk[: chunk.shape[0] // _FFT * _FFT].reshape(-1, _FFT).astype(np.float32)
        spectrum = np.fft.rfft(rows * np.hanning(_FFT).astype(np.float32), axis=1)
        total += (spectrum.real**2 + spectrum.imag**2).sum(axis=0)
    return total.astype(np.float32)


def _over(power: Floats, base_hz: int) -> float:
    """Power at a frequency and its harmonics (bins of 2 Hz) over the median of the bins between."""
    lines = [base_hz * k // 2 for k in (1, 2, 3, 5)]
    tops = [float(power[line - 1 : line + 2].max()) for line in lines]
    beside = [float(np.median(power[line - 9 : line - 4])) + 1e-6 for line in lines]
    return float(np.max(10 * np.log10(np.array(tops) / np.array(beside) + 1e-9)))
