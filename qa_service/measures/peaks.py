"""The outline of a waveform, for drawing it: the lowest and highest sample under every pixel."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from qa_service.core.errors import UsageError


def peaks(samples: npt.NDArray[np.int16], buckets: int) -> npt.NDArray[np.int16]:
    """Lowest and highest sample per bucket and channel: shape (channels, buckets, 2).

    `samples` has shape (channels, samples). Buckets divide the call evenly; where there are more
    buckets than samples, neighbours show the same sample. A call without samples is a flat line.

    Raises:
        UsageError: `buckets` is not positive.
    """
    if buckets < 1:
        raise UsageError("bad_buckets", problem=f"cannot draw {buckets} buckets", fix="Ask for 1 or more")
    channels, length = samples.shape
    if length == 0:
        return np.zeros((channels, buckets, 2), np.int16)
    edges = np.arange(buckets, dtype=np.int64) * length // buckets
    low = np.minimum.reduceat(samples, edges, axis=1)
    high = np.maximum.reduceat(samples, edges, axis=1)
    return np.stack((low, high), axis=2)
