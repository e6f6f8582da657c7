"""Writes channels to a file in the codec of the script, through PyAV."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np

from .effects import RATE, Samples, resample
from .script import Format

_BLOCK = 960


def write(path: Path, channels: list[Samples], how: Format) -> None:
    at_rate = [resample(channel, RATE, how.rate) for channel in channels]
    pcm = np.round(np.clip(np.stack(at_rate), -1, 1) * 32_767).astype(np.int16)
    with av.open(str(path), "w") as container:
        stream = container.add_stream(how.codec, rate=how.rate)
        if not isinstance(stream, av.AudioStream):
            raise ValueError(f"{how.codec} is not an audio codec. Name one in the format of the script.")
        stream.layout = how.layout
        if how.bit_rate:
            stream.bit_rate = how.bit_rate
        fifo = av.AudioFifo()
        fifo.write(_frame(pcm, how))
        resampler = av.AudioResampler(format=stream.format, layout=how.layout, rate=how.rate)
        while frame := fifo.read(stream.codec_context.frame_size or _BLOCK, partial=True):
            for ready in resampler.resample(frame):
                container.mux(stream.encode(ready))
        container.mux(stream.encode(None))


def _frame(pcm: np.ndarray, how: Format) -> av.AudioFrame:
    frame = av.AudioFrame.from_ndarray(pcm.T.reshape(1, -1).copy(), format="s16", layout=how.layout)
    frame.sample_rate = how.rate
    frame.pts = 0
    return frame
