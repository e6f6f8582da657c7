"""Legs that were started at different times: how far apart they are, and both on one clock again."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from qa_service.core.time import Span, intersect, total_ms
from qa_service.measures.alignment import Path, is_steady
from qa_service.measures.frames import SAMPLES_PER_MS

#: Longer delays than this may be a shift: the legs started at different times. Mobile calls echo 0.4–0.6 s late, too.
ECHO_MS = 300
#: Legs are moved only where at least this much talking-over vanishes by it: less is within what a detector's edges do.
_VANISHES_MS = 100


def steady(samples: npt.NDArray[np.int16], found: Sequence[Path]) -> Sequence[Path]:
    """Without far paths where the surest is one that is not heard all over the call."""
    if not found or abs(found[0].lag_ms) <= ECHO_MS or is_steady(samples[0], samples[1], found[0]):
        return found
    return tuple(path for path in found if abs(path.lag_ms) <= ECHO_MS)


def shift_ms(found: Sequence[Path]) -> int:
    """How much later channel 1 is: the middle of both echoes where both parties leak, else the surest."""
    far = [path.lag_ms for path in found if abs(path.lag_ms - found[0].lag_ms) <= 2 * ECHO_MS]
    if not far or abs(far[0]) <= ECHO_MS:
        return 0
    return round((min(far) + max(far)) / 2)


def is_likelier(own: Sequence[Sequence[Span]], lag_ms: int) -> bool:
    """Whether both parties talk much less over one another once the legs are moved: no late echo does that."""
    late = 0 if lag_ms > 0 else 1
    moved = [Span(span.start_ms + abs(lag_ms), span.end_ms + abs(lag_ms)) for span in own[late]]
    before_ms, after_ms = (total_ms(intersect(spans, own[1 - late])) for spans in (own[late], moved))
    return before_ms - after_ms >= _VANISHES_MS and after_ms <= before_ms / 2


def align(samples: npt.NDArray[np.int16], lag_ms: int) -> npt.NDArray[np.int16]:
    """Both legs on one clock: the one that was started later gets silence before it.

    Nothing is lost; the call clock starts with the earlier leg, and both are equally long again.
    """
    if lag_ms == 0:
        return samples
    by, late = abs(lag_ms) * SAMPLES_PER_MS, 0 if lag_ms > 0 else 1
    channels, length = samples.shape
    aligned = np.zeros((channels, length + by), np.int16)
    for channel in range(channels):
        start = by if channel == late else 0
        aligned[channel, start : start + length] = samples[channel]
    return aligned
