"""Outages: more than a second that the recorder lost on every channel at once, in the middle of what somebody said.

A party who is muted, put on hold or silent is so on one channel, and a line that sends nothing while nobody speaks does
so in every pause. It is an outage where the lines are heard all through the call, except here, and a voice goes into
it, or comes out of it, in full swing.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from qa_service.core.time import Span
from qa_service.measures.frames import FRAME_MS, Mask, frame_power, mask_of
from qa_service.measures.holes import flat_frames

#: Shorter ones are holes (measures.holes).
_SHORTEST = 1_000 // FRAME_MS
#: Share of the rest of the call that may be without any sound on all channels: a line that rests has far more.
_RESTS = 0.02
#: A voice in full swing is no further under its mean than this (15 dB), in one of the two frames at the edge.
_FULL_SWING, _EDGE = 10**-1.5, 2


def outages(samples: npt.NDArray[np.int16], voiced: Sequence[Sequence[Span]]) -> tuple[Span, ...]:
    """What is missing of the call, to 10 ms; `samples` has shape (channels, n), `voiced` one list per channel."""
    flat = np.logical_and.reduce([flat_frames(channel) for channel in samples])
    runs = [(first, last) for first, last in _runs(flat) if last - first > _SHORTEST]
    swing = np.logical_or.reduce([_in_swing(samples[i], spans, flat.size) for i, spans in enumerate(voiced)])
    torn = [run for run in runs if _is_torn(swing, *run)]
    rest = flat.size - sum(last - first for first, last in torn)
    if not torn or int(flat.sum()) - (flat.size - rest) > _RESTS * rest:
        return ()
    return tuple(Span(first * FRAME_MS, last * FRAME_MS) for first, last in torn)


def _runs(flat: Mask) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate(([0], flat.astype(np.int8), [0])))).reshape(-1, 2)
    return [(first, last) for first, last in edges.tolist()]


def _in_swing(channel: npt.NDArray[np.int16], spans: Sequence[Span], frames: int) -> Mask:
    """Frames in which the channel's voice is near its mean, or over it."""
    power = frame_power(channel)[:frames]
    voice = mask_of(spans, power.size)
    if not voice.any():
        return np.zeros(frames, np.bool_)
    return np.asarray(power >= _FULL_SWING * float(power[voice].mean()))


def _is_torn(swing: Mask, first: int, last: int) -> bool:
    return bool(swing[max(0, first - _EDGE) : first].any() or swing[last : last + _EDGE].any())
