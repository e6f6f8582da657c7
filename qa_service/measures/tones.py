"""Tones of the line: stretches in which one or two frequencies hold nearly all the power, unmoved."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from qa_service.core.time import Span
from qa_service.measures.frames import Floats, Mask, to_dbfs
from qa_service.measures.pieces import PIECE_MS

HOP_MS = 20
_WINDOW = 320  # 40 ms at 8 kHz: the shortest key press is heard twice
_HOP = 8 * HOP_MS
_ROWS = PIECE_MS // HOP_MS
_FFT = 512
_HZ = 8_000 / _FFT
#: 200–3,800 Hz.
_LOW, _HIGH = 13, 244
#: A Hann window's main lobe, ±50 Hz.
_LOBE = 4
#: Share of the power in the one or two strongest lines. Voices reach it for a frame, not for three.
_PURE = 0.9
#: The weaker of two tones is at most this much under the stronger (share of power): 12 dB.
_WEAKER = 0.06
_QUIETEST_DBFS = -50.0
#: Frame to frame a tone stays within this; 440 + 480 Hz in one window seem to move by as much.
_STEADY_HZ = 24.0
_HANN: Floats = np.hanning(_WINDOW).astype(np.float32)
_SCALE = float(np.sum(_HANN**2) * _FFT / 2)


@dataclass(frozen=True, slots=True)
class Tone:
    """One or two frequencies (the lower first, 0 when there is only one) that sound together."""

    span: Span
    low_hz: float
    high_hz: float
    #: How far the level strays, from its 10th to its 90th percentile.
    wobble_db: float
    #: How far the lower frequency moves from the first half to the second.
    drift_hz: float
    level_dbfs: float


Lines = tuple[Floats, Floats, Floats]


def tones(lines: Sequence[Lines]) -> tuple[Tone, ...]:
    """Every stretch of at least three frames (60 ms) on one steady tone or pair of tones.

    `lines` are those of consecutive pieces of one channel.
    """
    if not lines:
        return ()
    low, high, level = (np.concatenate([piece[i] for piece in lines]) for i in range(3))
    return tuple(_steady(low, high, level))


def lines_in(slow: Floats) -> Lines:
    """Per hop of a piece at 8 kHz: the frequencies of the one or two lines (0: no pure tone), and the level.

    What counts are three tones in a row, so every second hop is looked at first, and the others only
    beside a tone.
    """
    rows = min(slow.size // _HOP, _ROWS)
    low, high, level = (np.zeros(rows, np.float32) for _ in range(3))
    if rows == 0:
        return low, high, level
    padded = np.concatenate((slow, np.zeros(_WINDOW, np.float32)))
    view = np.lib.stride_tricks.sliding_window_view(padded, _WINDOW)[::_HOP][:rows]
    loud = _loud(slow, rows)
    for parity in (0, 1):
        at = np.flatnonzero(loud[parity::2]) * 2 + parity
        if parity:
            at = at[_beside(low > 0)[at]]
        low[at], high[at], level[at] = _pure(view[at])
    return low, high, level


def _loud(slow: Floats, rows: int) -> Mask:
    """Windows that can reach _QUIETEST_DBFS: a Hann window passes at most 1 / 0.375 of the mean power."""
    hops = slow[: rows * _HOP].reshape(rows, _HOP)
    power = (
        np.append(np.einsum("ij,ij->i", hops, hops), np.square(slow[rows * _HOP : (rows + 1) * _HOP]).sum())
        / _WINDOW
    )
    loud: Mask = to_dbfs((power[:-1] + power[1:]) / 0.375) > _QUIETEST_DBFS
    return loud


def _beside(mask: Mask) -> Mask:
    """Whether the frame before or behind is true."""
    wide = np.concatenate(([False], mask, [False]))
    beside: Mask = wide[:-2] | wide[2:]
    return beside


def _pure(windows: Floats) -> Lines:
    """Per window: the lower and the higher line, 0 where it is no pure tone, and the level."""
    spectrum = np.fft.rfft(windows * _HANN, _FFT, axis=1)[:, _LOW - 1 : _HIGH + 1]
    power = (spectrum.real**2 + spectrum.imag**2).astype(np.float32)
    total = power.sum(axis=1) + 1e-3
    first_hz, first, rest = _strongest(power)
    second_hz, second, _ = _strongest(rest)
    level = to_dbfs(total / _SCALE)
    single = (first / total >= _PURE) & (second < _WEAKER * first)
    double = ((first + second) / total >= _PURE) & ~single
    is_tone = (single | double) & (level > _QUIETEST_DBFS)
    low = np.where(double, np.minimum(first_hz, second_hz), first_hz)
    high = np.where(double, np.maximum(first_hz, second_hz), 0)
    return _only(low, is_tone), _only(high, is_tone), level


def _only(values: Floats, mask: Mask) -> Floats:
    kept: Floats = np.where(mask, values, 0).astype(np.float32)
    return kept


def _strongest(power: Floats) -> tuple[Floats, Floats, Floats]:
    """The strongest line of every row: its frequency, its power, and the row without it."""
    rows = np.arange(power.shape[0])
    at = np.clip(power[:, 1:-1].argmax(axis=1) + 1, 1, power.shape[1] - 2)
    log = np.log(power[rows[:, None], at[:, None] + np.arange(-1, 2)] + 1e-6)
    bend = np.minimum(log[:, 0] - 2 * log[:, 1] + log[:, 2], -1e-6)
    hertz = (at + _LOW - 1 + np.clip((log[:, 0] - log[:, 2]) / (2 * bend), -0.5, 0.5)) * _HZ
    lobe = np.abs(np.arange(power.shape[1]) - at[:, None]) <= _LOBE
    strength = np.where(lobe, power, 0).sum(axis=1)
    return hertz.astype(np.float32), strength, np.where(lobe, 0, power)


def _steady(low: Floats, high: Floats, level: Floats) -> Iterator[Tone]:
    """Runs of tone frames that neither jump nor change between one and two tones."""
    moved = (np.abs(np.diff(low)) > _STEADY_HZ) | (np.abs(np.diff(high)) > _STEADY_HZ)
    edges = np.concatenate(([0], np.flatnonzero(moved) + 1, [low.size]))
    for start, end in pairwise(edges.tolist()):
        if end - start >= 3 and low[start] > 0:
            yield _tone(start, low[start:end], high[start:end], level[start:end])


def _tone(start: int, low: Floats, high: Floats, level: Floats) -> Tone:
    loud, middle = np.sort(level), low.size // 2
    # A frame of 40 ms starts 20 ms before its own middle.
    span = Span(start * HOP_MS + HOP_MS // 2, (start + low.size) * HOP_MS + HOP_MS // 2)
    return Tone(
        span,
        _at(np.sort(low), 0.5),
        _at(np.sort(high), 0.5),
        _at(loud, 0.9) - _at(loud, 0.1),
        abs(_at(np.sort(low[:middle]), 0.5) - _at(np.sort(low[middle:]), 0.5)),
        _at(loud, 0.5),
    )


def _at(ordered: Floats, share: float) -> float:
    """The value at this share of the way through; numpy's quantile takes ten times as long for a few values."""
    place = share * (ordered.size - 1)
    below = int(place)
    above = min(below + 1, ordered.size - 1)
    return float(ordered[below] + (ordered[above] - ordered[below]) * (place - below))
