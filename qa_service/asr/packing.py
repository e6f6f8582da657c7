"""Stretches of speech packed into the windows that Whisper listens to, and the way back.

Whisper always pays for 30 s, however little is said in them. Stretches of one channel are therefore laid
behind one another, in their order, with a little silence between, until a window is full. Everything is
counted in samples; a window's own clock starts at 0.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from qa_service.core.time import Span
from qa_service.ports import SAMPLES_PER_MS, Samples, Stretch

#: Energy is compared over blocks of this length when a cut has to be found.
_BLOCK = 20 * SAMPLES_PER_MS


@dataclass(frozen=True, slots=True)
class Shape:
    """How windows are filled; the figures come from docs/speech.md#packing."""

    #: Longest window; Whisper hears 30 s, the rest is quiet at the end.
    limit: int = 28_000 * SAMPLES_PER_MS
    #: Silence between two stretches: what there was, but at least and at most this much.
    least_gap: int = 100 * SAMPLES_PER_MS
    most_gap: int = 200 * SAMPLES_PER_MS


@dataclass(frozen=True, slots=True)
class Piece:
    """Samples [start, end) of the stretch with this index; most pieces are whole stretches."""

    stretch: int
    start: int
    end: int

    @property
    def length(self) -> int:
        """In samples."""
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class Placed:
    """A piece and where it begins on its window's clock."""

    piece: Piece
    at: int

    @property
    def end(self) -> int:
        """Where it ends on its window's clock."""
        return self.at + self.piece.length


@dataclass(frozen=True, slots=True)
class Window:
    """What Whisper hears at once: pieces in order, with silence between."""

    placed: tuple[Placed, ...]

    @property
    def length(self) -> int:
        """In samples, up to the end of the last piece."""
        return self.placed[-1].end

    def sound(self, stretches: Sequence[Stretch]) -> npt.NDArray[np.float32]:
        """The samples of the window, -1 to 1."""
        sound = np.zeros(self.length, dtype=np.float32)
        for placed in self.placed:
            piece = placed.piece
            sound[placed.at : placed.end] = stretches[piece.stretch].samples[piece.start : piece.end]
        return sound / np.float32(32_768)

    def whose(self, start: int, end: int) -> int:
        """Which of `placed` sounds most during [start, end); in a gap, the nearer one.

        A word beside a gap often has the whole gap in its time: what it shares with the pieces decides.
        """
        shared = [min(end, placed.end) - max(start, placed.at) for placed in self.placed]
        return max(range(len(shared)), key=shared.__getitem__)

    def on_call_clock(self, index: int, start: int, end: int, stretches: Sequence[Stretch]) -> Span:
        """Window time → call time, kept inside the piece `placed[index]`."""
        placed = self.placed[index]
        stretch = stretches[placed.piece.stretch]
        low, high = (
            min(max(t, placed.at), placed.end) - placed.at + placed.piece.start for t in (start, end)
        )
        start_ms = min(stretch.span.start_ms + low // SAMPLES_PER_MS, stretch.span.end_ms)
        end_ms = min(stretch.span.start_ms + high // SAMPLES_PER_MS, stretch.span.end_ms)
        return Span(start_ms, max(start_ms, end_ms))


def pack(stretches: Sequence[Stretch], which: Sequence[int], shape: Shape) -> tuple[Window, ...]:
    """Windows over the stretches with the indices `which`; every sample of theirs is in exactly one.

    Channels are not mixed and keep their order, so that a window reads like one person speaking; what may be
    somebody else's voice has windows of its own.
    """
    windows: list[Window] = []
    for voice in sorted({_voice(stretches[i]) for i in which}):
        own = sorted((i for i in which if _voice(stretches[i]) == voice), key=lambda i: stretches[i].span)
        windows.extend(_fill(stretches, own, shape))
    return tuple(windows)


def _voice(stretch: Stretch) -> tuple[bool, int]:
    """What may be heard in one breath: one channel's own voice, or what is aside of it."""
    return stretch.is_aside, stretch.channel


def _fill(stretches: Sequence[Stretch], which: Sequence[int], shape: Shape) -> Iterator[Window]:
    held: list[Placed] = []
    for piece in (piece for i in which for piece in pieces(stretches[i].samples, i, shape.limit)):
        at = held[-1].end + _gap(stretches, held[-1].piece, piece, shape) if held else 0
        if held and at + piece.length > shape.limit:
            yield Window(tuple(held))
            held, at = [], 0
        held.append(Placed(piece, at))
    if held:
        yield Window(tuple(held))


def _gap(stretches: Sequence[Stretch], before: Piece, after: Piece, shape: Shape) -> int:
    ended = stretches[before.stretch].span.start_ms * SAMPLES_PER_MS + before.end
    begins = stretches[after.stretch].span.start_ms * SAMPLES_PER_MS + after.start
    return min(max(begins - ended, shape.least_gap), shape.most_gap)


def pieces(samples: Samples, stretch: int, limit: int) -> Iterator[Piece]:
    """The stretch as it is, or cut at its quietest moments into pieces of at most `limit` samples."""
    start = 0
    while len(samples) - start > limit:
        cut = start + quietest(samples[start : start + limit], limit // 2)
        yield Piece(stretch, start, cut)
        start = cut
    if len(samples) > start:
        yield Piece(stretch, start, len(samples))


def quietest(samples: Samples, after: int) -> int:
    """The middle of the quietest block that begins at or behind the sample `after`.

    Never 0 and never the end of `samples`, where `after` ≥ 1 and two samples follow it.
    """
    tail = samples[after:].astype(np.float32)
    blocks = max(1, len(tail) // _BLOCK)
    width = min(_BLOCK, len(tail))
    energy = np.square(tail[: blocks * width]).reshape(blocks, width).sum(axis=1)
    return after + int(energy.argmin()) * width + width // 2
