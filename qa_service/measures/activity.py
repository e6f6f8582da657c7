"""Arithmetic on voiced time: what to hand to the recogniser."""

from __future__ import annotations

from collections.abc import Iterable

from qa_service.core.time import Span, merge
from qa_service.measures.frames import (
    FRAME_MS,
    Samples,
    cut,
    length_ms,
    levels_dbfs,
    smooth,
)

#: A cut falls in the quietest 80 ms: shorter than a syllable, longer than a stop consonant's closure.
_QUIET_FRAMES = 8


def stretches(
    voiced: Iterable[Span],
    *,
    samples: Samples,
    pad_ms: int = 120,
    join_ms: int = 300,
    longest_ms: int = 24_000,
) -> tuple[Span, ...]:
    """Voiced spans of one channel made ready for recognition: disjoint, in order, inside the sound.

    Spans at most `join_ms` apart become one; each gets `pad_ms` on both sides, neighbours sharing
    what lies between them; what is longer than `longest_ms` is cut at its quietest points, so that
    pieces touch and nothing is lost. Defaults from speed-and-safety §A "packing" (CER .092–.123).
    """
    within = Span(0, length_ms(samples))
    joined = merge(_inside(voiced, within), gap_ms=join_ms)
    padded = _pad(joined, pad_ms, within)
    return tuple(piece for span in padded for piece in _split(span, samples, longest_ms))


def _inside(spans: Iterable[Span], within: Span) -> Iterable[Span]:
    return (part for span in spans if (part := span.clip(within)) is not None)


def _pad(spans: tuple[Span, ...], pad_ms: int, within: Span) -> tuple[Span, ...]:
    """Wider by `pad_ms` on both sides, but never past the middle of a gap or the ends of the sound."""
    padded = []
    for i, span in enumerate(spans):
        lowest = (spans[i - 1].end_ms + span.start_ms) // 2 if i else within.start_ms
        highest = (span.end_ms + spans[i + 1].start_ms) // 2 if i + 1 < len(spans) else within.end_ms
        padded.append(Span(max(lowest, span.start_ms - pad_ms), min(highest, span.end_ms + pad_ms)))
    return tuple(padded)


def _split(span: Span, samples: Samples, longest_ms: int) -> Iterable[Span]:
    """Pieces of at most `longest_ms`, cut at the quietest point of the last half that fits."""
    start_ms = span.start_ms
    while span.end_ms - start_ms > longest_ms:
        rest_ms = span.end_ms - start_ms
        # Two even pieces are better than a long one and a crumb.
        latest_ms = start_ms + min(longest_ms, rest_ms - longest_ms // 8)
        cut_ms = _quietest_ms(samples, Span(start_ms + longest_ms // 2, latest_ms))
        yield Span(start_ms, cut_ms)
        start_ms = cut_ms
    yield Span(start_ms, span.end_ms)


def _quietest_ms(samples: Samples, within: Span) -> int:
    levels = levels_dbfs(cut(samples, within))
    if levels.size == 0:
        return within.end_ms
    averaged = smooth(levels, _QUIET_FRAMES)
    return within.start_ms + int(averaged.argmin()) * FRAME_MS
