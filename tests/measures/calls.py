"""Two-party calls with known truth: our sample calls, and leaks of one party into the other's channel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt
import pytest
import yaml

from qa_service.core.time import Span, intersect, merge, total_ms
from tests.measures.voices import RATE, Sound, noise, pcm, telephone

SAMPLES = Path(__file__).parents[2] / "sample_audio"
Rows = npt.NDArray[np.int16]
Spans = tuple[Span, ...]


@dataclass(frozen=True)
class Call:
    """Both parties' own voices, apart, with when each speaks."""

    voices: tuple[Sound, Sound]
    spoken: tuple[Spans, Spans]

    @property
    def seconds(self) -> float:
        return self.voices[0].size / RATE


def stereo_names() -> list[str]:
    """Sample calls with one party per channel, each alone on it."""
    names = ["good-call", "rude-interruptions"]
    return [name for name in names if next(SAMPLES.glob(f"{name}.truth.yaml"), None)]


CALLS = stereo_names()
needs_samples = pytest.mark.skipif(not CALLS, reason="the sample calls are not there yet")


def decoded(path: Path) -> Rows:
    """Any sample call as 16 kHz, (channels, samples)."""
    with av.open(str(path)) as container:
        stream = container.streams.audio[0]
        layout = "stereo" if stream.codec_context.channels == 2 else "mono"
        resampler = av.AudioResampler("s16p", layout, RATE)
        frames = [out for frame in container.decode(stream) for out in resampler.resample(frame)]
        return np.concatenate([f.to_ndarray() for f in [*frames, *resampler.resample(None)]], axis=1)


#: Enough of a call to learn a path from, and quick.
SECONDS = 30


@cache
def sample_call(name: str) -> Call:
    """The beginning of a sample call, every voice muted where its party does not speak, so that the truth is exact."""
    truth = yaml.safe_load((SAMPLES / f"{name}.truth.yaml").read_text(encoding="utf-8"))
    rows = decoded(SAMPLES / truth["audio"])[:, : SECONDS * RATE] / 32_768
    channel = {s["id"]: s["channel"] for s in truth["speakers"]}
    spoken = tuple(
        intersect(
            (Span(u["start_ms"], u["end_ms"]) for u in truth["utterances"] if channel[u["speaker"]] == c),
            [Span(0, rows.shape[1] // 16)],
        )
        for c in range(2)
    )
    alone = [row * _gate(spans, row.size) for row, spans in zip(rows, spoken, strict=True)]
    return Call((alone[0], alone[1]), (spoken[0], spoken[1]))


def first_call() -> Call:
    return sample_call(CALLS[0])


def _gate(spans: Spans, length: int) -> Sound:
    gate = np.zeros(length)
    for span in spans:
        gate[span.start_ms * 16 : span.end_ms * 16] = 1
    return gate


@dataclass(frozen=True)
class Leak:
    """How the other party gets into a channel: how much fainter, how much later, through which room."""

    db: float
    delay_ms: int = 40
    room: int = 1

    def __call__(self, voice: Sound) -> Sound:
        return filtered(delayed(voice, self.delay_ms), room(self.room)) * 10 ** (self.db / 20)

    def heard(self, spoken: Spans) -> Spans:
        return tuple(Span(s.start_ms + self.delay_ms, s.end_ms + self.delay_ms) for s in spoken)


def room(seed: int, *, ms: int = 30) -> Sound:
    """The impulse response of a small room or a hybrid, of unit energy."""
    random = np.random.default_rng(seed)
    taps = random.normal(size=ms * 16) * np.exp(-np.arange(ms * 16) / (ms * 16 / 5)) * 0.25
    taps[0] += 1
    unit: Sound = taps / np.sqrt((taps**2).sum())
    return unit


def filtered(sound: Sound, taps: Sound) -> Sound:
    size = 1 << (sound.size + taps.size - 1).bit_length()
    both: Sound = np.fft.irfft(np.fft.rfft(sound, size) * np.fft.rfft(taps, size), size)
    return both[: sound.size]


def delayed(sound: Sound, ms: int) -> Sound:
    """`ms` later (earlier when negative), of the same length."""
    by = ms * RATE // 1_000
    moved = np.zeros_like(sound)
    if by >= 0:
        moved[by:] = sound[: sound.size - by]
    else:
        moved[:by] = sound[-by:]
    return moved


def recorded(
    call: Call, into: Sequence[Leak | None], *, on_telephone: bool = True
) -> tuple[Rows, list[Spans]]:
    """The call as a recorder gets it, and what a voice detector would mark: own voice and leaks alike."""
    rows, voiced = [], []
    for channel, leak in enumerate(into):
        own, other = call.voices[channel], call.voices[1 - channel]
        line = own + noise(channel, call.seconds, dbfs=-65)[: own.size]
        line = line if leak is None else line + leak(other)
        rows.append(pcm(telephone(line) if on_telephone else line))
        heard = () if leak is None else leak.heard(call.spoken[1 - channel])
        voiced.append(merge((*call.spoken[channel], *heard), gap_ms=100))
    return np.stack(rows), voiced


def precision_recall(found: Sequence[Span], true: Sequence[Span]) -> tuple[float, float]:
    """Shares of milliseconds: of what was found, of what is true."""
    both = total_ms(intersect(found, true))
    return both / max(1, total_ms(found)), both / max(1, total_ms(true))
