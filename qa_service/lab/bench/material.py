"""Test calls of any length, made of the sample calls' utterances: two channels that take turns."""

from __future__ import annotations

import hashlib
import random
import wave
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from qa_service.core.errors import UsageError
from qa_service.core.time import Span
from qa_service.lab.truth import Said, read_truths
from qa_service.ports import SAMPLE_RATE, SAMPLES_PER_MS, AudioReader, Samples, SourceProfile

SEED = 20_261
#: Pauses between two turns, as in a calm conversation.
_GAPS_MS = (250, 900)
#: Noise of an idle line (dBFS), so that pauses are not digital silence, which costs a recogniser nothing.
_LINE_NOISE_DBFS = -70.0
#: Shorter cuts are back-channels that a pause around them would make unnatural.
_LEAST_MS = 400
_CHANNELS = {"agent": 0, "customer": 1}


@dataclass(frozen=True, slots=True)
class Cut:
    """One utterance of a sample call, cut from its own channel."""

    role: str
    text: str
    samples: Samples


@dataclass(frozen=True, slots=True)
class TestCall:
    """A made recording on disk, and what is said in it."""

    __test__ = False

    minutes: float
    wav: Path
    sha256: str
    utterances: tuple[Said, ...]
    #: How often the whole material was gone through; above 1, sentences come again in another order.
    rounds: int

    def lanes(self) -> tuple[tuple[str, ...], ...]:
        """What is said on each channel, in order."""
        return tuple(tuple(u.text for u in self.utterances if u.channel == channel) for channel in (0, 1))


def cuts_of(folder: Path, reader: AudioReader) -> tuple[Cut, ...]:
    """The utterances of a folder's two-channel sample calls; mono calls cannot be cut apart.

    Raises:
        UsageError: `no_material` where nothing can be cut.
    """
    cuts = tuple(
        cut for truth in read_truths(folder) for cut in _cuts(truth.recording, truth.utterances, reader)
    )
    if not {"agent", "customer"} <= {cut.role for cut in cuts}:
        raise UsageError(
            "no_material",
            where=str(folder),
            problem="holds no two-channel calls with truth files",
            fix="Name the folder of the sample calls with --samples",
        )
    return cuts


def _cuts(recording: Path, utterances: Sequence[Said], reader: AudioReader) -> Iterator[Cut]:
    sound = reader.read((recording,), SourceProfile())
    if sound.channels != len(_CHANNELS):
        return
    for said in utterances:
        samples = sound.cut(said.channel, said.span)
        if said.role in _CHANNELS and len(samples) >= _LEAST_MS * SAMPLES_PER_MS:
            yield Cut(said.role, said.text, samples.copy())


def make_call(cuts: Sequence[Cut], minutes: float, wav: Path, *, seed: int = SEED) -> TestCall:
    """Writes a call of about `minutes`; the same cuts and seed give the same file, byte for byte."""
    length_ms = round(minutes * 60_000)
    turns = tuple(_turns(cuts, length_ms, random.Random(seed)))  # noqa: S311 - order, not secrecy
    samples = _line_noise(length_ms, seed)
    for said, cut in turns:
        start = said.span.start_ms * SAMPLES_PER_MS
        samples[said.channel, start : start + len(cut.samples)] += cut.samples
    _write(samples, wav)
    return TestCall(
        minutes=minutes,
        wav=wav,
        sha256=hashlib.sha256(wav.read_bytes()).hexdigest(),
        utterances=tuple(said for said, _ in turns),
        rounds=-(-len(turns) // len(cuts)),
    )


def _turns(cuts: Sequence[Cut], length_ms: int, order: random.Random) -> Iterator[tuple[Said, Cut]]:
    """Agent and customer in turns, each utterance once before any comes again."""
    sources = {role: _endless([cut for cut in cuts if cut.role == role], order) for role in _CHANNELS}
    at_ms = order.randint(*_GAPS_MS)
    while True:
        for role, channel in _CHANNELS.items():
            cut = next(sources[role])
            span = Span(at_ms, at_ms + len(cut.samples) // SAMPLES_PER_MS)
            if span.end_ms > length_ms:
                return
            yield Said(span, role, channel, cut.text), cut
            at_ms = span.end_ms + order.randint(*_GAPS_MS)


def _endless(cuts: Sequence[Cut], order: random.Random) -> Iterator[Cut]:
    while True:
        yield from order.sample(cuts, len(cuts))


def _line_noise(length_ms: int, seed: int) -> np.ndarray[tuple[int, int], np.dtype[np.int16]]:
    """Two channels of quiet noise; ten seconds repeated, for hours need not be random."""
    level = 32_768 * 10 ** (_LINE_NOISE_DBFS / 20)
    piece = np.random.default_rng(seed).normal(0, level, (2, 10 * SAMPLE_RATE)).round().astype(np.int16)
    length = length_ms * SAMPLES_PER_MS
    return np.tile(piece, (1, -(-length // piece.shape[1])))[:, :length]


def _write(samples: np.ndarray[tuple[int, int], np.dtype[np.int16]], wav: Path) -> None:
    with wave.open(str(wav), "wb") as opened:
        opened.setnchannels(2)
        opened.setsampwidth(2)
        opened.setframerate(SAMPLE_RATE)
        opened.writeframes(np.ascontiguousarray(samples.T).tobytes())
