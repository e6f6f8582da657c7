"""What hearing needs: files in, samples, voice, words, voices and sentences as vectors, models."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from qa_service.core.measured import HearingModel, Problem
from qa_service.core.speech import HeardWord
from qa_service.core.time import Span

#: Mono 16-bit samples at SAMPLE_RATE, one dimension.
Samples = npt.NDArray[np.int16]
#: Everything inside works at this rate; the audio adapter resamples on the way in.
SAMPLE_RATE = 16_000
SAMPLES_PER_MS = SAMPLE_RATE // 1_000


@dataclass(frozen=True, slots=True)
class Recording:
    """Decoded sound: one row of samples per channel, all of one length, and what went wrong on the way."""

    #: int16, shape (channels, samples), at SAMPLE_RATE.
    samples: npt.NDArray[np.int16]
    sha256: str
    #: What the file was: `pcm_alaw`, `mp3` …, and its own rate.
    codec: str
    source_rate: int
    #: What the container says the recording lasts; None where it says nothing.
    claimed_ms: int | None = None
    problems: tuple[Problem, ...] = ()
    #: Each channel was a file of its own, which may have been started at another time.
    is_legs: bool = False

    @property
    def channels(self) -> int:
        """How many channels were decoded."""
        return int(self.samples.shape[0])

    @property
    def duration_ms(self) -> int:
        """Length of what was decoded."""
        return int(self.samples.shape[1]) // SAMPLES_PER_MS

    def cut(self, channel: int, span: Span) -> Samples:
        """The samples of one channel within `span` (a view, not a copy)."""
        return self.samples[channel, span.start_ms * SAMPLES_PER_MS : span.end_ms * SAMPLES_PER_MS]


@dataclass(frozen=True, slots=True)
class SourceProfile:
    """How to read what comes from one source of recordings (a recorder, a platform, a folder)."""

    name: str = "default"
    #: For headerless files: codec (`adpcm_ima_oki`, `pcm_s16le`, `pcm_alaw`, `pcm_mulaw` …), rate, channels.
    raw_codec: str = ""
    raw_rate: int = 8_000
    raw_channels: int = 1
    max_bytes: int = 1 << 30
    max_ms: int = 4 * 3_600_000
    #: Seconds a decoder child may take before it is killed, at least; grows with the length claimed.
    deadline_s: float = 60.0


class Progress(Protocol):
    """Told how far a stage is: done of total, in any unit; total 0 means unknown."""

    def __call__(self, stage: str, done: float, total: float) -> None:
        """Called from the working thread; must be quick and must not raise."""


def silent_progress(stage: str, done: float, total: float) -> None:
    """For whoever does not want to know."""


def never_cancelled() -> bool:
    """For whoever never changes their mind."""
    return False


class AudioReader(Protocol):
    """Files of strangers in, samples out."""

    def read(self, paths: Sequence[Path], profile: SourceProfile) -> Recording:
        """Decodes one recording; two paths are the two legs of a call, one channel each.

        Raises:
            RecordingError: with the codes `not_audio`, `empty`, `too_short`, `too_large`, `too_long`,
                `unreadable`, `deadline`; the message says what to do.
        """


class VoiceDetector(Protocol):
    """Finds where somebody speaks."""

    def voiced(self, samples: Samples) -> tuple[Span, ...]:
        """Disjoint voiced spans in order, unpadded, on the clock of `samples`."""


@dataclass(frozen=True, slots=True)
class HearingProfile:
    """How to listen: everything here can change the words and is part of their settings digest."""

    #: `accurate` or `fast`, see docs/speech.md.
    effort: str = "accurate"
    language: str = "zh"
    #: Script of the stored text: `zh_CN` simplified, `zh_TW` traditional.
    script: str = "zh_CN"
    #: Hot words of the installation.
    vocabulary: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Stretch:
    """Voiced sound to be written down: one channel, bounded by silence."""

    channel: int
    #: On the call clock; `samples` is exactly this long.
    span: Span
    samples: Samples
    #: Perhaps not the voice of the channel's party: it is not heard in one breath with what surely is.
    is_aside: bool = False


@dataclass(frozen=True, slots=True)
class Heard:
    """What a recogniser made of one stretch."""

    words: tuple[HeardWord, ...]
    #: Why a voiced stretch gave no text, or too little (a Reason code); empty when heard.
    unheard: str = ""
    #: The stretch was decoded twice and is still doubtful (loops, too many characters a second …).
    doubtful: str = ""
    #: Language the model believes it heard, and how sure it is; empty where it was not asked.
    language: str = ""
    language_confidence: float = 0.0


class Recogniser(Protocol):
    """Speech to text. Times are character times on the call clock; see tests/ports/test_recogniser.py."""

    @property
    def model(self) -> HearingModel:
        """Which model listens, and its measured error rate."""

    def recognise(
        self,
        stretches: Sequence[Stretch],
        profile: HearingProfile,
        *,
        progress: Progress = silent_progress,
        cancelled: Callable[[], bool] = never_cancelled,
    ) -> Sequence[Heard]:
        """One `Heard` per stretch, in their order; words lie inside their stretch.

        Raises:
            Cancelled: soon after `cancelled()` turned true.
        """


class SpeakerEncoder(Protocol):
    """Voices as vectors, to tell two people on one channel apart."""

    def embed(self, pieces: Sequence[Samples]) -> npt.NDArray[np.float32]:
        """One unit-length row per piece (each ≥ 0.4 s); cosine says how alike two voices are."""


class Embedder(Protocol):
    """Sentences as vectors, to tell whether two mean the same."""

    @property
    def name(self) -> str:
        """Model and digest: vectors of encoders with different names say nothing of each other."""

    def embed(self, sentences: Sequence[str]) -> npt.NDArray[np.float32]:
        """One unit-length row per sentence, in their order; cosine says how alike in meaning two are.

        What stands beside a sentence in `sentences` changes nothing but rounding. Thread-safe.

        Raises:
            ModelError: the model cannot be read.
        """


@dataclass(frozen=True, slots=True)
class ModelFiles:
    """A model that is there and verified."""

    name: str
    folder: Path
    revision: str
    #: sha256 over the manifest's file hashes.
    digest: str
    measured: Mapping[str, float] = field(default_factory=dict)


class ModelSource(Protocol):
    """Where model files come from."""

    def find(self, name: str, *, progress: Progress = silent_progress) -> ModelFiles:
        """The verified files of a model, fetched if need be.

        Raises:
            ModelError: no source answered, or a file is not what the manifest says.
        """
