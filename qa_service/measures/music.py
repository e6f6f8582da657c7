"""Hold music: notes that stand still. A voice never holds its harmonics for half a second, an instrument does.

Per frame, the share of the sound's power above 600 Hz that lies in spectral peaks which stay at
their place for about half a second. Speech, whose pitch glides within every syllable (in Mandarin by
definition), keeps little there: the tenth harmonic moves ten times as far as the pitch. What counts
is the mean over four seconds, so that one drawn-out 嗯 is not music. Percussion without notes and
singing are not found: speech must never be lost, and the recogniser has guards of its own.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from qa_service.core.time import Span
from qa_service.measures.frames import Floats, Mask, smooth, spans_of
from qa_service.measures.pieces import PIECE_MS

HOP_MS = 128
#: Mean share over four seconds above which it is music. Measured (docs/measures.md): speech at most
#: 0.26, voice over music as loud as itself mostly 0.3–0.5, plucked and bowed music 0.6–0.99,
#: drum loops 0.2–0.4 (not found).
MUSIC_SHARE = 0.6
#: Shorter music is not hold music.
SHORTEST_MS = 3_000
_AVERAGE = 31
_WINDOW = 2_048  # 256 ms at 8 kHz
_HOP = 8 * HOP_MS
_ROWS = PIECE_MS // HOP_MS
_MIDDLE_MS = (256 - HOP_MS) // 2
#: 600–3,500 Hz in bins of 3.9 Hz.
_BAND = slice(154, 896)
#: A peak stands this far above the mean of what surrounds it (±60 Hz).
_PEAK_DB = 9.0
_AROUND = 31
#: A note is a peak that stays, give or take a bin, for this many frames in a row: 3 · 128 + 256 ms.
_HELD = 4
#: Mean power below which there is nothing to hear (near −65 dBFS above 600 Hz).
_QUIETEST = 400.0
_HANN: Floats = np.hanning(_WINDOW).astype(np.float32)
_SCALE = np.float32(np.sum(_HANN**2) * _WINDOW / 2)


Notes = tuple[Floats, Floats]


def music(notes: Sequence[Notes], call: Span) -> tuple[Span, ...]:
    """Where music plays without a voice over it, at least SHORTEST_MS long.

    `notes` are those of consecutive pieces of one channel, which lasts as long as `call`.
    """
    if not notes:
        return ()
    held, loudness = (np.concatenate([piece[i] for piece in notes]) for i in range(2))
    # Square roots of amplitudes: one loud second must not outvote the three quiet ones beside it.
    share = smooth(held * loudness, _AVERAGE) / np.maximum(smooth(loudness, _AVERAGE), 1e-6)
    audible = smooth(loudness**4, 3) > _QUIETEST
    found = spans_of((share >= MUSIC_SHARE) & audible, frame_ms=HOP_MS)
    # A frame of 256 ms every 128 ms speaks for the 128 ms in its middle.
    moved = (Span(s.start_ms + _MIDDLE_MS, s.end_ms + _MIDDLE_MS).clip(call) for s in found)
    return tuple(span for span in moved if span is not None and span.duration_ms >= SHORTEST_MS)


def notes_in(slow: Floats) -> Notes:
    """Per hop of a piece at 8 kHz: the share of the power in held peaks, and the fourth root of all of it."""
    rows = min(slow.size // _HOP, _ROWS)
    return _held(_spectra(slow, rows)) if rows else (np.zeros(0, np.float32), np.zeros(0, np.float32))


def _spectra(slow: Floats, rows: int) -> Floats:
    """Power spectra, one row per hop; the last ones are padded."""
    padded = np.concatenate((slow, np.zeros(_WINDOW, np.float32)))
    view = np.lib.stride_tricks.sliding_window_view(padded, _WINDOW)[::_HOP][:rows]
    # A Hann window passes at most 1 / 0.375 of the mean power: quieter windows have nothing to hear in them.
    hops = padded[: (rows + _WINDOW // _HOP - 1) * _HOP].reshape(-1, _HOP)
    total = np.concatenate(([0.0], np.cumsum(np.einsum("ij,ij->i", hops, hops), dtype=np.float64)))
    audible = (total[_WINDOW // _HOP :] - total[: -(_WINDOW // _HOP)]) / (0.375 * _WINDOW) > _QUIETEST
    power = np.zeros((rows, _BAND.stop - _BAND.start), np.float32)
    spectrum = np.fft.rfft(view[audible] * _HANN, axis=1)[:, _BAND]
    power[audible] = (spectrum.real**2 + spectrum.imag**2) / _SCALE
    return power


def _held(power: Floats) -> Notes:
    level = 10 * np.log10(power + np.float32(1e-3))
    peaks = np.zeros(level.shape, np.bool_)
    peaks[:, 1:-1] = (level[:, 1:-1] >= level[:, :-2]) & (level[:, 1:-1] > level[:, 2:])
    peaks &= level > _mean_around(level) + _PEAK_DB
    notes = _wider(peaks & _runs(_wider(peaks, 1)), 3)
    total = power.sum(axis=1)
    in_notes = np.where(notes, power, 0).sum(axis=1)
    return (in_notes / np.maximum(total, 1e-6)).astype(np.float32), np.sqrt(np.sqrt(total))


def _mean_around(level: Floats) -> Floats:
    padded = np.pad(level, ((0, 0), (_AROUND // 2 + 1, _AROUND // 2)), mode="edge")
    total = np.cumsum(padded, axis=1, dtype=np.float64)
    mean: Floats = ((total[:, _AROUND:] - total[:, :-_AROUND]) / _AROUND).astype(np.float32)
    return mean


def _runs(mask: Mask) -> Mask:
    """Only what is true for at least _HELD frames in a row."""
    if mask.shape[0] < _HELD:
        return np.zeros_like(mask)
    starts = np.logical_and.reduce([mask[i : mask.shape[0] - _HELD + 1 + i] for i in range(_HELD)])
    kept = np.zeros_like(mask)
    for i in range(_HELD):
        kept[i : i + starts.shape[0]] |= starts
    return kept


def _wider(mask: npt.NDArray[np.bool_], by: int) -> Mask:
    """True also for up to `by` bins on either side."""
    wide = mask.copy()
    for i in range(1, by + 1):
        wide[:, i:] |= mask[:, :-i]
        wide[:, :-i] |= mask[:, i:]
    return wide
