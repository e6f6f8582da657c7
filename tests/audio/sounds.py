"""Tones, and files that hold them, made by PyAV; an OKI ADPCM encoder, because nobody ships one."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt

from qa_service.ports import SAMPLE_RATE, Recording

Pcm = npt.NDArray[np.int16]
LEFT_HZ = 440
RIGHT_HZ = 1_000
LEVEL = 8_000


@dataclass(frozen=True)
class Format:
    """How to write a file: container, codec, rate, channels."""

    ending: str
    container: str
    codec: str
    rate: int = 8_000
    channels: int = 1
    bit_rate: int = 0
    options: Mapping[str, str] = field(default_factory=dict)
    container_options: Mapping[str, str] = field(default_factory=dict)


def tone(hz: float, *, seconds: float, rate: int = SAMPLE_RATE, level: int = LEVEL) -> Pcm:
    at = np.arange(round(seconds * rate)) / rate
    return (level * np.sin(2 * np.pi * hz * at)).astype(np.int16)


def tones(channels: int, *, seconds: float, rate: int) -> Pcm:
    """(samples, channels): 440 Hz on the left, 1 kHz on the right."""
    pitches = (LEFT_HZ, RIGHT_HZ, 2_000, 2_500, 3_000, 3_300)[:channels]
    return np.stack([tone(hz, seconds=seconds, rate=rate) for hz in pitches], axis=1)


def encode(sound: Pcm, to: Format) -> bytes:
    """A whole file in memory."""
    # A file, not memory: MP4 with its index in front is written twice.
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sound"
        _write(path, sound, to)
        return path.read_bytes()


def _write(path: Path, sound: Pcm, to: Format) -> None:
    with av.open(
        str(path), "w", format=to.container, container_options=dict(to.container_options)
    ) as container:
        stream = container.add_stream(to.codec, rate=to.rate, layout=_layout(to.channels))
        assert isinstance(stream, av.AudioStream)
        if to.bit_rate:
            stream.bit_rate = to.bit_rate
        stream.codec_context.options = {"strict": "experimental", **to.options}
        stream.codec_context.open()
        fit = av.AudioResampler(
            format=stream.format, layout=stream.layout, rate=to.rate, frame_size=stream.frame_size or 1_024
        )
        for frame in [*fit.resample(_frame(sound, to)), *fit.resample(None), None]:
            container.mux(stream.encode(frame))


def file_of(folder: Path, to: Format, *, seconds: float = 2.0, name: str = "call") -> Path:
    """A file with the tones of `tones` in it."""
    path = folder / f"{name}{to.ending}"
    path.write_bytes(encode(tones(to.channels, seconds=seconds, rate=to.rate), to))
    return path


def loudest_hz(recording: Recording, channel: int) -> float:
    """The strongest frequency of a channel, away from its ends."""
    middle = recording.samples[channel, 3_200:-3_200].astype(np.float64)
    spectrum = np.abs(np.fft.rfft(middle * np.hanning(len(middle))))
    return float(np.argmax(spectrum) * SAMPLE_RATE / len(middle))


def share_at(recording: Recording, channel: int, hz: float) -> float:
    """Which part of a channel's energy lies within 30 Hz of a frequency."""
    middle = recording.samples[channel, 3_200:-3_200].astype(np.float64)
    power = np.abs(np.fft.rfft(middle * np.hanning(len(middle)))) ** 2
    near = np.abs(np.fft.rfftfreq(len(middle), 1 / SAMPLE_RATE) - hz) <= 30
    return float(power[near].sum() / max(power.sum(), 1e-9))


def oki(samples: Pcm) -> bytes:
    """Dialogic/OKI ADPCM (.vox): 12-bit, four bits a sample, high nibble first."""
    steps = [int(16 * 1.1**n) for n in range(49)]
    step, guess, nibbles = 0, 0, []
    for sample in (samples >> 4).tolist():
        code, guess = _oki_code(sample - guess, steps[step], guess)
        step = min(48, max(0, step + (-1, -1, -1, -1, 2, 4, 6, 8)[code & 7]))
        nibbles.append(code)
    return bytes(high << 4 | low for high, low in zip(nibbles[::2], nibbles[1::2], strict=False))


def _oki_code(difference: int, step: int, guess: int) -> tuple[int, int]:
    size = min(7, abs(difference) * 4 // step)
    change = (2 * size + 1) * step // 8
    code = size | (8 if difference < 0 else 0)
    return code, min(2_047, max(-2_048, guess - change if difference < 0 else guess + change))


def _layout(channels: int) -> str:
    return {1: "mono", 2: "stereo", 4: "quad", 6: "5.1"}[channels]


def _frame(sound: Pcm, to: Format) -> av.AudioFrame:
    frame = av.AudioFrame.from_ndarray(sound.reshape(1, -1), format="s16", layout=_layout(to.channels))
    frame.sample_rate = to.rate
    frame.pts = 0
    return frame
