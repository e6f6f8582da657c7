"""Test calls of any length: whole sample calls one after the other, agent and customer on their channels.

Single utterances in a made-up order would be quicker said, but they are no conversation: a goodbye in the
middle makes Whisper drop what follows, which no real call does to it.
"""

from __future__ import annotations

import hashlib
import random
import wave
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from qa_service.core.errors import UsageError
from qa_service.core.time import Span
from qa_service.lab.truth import Said, Truth, read_truths
from qa_service.ports import SAMPLE_RATE, SAMPLES_PER_MS, AudioReader, SourceProfile

SEED = 20_261
#: Noise of an idle line (dBFS), so that pauses are not digital silence, which costs a recogniser nothing.
_LINE_NOISE_DBFS = -70.0
_AGENT, _CUSTOMER = 0, 1
_Sound = np.ndarray[tuple[int, int], np.dtype[np.int16]]


@dataclass(frozen=True, slots=True)
class SampleCall:
    """A whole sample call, the agent on channel 0 and the customer on channel 1."""

    sound: _Sound
    #: In order of start, on the clock of `sound`; announcements stay on the channel that they came on.
    utterances: tuple[Said, ...]

    def until(self, length_ms: int) -> SampleCall:
        """What is whole within `length_ms`: cut before the first utterance that would be cut in two."""
        end_ms = length_ms
        while broken := [u for u in self.utterances if u.span.start_ms < end_ms < u.span.end_ms]:
            end_ms = min(u.span.start_ms for u in broken)
        said = tuple(u for u in self.utterances if u.span.end_ms <= end_ms)
        return SampleCall(self.sound[:, : end_ms * SAMPLES_PER_MS], said)


@dataclass(frozen=True, slots=True)
class TestCall:
    """A made recording on disk, and what is said in it."""

    __test__ = False

    minutes: float
    wav: Path
    sha256: str
    utterances: tuple[Said, ...]
    #: How often the whole material was gone through; above 1, calls come again in another order.
    rounds: int

    def lanes(self) -> tuple[tuple[str, ...], ...]:
        """What is said on each channel, in order."""
        return tuple(tuple(u.text for u in self.utterances if u.channel == channel) for channel in (0, 1))


def calls_of(folder: Path, reader: AudioReader) -> tuple[SampleCall, ...]:
    """The scored sample calls of a folder that have agent and customer on a channel each.

    Raises:
        UsageError: `no_material` where there is none.
    """
    truths = (truth for truth in read_truths(folder) if truth.status == "scored")
    calls = tuple(call for truth in truths if (call := _call(truth, reader)))
    if not calls:
        raise UsageError(
            "no_material",
            where=str(folder),
            problem="holds no two-channel calls with truth files",
            fix="Name the folder of the sample calls with --samples",
        )
    return calls


def _call(truth: Truth, reader: AudioReader) -> SampleCall | None:
    agents, customers = (_channels(truth.utterances, role) for role in ("agent", "customer"))
    recording = reader.read((truth.recording,), SourceProfile())
    if recording.channels != 2 or {*agents, *customers} != {_AGENT, _CUSTOMER} or agents & customers:
        return None
    if agents == {_AGENT}:
        return SampleCall(recording.samples, truth.utterances)
    swapped = tuple(replace(said, channel=1 - said.channel) for said in truth.utterances)
    return SampleCall(recording.samples[::-1], swapped)


def _channels(utterances: Sequence[Said], role: str) -> set[int]:
    return {said.channel for said in utterances if said.role == role}


def make_call(calls: Sequence[SampleCall], minutes: float, wav: Path, *, seed: int = SEED) -> TestCall:
    """Writes a call of `minutes`; the same material and seed give the same file, byte for byte."""
    length_ms = round(minutes * 60_000)
    order = random.Random(seed)  # noqa: S311 - order, not secrecy
    sound, said, laid = _line_noise(length_ms, seed), list[Said](), 0
    for at_ms, call in _laid(calls, length_ms, order):
        start = at_ms * SAMPLES_PER_MS
        sound[:, start : start + call.sound.shape[1]] = call.sound
        said += (_later(u, at_ms) for u in call.utterances)
        laid += 1
    _write(sound, wav)
    sha256 = hashlib.sha256(wav.read_bytes()).hexdigest()
    return TestCall(minutes, wav, sha256, tuple(said), rounds=-(-laid // len(calls)))


def _later(said: Said, by_ms: int) -> Said:
    return replace(said, span=Span(said.span.start_ms + by_ms, said.span.end_ms + by_ms))


def _laid(
    calls: Sequence[SampleCall], length_ms: int, order: random.Random
) -> Iterator[tuple[int, SampleCall]]:
    """Calls and where they start, each once before any comes again; the last is cut to fit."""
    at_ms = 0
    while True:
        for call in order.sample(calls, len(calls)):
            whole_ms = call.sound.shape[1] // SAMPLES_PER_MS
            if at_ms + whole_ms >= length_ms:
                yield at_ms, call.until(length_ms - at_ms)
                return
            yield at_ms, call
            at_ms += whole_ms


def _line_noise(length_ms: int, seed: int) -> _Sound:
    """Two channels of quiet noise; ten seconds repeated, for hours need not be random."""
    level = 32_768 * 10 ** (_LINE_NOISE_DBFS / 20)
    piece = np.random.default_rng(seed).normal(0, level, (2, 10 * SAMPLE_RATE)).round().astype(np.int16)
    length = length_ms * SAMPLES_PER_MS
    return np.tile(piece, (1, -(-length // piece.shape[1])))[:, :length]


def _write(samples: _Sound, wav: Path) -> None:
    with wave.open(str(wav), "wb") as opened:
        opened.setnchannels(2)
        opened.setsampwidth(2)
        opened.setframerate(SAMPLE_RATE)
        opened.writeframes(np.ascontiguousarray(samples.T).tobytes())
