"""A recording in forms for browsers, and its outline: minute by minute, so that memory does not grow with it."""

from __future__ import annotations

import json
import mmap
import wave
from collections.abc import Collection, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Protocol

import av
import numpy as np
import numpy.typing as npt

from qa_service.ports import SAMPLE_RATE, Recording
from qa_service.ports.playing import Form

#: Per channel; speech at 16 kHz sounds in Opus as it was.
_BIT_RATE = 24_000
#: Of 10, at the same rate of bits: saves two fifths of the encoder's time.
_EFFORT = "3"
#: No screen is wider.
MOST_BUCKETS = 4_000
_PIECE = 60 * SAMPLE_RATE
#: The finest outline: 10 ms.
_STEP = SAMPLE_RATE // 100
Piece = npt.NDArray[np.int16]


class _Maker(Protocol):
    def take(self, piece: Piece) -> None:
        """The next samples: shape (channels, n)."""

    def end(self) -> None:
        """There are no more."""


def render(recording: Recording, forms: Collection[Form], folder: Path) -> Mapping[Form, Path]:
    """Files of these forms, in the folder, all in one pass."""
    files = {form: folder / form.value for form in forms}
    with ExitStack() as stack:
        makers = [_MAKERS[form](recording, file, stack) for form, file in files.items()]
        for piece in _pieces(recording):
            for maker in makers:
                maker.take(piece)
        for maker in makers:
            maker.end()
    return files


def _pieces(recording: Recording) -> Iterator[Piece]:
    """A minute at a time; what was read is let go, for the samples may lie in a file that is mapped."""
    samples = recording.samples
    for start in range(0, samples.shape[1], _PIECE):
        yield samples[:, start : start + _PIECE]
        _let_go(samples)


def _let_go(samples: Piece) -> None:
    owner: object = samples
    while isinstance(owner, np.ndarray):
        owner = owner.base
    if isinstance(owner, mmap.mmap):
        owner.madvise(mmap.MADV_DONTNEED)


class _Opus:
    """Ogg Opus, as most browsers play it."""

    def __init__(self, recording: Recording, file: Path, stack: ExitStack) -> None:
        self._layout = "mono" if recording.channels == 1 else "stereo"
        self._container = stack.enter_context(av.open(str(file), "w", format="ogg"))
        self._stream = self._container.add_stream("libopus", rate=SAMPLE_RATE, layout=self._layout)
        self._stream.bit_rate = _BIT_RATE * recording.channels
        self._stream.options = {"compression_level": _EFFORT}
        self._stream.codec_context.open()
        self._fit = av.AudioResampler(
            format=self._stream.format,
            layout=self._layout,
            rate=self._stream.rate,
            frame_size=self._stream.frame_size,
        )
        self._at = 0

    def take(self, piece: Piece) -> None:
        interleaved = np.ascontiguousarray(piece.T).reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(interleaved, format="s16", layout=self._layout)
        frame.sample_rate, frame.pts = SAMPLE_RATE, self._at
        self._at += frame.samples
        self._encode(self._fit.resample(frame))

    def end(self) -> None:
        self._encode(self._fit.resample(None))
        self._container.mux(self._stream.encode(None))

    def _encode(self, frames: list[av.AudioFrame]) -> None:
        for frame in frames:
            self._container.mux(self._stream.encode(frame))


class _Wav:
    """PCM, as everything plays it."""

    def __init__(self, recording: Recording, file: Path, stack: ExitStack) -> None:
        self._file = stack.enter_context(wave.open(str(file), "wb"))  # noqa: SIM115 - it is one
        self._file.setnchannels(recording.channels)
        self._file.setsampwidth(2)
        self._file.setframerate(SAMPLE_RATE)
        self._file.setnframes(recording.samples.shape[1])

    def take(self, piece: Piece) -> None:
        self._file.writeframesraw(np.ascontiguousarray(piece.T).astype("<i2", copy=False).tobytes())

    def end(self) -> None:
        """Its head was right from the start."""


class _Peaks:
    """The outline as JSON: duration, and per channel lowest and highest points, −127 to 127."""

    def __init__(self, recording: Recording, file: Path, stack: ExitStack) -> None:  # noqa: ARG002
        self._file, self._duration_ms = file, recording.duration_ms
        self._low: list[Piece] = []
        self._high: list[Piece] = []

    def take(self, piece: Piece) -> None:
        steps = np.arange(0, piece.shape[1], _STEP)
        self._low.append(np.minimum.reduceat(piece, steps, axis=1))
        self._high.append(np.maximum.reduceat(piece, steps, axis=1))

    def end(self) -> None:
        low, high = np.concatenate(self._low, axis=1), np.concatenate(self._high, axis=1)
        there = low.shape[1]
        buckets = min(MOST_BUCKETS, there)
        edges = np.arange(buckets, dtype=np.int64) * there // buckets
        drawn = np.stack(
            (np.minimum.reduceat(low, edges, axis=1), np.maximum.reduceat(high, edges, axis=1)), axis=2
        )
        points = np.rint(drawn.astype(np.float64) / 32_768 * 127).astype(int).reshape(len(drawn), -1)
        told = {"duration_ms": self._duration_ms, "channels": points.tolist()}
        self._file.write_text(json.dumps(told, separators=(",", ":")), "ascii")


class _Make(Protocol):
    def __call__(self, recording: Recording, file: Path, stack: ExitStack) -> _Maker: ...


_MAKERS: Mapping[Form, _Make] = {Form.OPUS: _Opus, Form.WAV: _Wav, Form.PEAKS: _Peaks}
