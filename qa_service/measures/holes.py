"""Holes: pieces of 60 ms to 1 s that the line lost in the middle of speech, told from pauses without any sound.

Digital silence alone says nothing: lines that send nothing while nobody speaks, synthesised voices and muted
phones have it too. It is a hole where the line otherwise has noise in its pauses, the voice is in full swing
right where it goes or comes back, and speech is close on both sides.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from qa_service.core.time import Span
from qa_service.measures.frames import FRAME_MS, SAMPLES_PER_MS, Floats, Mask, Samples, chunks

_FRAME = FRAME_MS * SAMPLES_PER_MS
#: Shorter ones are found inside the voice (`damage.dropouts`), longer ones are mutes, hold or pauses.
_SHORTEST, _LONGEST = 60 // FRAME_MS, 1_000 // FRAME_MS
#: From its least to its greatest sample a frame without sound goes no further (a resampler rings a little).
_FLAT = 8
#: What a line is like is judged by 10 s before and after.
_AROUND = 10_000 // FRAME_MS
#: Its noise must be heard for so long in pauses, and longer than it is flat: where nothing is sent in pauses,
#: more of them is flat than is left of the noise.
_LEAST_NOISE = 300 // FRAME_MS
#: Noise stays within 10 dB of its quieter part; an echo and a neighbour's voice do not.
_STEADY = 10.0
#: A voice is this far over the noise (10 dB), and in full swing no further under its mean than this (15 dB).
_OVER_NOISE = 10.0
_FULL_SWING = 10**-1.5
#: Speech is so close before and after; a line that sends nothing in pauses goes on for longer before it stops.
_CLOSE = 150 // FRAME_MS
#: The frame at the edge may be cut in two: one of the two next to the hole is in full swing.
_EDGE = 2


@dataclass(frozen=True, slots=True)
class _Line:
    """A channel in frames; what is flat is neither voice nor noise."""

    power: Floats
    flat: Mask
    voice: Mask
    may_be_noise: Mask


@dataclass(frozen=True, slots=True)
class _Run:
    """Frames [first, last) without any sound, and after how many frames to both sides the voice is in full swing."""

    first: int
    last: int
    before: int
    after: int

    @property
    def frames(self) -> int:
        """How long it is."""
        return self.last - self.first

    @property
    def is_torn(self) -> bool:
        """Whether the voice goes and comes back in full swing: no pause does both."""
        return max(self.before, self.after) < _EDGE

    @property
    def may_be_hole(self) -> bool:
        """Whether it is as long as holes are, torn at one side at least, and speech is close at the other."""
        torn, close = sorted((self.before, self.after))
        return torn < _EDGE and close < _CLOSE and self.frames <= _LONGEST


def holes(samples: Samples, power: Floats, voiced: Mask, sounds: Mask) -> tuple[Span, ...]:
    """Where speech has holes of 60 ms to 1 s, to 10 ms; disjoint, in order.

    `power` is `frame_power(samples)`. `voiced` may end before a hole and begin after it, as voice detectors have it,
    or go on through it; `sounds` (music, tones) are neither voice nor noise.
    """
    flat = flat_frames(samples)
    line = _Line(power, flat, voiced & ~flat & ~sounds, ~voiced & ~flat & ~sounds)
    runs = tuple(_run(line, first, last) for first, last in _long_enough(flat))
    pauses = flat.copy()
    for run in runs:
        if run.is_torn:
            pauses[run.first : run.last] = False
    return tuple(
        Span(run.first * FRAME_MS, run.last * FRAME_MS)
        for run in runs
        if run.may_be_hole and _has_noise(line, pauses, run)
    )


def flat_frames(samples: Samples) -> Mask:
    """Frames in which nothing moves: zeros, or any other constant."""
    pieces = [np.zeros(0, np.bool_)]
    for chunk in chunks(samples):
        rows = chunk[: chunk.shape[0] // _FRAME * _FRAME].reshape(-1, _FRAME)
        pieces.append(rows.max(axis=1).astype(np.int32) - rows.min(axis=1) <= _FLAT)
    return np.concatenate(pieces)


def _long_enough(flat: Mask) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate(([0], flat.astype(np.int8), [0])))).reshape(-1, 2)
    return [(first, last) for first, last in edges.tolist() if last - first >= _SHORTEST]


def _run(line: _Line, first: int, last: int) -> _Run:
    around = _around(first, last)
    spoken = line.power[around][line.voice[around]]
    mean = float(spoken.mean()) if spoken.size else float("inf")
    least = max(_FULL_SWING * mean, _OVER_NOISE * _noise(line, around))
    before, after = slice(max(0, first - _CLOSE), first), slice(last, last + _CLOSE)
    return _Run(
        first,
        last,
        _distance(line.power[before][::-1] >= least, line.voice[before]),
        _distance(line.power[after] >= least, line.voice[after]),
    )


def _distance(loud: Mask, voice: Mask) -> int:
    """Frames to the first loud one; _CLOSE where there is none, or what is loud there is no voice."""
    return int(loud.argmax()) if loud.any() and voice.any() else _CLOSE


def _around(first: int, last: int) -> slice:
    return slice(max(0, first - _AROUND), last + _AROUND)


def _noise(line: _Line, around: slice) -> float:
    """Power of the quieter part of what is heard in the pauses; 0 where there is none."""
    heard = line.power[around][line.may_be_noise[around]]
    return float(np.percentile(heard, 20)) if heard.size else 0.0


def _has_noise(line: _Line, pauses: Mask, run: _Run) -> bool:
    """Whether the line has steady noise in its pauses around, and more of it than pauses without any sound."""
    around = _around(run.first, run.last)
    steady = line.may_be_noise[around] & (line.power[around] <= _STEADY * _noise(line, around))
    silent = int(pauses[around].sum()) - (0 if run.is_torn else run.frames)
    return int(steady.sum()) >= max(_LEAST_NOISE, silent)
