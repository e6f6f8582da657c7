"""Damage that can be seen in the samples themselves: cut-off or flattened tops and missing pieces."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from qa_service.core.time import Span, merge
from qa_service.measures.frames import SAMPLES_PER_MS, Samples, cut

#: A sample within this share of the loudest one counts as "at the top".
_TOP = 0.97
#: Undamaged speech has so few of its samples at the top; more is clipping.
_NATURAL_SHARE = 0.001
#: Flattened tops are looked for in windows of 32 ms (two periods of the lowest voice), each with its own greatest
#: sample: what saturates has no one ceiling. Windows this much fainter than the loudest (25 dB) do not count.
_WINDOW = 32 * SAMPLES_PER_MS
_FAINT = 10**-2.5
#: What lies within this share of a window's greatest sample crowds at the top.
_CROWD = 0.9
#: Packets hold 10, 20 or 30 ms; longer gaps than this are somebody muting, or a pause.
_SHORTEST_GAP_MS = 15
_LONGEST_GAP_MS = 400
#: From sample to sample a gap moves no further than this (resampling rings a little).
_FLAT = 4
#: Right before and after a gap there is voice: at least this loud (amplitude; near −48 dBFS) …
_VOICE = 130
#: … that neither fades out nor in: 4 ms at the edge reach this share of the 25 ms next to it.
_CUT_SHARE = 0.3
_EDGE = 4 * SAMPLES_PER_MS
_NEXT = 25 * SAMPLES_PER_MS


def clipped_share(samples: Samples) -> float:
    """Share of the samples that were cut off at the top, 0–1; 0 for what never gets near one value.

    Also when the whole was turned down after clipping, as recorders do: what gives it away is that
    many samples share one greatest value, which the peaks of a voice never do.
    """
    if samples.shape[0] == 0:
        return 0.0
    size = np.abs(samples.astype(np.int32))
    top = int(size.max())
    if top < _VOICE:
        return 0.0
    share = float(np.count_nonzero(size >= _TOP * top)) / samples.shape[0]
    return share if share > _NATURAL_SHARE else 0.0


def crowded_share(samples: Samples) -> float:
    """Share of the samples that crowd at the top of their own 32 ms, 0–1; 0 where nothing can be heard.

    Also where no two tops are equally high: tubes, small speakers and gain controls squash a voice
    without a ceiling. A voice has .01–.07, a pure tone .29, a square wave 1. What was filtered after it was
    squashed (a telephone's band) rings, and is not seen (docs/measures.md).
    """
    whole = samples[: samples.shape[0] // _WINDOW * _WINDOW].reshape(-1, _WINDOW)
    size = np.abs(whole.astype(np.float32))
    top = size.max(axis=1, initial=0)
    power = np.einsum("ij,ij->i", size, size)
    counts = (top >= _VOICE) & (power >= _FAINT * power.max(initial=0))
    if not counts.any():
        return 0.0
    return float((size[counts] >= _CROWD * top[counts, np.newaxis]).mean())


def dropouts(samples: Samples, voiced: Sequence[Span]) -> tuple[Span, ...]:
    """Pieces of 15–400 ms inside the voiced spans that are exactly flat, cut out of a running voice."""
    return merge(gap for span in voiced for gap in _gaps(cut(samples, span), span.start_ms))


def _gaps(samples: Samples, start_ms: int) -> Iterator[Span]:
    loud = np.abs(samples.astype(np.int32))
    still = np.abs(np.diff(samples.astype(np.int32))) <= _FLAT
    edges = np.flatnonzero(np.diff(np.concatenate(([0], still.astype(np.int8), [0]))))
    lengths = edges[1::2] - edges[::2]
    long_enough = (lengths >= _SHORTEST_GAP_MS * SAMPLES_PER_MS) & (
        lengths <= _LONGEST_GAP_MS * SAMPLES_PER_MS
    )
    for first, last in zip(edges[::2][long_enough].tolist(), edges[1::2][long_enough].tolist(), strict=True):
        is_nothing = float(loud[first:last].mean()) < 0.1 * float(loud.max())  # not a cut-off top
        if is_nothing and _is_cut(loud[:first][::-1]) and _is_cut(loud[last + 1 :]):
            yield Span(start_ms + first // SAMPLES_PER_MS, start_ms + last // SAMPLES_PER_MS)


def _is_cut(away_from_gap: npt.NDArray[np.int32]) -> bool:
    """Whether the voice is in full swing right at the gap's edge; `away_from_gap` starts there."""
    if away_from_gap.shape[0] < _EDGE:
        return False
    edge = int(away_from_gap[:_EDGE].max())
    return edge >= _VOICE and edge >= _CUT_SHARE * int(away_from_gap[:_NEXT].max())
