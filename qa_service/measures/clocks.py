"""Whether two channels can have been recorded on one clock, read from who speaks when.

People take turns: they talk least over one another at the time at which they talked. Where moving one channel
would make most of the talking-over vanish, the channel was moved. How far cannot be said exactly, so nothing is
aligned by it; it only says that the times of both must not be held against one another.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from qa_service.core.time import Span, total_ms
from qa_service.measures.frames import Floats

_FRAME_MS = 20
#: As far as legs were seen to be apart (alignment.FURTHEST_MS).
_FURTHEST_MS = 5_300
#: Talking-over that vanishes is at least this share of the speech of whoever speaks less, and this share of itself.
_VANISHES, _OF_ITSELF = 0.08, 0.5
#: Nearer moves are within what people do when they take turns quickly.
_NEAREST_MS = 500
#: Fewer turns, or meetings of 300 ms and more, are too few to tell a habit from a shift (docs/measures.md).
_TURNS, _MEETINGS, _MEETING_MS = 4, 3, 300


def apart_ms(first: Sequence[Span], second: Sequence[Span]) -> int | None:
    """How much too late the second party is heard at least (ms, negative: too early); None where nothing speaks for it.

    `first` and `second` are when each channel's own party speaks, disjoint and in order.
    """
    if min(len(first), len(second)) < _TURNS or _meetings(first, second) < _MEETINGS:
        return None
    least_ms = min(total_ms(first), total_ms(second))
    at_once = _at_once(first, second) * (_FRAME_MS / least_ms)
    middle = at_once.size // 2
    now, lowest = float(at_once[middle]), float(at_once.min())
    if now - lowest < _VANISHES or lowest > _OF_ITSELF * now:
        return None
    low = np.flatnonzero(at_once <= lowest + 0.1 * (now - lowest)) - middle
    nearest = int(low[np.abs(low).argmin()]) * _FRAME_MS
    return -round(nearest, -2) if abs(nearest) >= _NEAREST_MS else None


def _meetings(first: Sequence[Span], second: Sequence[Span]) -> int:
    return sum(one.overlap_ms(other) >= _MEETING_MS for one in first for other in second)


def _at_once(first: Sequence[Span], second: Sequence[Span]) -> Floats:
    """In how many frames both speak, for the second moved by −FURTHEST … +FURTHEST frames."""
    most = _FURTHEST_MS // _FRAME_MS
    length = max(first[-1].end_ms, second[-1].end_ms) // _FRAME_MS + most + 1
    size = 1 << (2 * length - 1).bit_length()
    spectra = [np.fft.rfft(_active(spans, length), size) for spans in (first, second)]
    # The lag k of a correlation is the second moved k frames earlier.
    around = np.fft.irfft(spectra[0].conj() * spectra[1], size)
    moved_earlier = np.concatenate((around[-most:], around[: most + 1]))
    counts: Floats = np.maximum(moved_earlier[::-1], 0).astype(np.float32)
    return counts


def _active(spans: Sequence[Span], length: int) -> Floats:
    active = np.zeros(length, np.float32)
    for span in spans:
        active[span.start_ms // _FRAME_MS : span.end_ms // _FRAME_MS] = 1
    return active
