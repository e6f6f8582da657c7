"""What a line adds that is no sound of anybody's: an offset and the mains' hum, taken off before anything is measured.

Neither hides a word, and both would pass for loudness, for noise and for clipping.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from qa_service.measures.frames import SAMPLE_RATE, Floats, Samples, chunks

#: Offsets below this (−60 dBFS) are left: they change no figure, and most recordings stay as they came.
_OFFSET = 33
#: Lines of the mains and their first harmonics, looked for in windows of half a second.
_MAINS_HZ, _HARMONICS = (50, 60), (1, 2, 3, 4, 5, 6)
_WINDOW, _WINDOWS = SAMPLE_RATE // 2, 120
#: A line is taken off where it stands so far above what is beside it most of the time, and is as loud as noise.
_STANDS_DB, _LOUD_DBFS = 20.0, -55.0
#: So much around a line goes with it; the mains are held to 0.2 Hz.
_WIDTH_HZ = 1.5


def cleaned(samples: npt.NDArray[np.int16]) -> npt.NDArray[np.int16]:
    """The same sound, shape (channels, samples), without its offset and hum; the very same where it has none."""
    rows = [samples[channel] for channel in range(samples.shape[0])]
    clean = [_without_hum(_without_offset(row)) for row in rows]
    return samples if all(new is old for new, old in zip(clean, rows, strict=True)) else np.stack(clean)


def _without_offset(row: Samples) -> Samples:
    """The offset is the median of the seconds' means: what stands still is still constant without it."""
    means = [float(second.mean()) for second in chunks(row, chunk_ms=1_000) if second.size]
    offset = round(float(np.median(means))) if means else 0
    if abs(offset) < _OFFSET:
        return row
    return np.concatenate([_in_range(chunk.astype(np.int32) - offset) for chunk in chunks(row)])


def _without_hum(row: Samples) -> Samples:
    hertz = _hum_hz(row)
    return np.concatenate([_hushed(chunk, hertz) for chunk in chunks(row)]) if hertz else row


def _hum_hz(row: Samples) -> tuple[int, ...]:
    """The mains' lines that stand out nearly all of the time, and are loud."""
    power = _usual_power(row)
    found = []
    for hertz in (base * times for base in _MAINS_HZ for times in _HARMONICS):
        line = hertz * _WINDOW // SAMPLE_RATE
        beside = (
            np.concatenate((power[line - 9 : line - 4], power[line + 5 : line + 10])) if power.size else power
        )
        top = float(power[line - 1 : line + 2].max()) if power.size else 0.0
        stands = top > 10 ** (_STANDS_DB / 10) * float(np.median(beside)) if power.size else False
        if stands and 10 * np.log10(top) >= _LOUD_DBFS:
            found.append(hertz)
    return tuple(found)


def _usual_power(row: Samples) -> Floats:
    """The median over windows spread over the call, per bin of 2 Hz; a sine of full scale is −3 dB."""
    step = max(_WINDOW, row.shape[0] // _WINDOWS)
    starts = range(0, row.shape[0] - _WINDOW + 1, step)
    if len(starts) < 3:
        return np.zeros(0, np.float32)
    shape = np.hanning(_WINDOW).astype(np.float32)
    spectra = [np.abs(np.fft.rfft(row[at : at + _WINDOW] * shape)) ** 2 for at in starts]
    full = 2 * (float(shape.sum()) / 2 * (1 << 15)) ** 2
    usual: Floats = (np.median(spectra, axis=0) / full).astype(np.float32)
    return usual


def _hushed(chunk: Samples, lines: tuple[int, ...]) -> Samples:
    spectrum = np.fft.rfft(chunk.astype(np.float32))
    hertz = np.arange(spectrum.size) * (SAMPLE_RATE / max(1, chunk.shape[0]))
    for line in lines:
        spectrum[np.abs(hertz - line) <= _WIDTH_HZ] = 0
    return _in_range(np.rint(np.fft.irfft(spectrum, chunk.shape[0])))


def _in_range(values: npt.NDArray[np.int32] | npt.NDArray[np.floating]) -> Samples:
    inside: Samples = np.clip(values, -(1 << 15), (1 << 15) - 1).astype(np.int16)
    return inside
