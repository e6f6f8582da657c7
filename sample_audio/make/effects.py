"""Arithmetic on samples: loudness, pace, telephone band, line noise, resampling."""

from __future__ import annotations

import av
import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]

#: Everything is placed and mixed at the rate of the voice; the recording's own rate comes last.
RATE = 24_000
#: What is kept before and after the speech of a sentence, for soft onsets and endings.
EDGE_MS = 80
_FRAME = RATE // 100
#: A frame counts as voiced down to this far below the loudest one.
_VOICED_DB = -32.0
_CEILING = 0.89


def frames_db(samples: Samples) -> NDArray[np.float64]:
    """Level of every 10 ms in dBFS."""
    whole = samples[: len(samples) // _FRAME * _FRAME].astype(np.float64).reshape(-1, _FRAME)
    levels: NDArray[np.float64] = 10 * np.log10(np.mean(whole**2, axis=1) + 1e-12)
    return levels


def _voiced(samples: Samples) -> NDArray[np.bool_]:
    levels = frames_db(samples)
    voiced: NDArray[np.bool_] = levels > levels.max() + _VOICED_DB
    return voiced


def voiced_ms(samples: Samples) -> int:
    return 10 * int(_voiced(samples).sum())


def voiced_dbfs(samples: Samples) -> float:
    """Loudness of the speech, pauses left out."""
    levels = frames_db(samples)[_voiced(samples)]
    return float(10 * np.log10(np.mean(10 ** (levels / 10))))


def trimmed(samples: Samples) -> Samples:
    """Speech with exactly EDGE_MS around it: soft onsets stay, times in the truth file are those of speech."""
    edge = RATE * EDGE_MS // 1000
    where = np.flatnonzero(_voiced(samples))
    first, last = where[0] * _FRAME, (where[-1] + 1) * _FRAME + 2 * edge
    kept = np.pad(samples, edge)[first:last].astype(np.float32)
    fade = np.linspace(0, 1, edge // 2, dtype=np.float32)
    kept[: edge // 2] *= fade
    kept[-(edge // 2) :] *= fade[::-1]
    return kept


def stretched(samples: Samples, factor: float) -> Samples:
    """The same voice, `factor` times as long: overlapping windows, each moved to where it fits best (WSOLA)."""
    hop, reach = RATE // 100, RATE // 200
    window = np.hanning(2 * hop).astype(np.float32)
    source = np.pad(samples, (reach, 4 * hop + reach)).astype(np.float32)
    out = np.zeros(int(len(samples) * factor) + 3 * hop, dtype=np.float32)
    read = reach
    for write in range(0, len(out) - 2 * hop, hop):
        out[write : write + 2 * hop] += source[read : read + 2 * hop] * window
        wanted = source[read + hop : read + 3 * hop]
        near = reach + int((write + hop) / factor)
        around = source[near - reach : near + reach + 2 * hop]
        if len(around) < 2 * hop + 2 * reach or len(wanted) < 2 * hop:
            break
        read = near - reach + int(np.argmax(np.correlate(around, wanted, mode="valid")))
    return out


def at_level(samples: Samples, dbfs: float) -> Samples:
    """The same speech at `dbfs`, its rare peaks rounded below full scale."""
    louder = samples * 10 ** ((dbfs - voiced_dbfs(samples)) / 20)
    knee = 0.6
    over = np.abs(louder) > knee
    room = _CEILING - knee
    louder[over] = np.sign(louder[over]) * (knee + room * np.tanh((np.abs(louder[over]) - knee) / room))
    return louder.astype(np.float32)


def telephone_band(samples: Samples, low_hz: float = 280, high_hz: float = 3_450) -> Samples:
    """What a narrow-band line lets through."""
    spectrum = np.fft.rfft(samples)
    hz = np.fft.rfftfreq(len(samples), 1 / RATE)
    keep = 1 / (1 + (low_hz / np.maximum(hz, 1)) ** 8) / (1 + (hz / high_hz) ** 24)
    return np.fft.irfft(spectrum * keep, len(samples)).astype(np.float32)


def line_noise(length: int, dbfs: float, rng: np.random.Generator) -> Samples:
    """Steady, slightly dark noise of a line."""
    white = rng.standard_normal(length)
    dark = np.convolve(white, [0.5, 0.3, 0.2], mode="same")
    return (dark / float(np.std(dark)) * 10 ** (dbfs / 20)).astype(np.float32)


def resample(samples: Samples, from_rate: int, to_rate: int) -> Samples:
    """Band-limited resampling of one channel."""
    resampler = av.AudioResampler(format="flt", layout="mono", rate=to_rate)
    frame = av.AudioFrame.from_ndarray(samples[None].astype(np.float32), format="flt", layout="mono")
    frame.sample_rate = from_rate
    out = [*resampler.resample(frame), *resampler.resample(None)]
    return np.concatenate([part.to_ndarray()[0] for part in out]).astype(np.float32)
