"""Frames of sound: levels every 10 ms, and the way between spans of time and masks of frames."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
import numpy.typing as npt

from qa_service.core.time import Span

#: One channel, int16 at SAMPLE_RATE (the shape of ports.Samples).
Samples = npt.NDArray[np.int16]
Floats = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]

SAMPLE_RATE = 16_000
SAMPLES_PER_MS = SAMPLE_RATE // 1_000
#: Every level in this package is the mean power of frames of this length.
FRAME_MS = 10
_FRAME = FRAME_MS * SAMPLES_PER_MS
#: What digital silence measures: below the last bit of 16-bit sound.
FLOOR_DBFS = -100.0
#: Power of a full-scale square wave: 0 dBFS.
_FULL_SCALE = float(1 << 15) ** 2
#: Work goes in pieces of this length, so that memory does not grow with the call.
CHUNK_MS = 60_000


def chunks(samples: Samples, *, chunk_ms: int = CHUNK_MS, ahead_ms: int = 0) -> Iterator[Samples]:
    """Consecutive views of at most `chunk_ms`; together they are the whole.

    With `ahead_ms` each also shows the beginning of the next, for windows that reach over the border.
    """
    step = chunk_ms * SAMPLES_PER_MS
    for start in range(0, samples.shape[0], step):
        yield samples[start : start + step + ahead_ms * SAMPLES_PER_MS]


def cut(samples: Samples, span: Span) -> Samples:
    """The samples of `span`: a view."""
    return samples[span.start_ms * SAMPLES_PER_MS : span.end_ms * SAMPLES_PER_MS]


def length_ms(samples: Samples) -> int:
    """Whole milliseconds in `samples`."""
    return int(samples.shape[0]) // SAMPLES_PER_MS


def _chunk_power(samples: Samples) -> Floats:
    frames = samples.shape[0] // _FRAME
    shaped = samples[: frames * _FRAME].reshape(frames, _FRAME).astype(np.float32)
    power: Floats = np.einsum("ij,ij->i", shaped, shaped) / np.float32(_FRAME)
    return power


def frame_power(samples: Samples) -> Floats:
    """Mean power of every whole 10-ms frame, in squared sample units."""
    pieces = [_chunk_power(chunk) for chunk in chunks(samples)]
    return np.concatenate(pieces) if pieces else np.zeros(0, np.float32)


def to_dbfs(power: npt.NDArray[np.floating]) -> Floats:
    """Power in squared sample units as dBFS, never below FLOOR_DBFS; a full-scale sine is −3.0."""
    floor = 10 ** (FLOOR_DBFS / 10)
    levels: Floats = (10 * np.log10(np.maximum(power / _FULL_SCALE, floor))).astype(np.float32)
    return levels


def levels_dbfs(samples: Samples) -> Floats:
    """The level of every whole 10-ms frame."""
    return to_dbfs(frame_power(samples))


def mask_of(spans: Iterable[Span], frames: int, *, frame_ms: int = FRAME_MS) -> Mask:
    """Which frames have their middle inside one of `spans`."""
    mask = np.zeros(frames, np.bool_)
    half = frame_ms // 2
    for span in spans:
        mask[(span.start_ms + half - 1) // frame_ms : (span.end_ms + half - 1) // frame_ms] = True
    return mask


def spans_of(mask: Mask, *, frame_ms: int = FRAME_MS) -> tuple[Span, ...]:
    """The runs of true frames as spans.

    >>> spans_of(np.array([False, True, True, False, True]))
    (Span(start_ms=10, end_ms=30), Span(start_ms=40, end_ms=50))
    """
    edges = np.flatnonzero(np.diff(np.concatenate(([0], mask.astype(np.int8), [0]))))
    return tuple(
        Span(int(start) * frame_ms, int(end) * frame_ms)
        for start, end in zip(edges[::2], edges[1::2], strict=True)
    )


def smooth(values: Floats, width: int) -> Floats:
    """Moving average over `width` frames, of the same length; the edges average what there is."""
    if values.shape[0] == 0 or width <= 1:
        return values
    total = np.concatenate(([0.0], np.cumsum(values, dtype=np.float64)))
    index = np.arange(values.shape[0])
    low = np.maximum(index - width // 2, 0)
    high = np.minimum(index + (width + 1) // 2, values.shape[0])
    averaged: Floats = ((total[high] - total[low]) / (high - low)).astype(np.float32)
    return averaged
