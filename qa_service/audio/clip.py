"""A small file that every browser plays, for the HTML report: MP3, or Ogg Opus where LAME is missing."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from typing import Final, cast

import av
from av.audio.stream import AudioStream

from qa_service.audio.segments import AudioSegment, segment
from qa_service.core.errors import UsageError
from qa_service.core.time import Span
from qa_service.ports import SAMPLE_RATE, Recording

#: A report with sound in it should still go through a mail gateway.
MAX_BYTES = 8_000_000
#: Bits per second and channel, best first; at 16 kHz LAME offers nothing in between, and 8 is still speech.
_BIT_RATES: Final = (24_000, 16_000, 8_000)
#: Container headers and the encoder's padding.
_OVERHEAD_BYTES = 4_096
#: Sound is handed to the encoder in pieces, so that a long call is never in memory twice.
_PIECE_MS = 60_000

_MP3 = ("mp3", "libmp3lame", "audio/mpeg")
_OPUS = ("ogg", "libopus", "audio/ogg")


def media_type() -> str:
    """What `playable` makes on this machine: `audio/mpeg`, or `audio/ogg`."""
    return _encoder()[2]


def playable(
    recording: Recording,
    *,
    lane_order: Sequence[int] = (),
    span: Span | None = None,
    max_bytes: int = MAX_BYTES,
) -> bytes:
    """The recording (or a span of it) as a small file, one lane per channel.

    Args:
        recording: what to hear.
        lane_order: channels from left to right, for example `(1, 0)` to put the agent left; all by default.
        span: the part to hear; the whole by default.
        max_bytes: the quality is lowered until the file is smaller.

    Raises:
        UsageError: `clip_too_long` when not even the lowest quality fits; ask for a span.
    """
    lanes = tuple(lane_order) or tuple(range(recording.channels))
    heard = (span or Span(0, recording.duration_ms)).clip(Span(0, recording.duration_ms))
    if heard is None:
        raise UsageError(
            "clip_empty", problem="the clip would hold no sound", fix="Ask for a span inside the call"
        )
    bit_rate = _bit_rate(heard.duration_ms, len(lanes), max_bytes)
    return _encoded(_pieces(recording, heard, lanes), channels=len(lanes), bit_rate=bit_rate)


def _bit_rate(lasts_ms: int, channels: int, max_bytes: int) -> int:
    for each in _BIT_RATES:
        if each * channels * lasts_ms / 8_000 + _OVERHEAD_BYTES <= max_bytes:
            return each * channels
    seconds = max(0, max_bytes - _OVERHEAD_BYTES) * 8 // (_BIT_RATES[-1] * channels)
    raise UsageError(
        "clip_too_long",
        problem=f"{lasts_ms // 1_000} s of sound do not fit into {max_bytes} bytes",
        fix=f"Ask for a span of at most {seconds} s",
        seconds=lasts_ms // 1_000,
        limit_seconds=seconds,
    )


def _pieces(recording: Recording, heard: Span, lanes: Sequence[int]) -> Iterator[AudioSegment]:
    for start_ms in range(heard.start_ms, heard.end_ms, _PIECE_MS):
        sound = segment(recording, Span(start_ms, min(start_ms + _PIECE_MS, heard.end_ms)))
        channels = sound.split_to_mono()
        yield AudioSegment.from_mono_audiosegments(*(channels[lane] for lane in lanes))


def _encoded(pieces: Iterator[AudioSegment], *, channels: int, bit_rate: int) -> bytes:
    form, codec, _ = _encoder()
    layout = "mono" if channels == 1 else "stereo"
    file = io.BytesIO()
    with av.open(file, "w", format=form) as container:
        stream = cast(AudioStream, container.add_stream(codec, rate=SAMPLE_RATE, layout=layout))
        stream.bit_rate = bit_rate
        stream.codec_context.open()
        for frame in _frames(pieces, layout, stream):
            container.mux(stream.encode(frame))
    return file.getvalue()


def _frames(
    pieces: Iterator[AudioSegment], layout: str, stream: AudioStream
) -> Iterator[av.AudioFrame | None]:
    """Frames of the size that the encoder wants; ends with None, its signal to finish."""
    fit = av.AudioResampler(
        format=stream.format, layout=layout, rate=stream.rate, frame_size=stream.frame_size
    )
    at = 0
    for piece in pieces:
        frame = av.AudioFrame(format="s16", layout=layout, samples=int(piece.frame_count()))
        frame.sample_rate, frame.pts = SAMPLE_RATE, at
        frame.planes[0].update(piece.raw_data)
        at += frame.samples
        yield from fit.resample(frame)
    yield from fit.resample(None)
    yield None


def _encoder() -> tuple[str, str, str]:
    return _MP3 if _MP3[1] in av.codecs_available else _OPUS
