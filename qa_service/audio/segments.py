"""Samples as `pydub.AudioSegment` and back: the form in which sound is cut, joined and masked.

Never `AudioSegment.from_file`: that runs ffprobe, or whatever is called so, on a stranger's bytes.
"""

from __future__ import annotations

import warnings

import numpy as np
import numpy.typing as npt

from qa_service.core.time import Span
from qa_service.ports import SAMPLE_RATE, Recording

with warnings.catch_warnings():
    # pydub looks for ffmpeg when it is imported and warns without it; nothing here ever runs it.
    warnings.simplefilter("ignore", RuntimeWarning)
    from pydub import AudioSegment

__all__ = ["AudioSegment", "samples", "segment"]

_BYTES_PER_SAMPLE = 2


def segment(recording: Recording, span: Span | None = None) -> AudioSegment:
    """The sound of a recording, or of a span of it, with all its channels."""
    span = span or Span(0, recording.duration_ms)
    cut = np.stack([recording.cut(channel, span) for channel in range(recording.channels)], axis=1)
    return AudioSegment(
        data=cut.tobytes(),
        sample_width=_BYTES_PER_SAMPLE,
        frame_rate=SAMPLE_RATE,
        channels=recording.channels,
    )


def samples(sound: AudioSegment) -> npt.NDArray[np.int16]:
    """The inverse of `segment`: int16, shape (channels, samples), at the segment's own rate."""
    flat = np.frombuffer(sound.raw_data, dtype=np.int16)
    return flat.reshape(-1, sound.channels).T
