"""Sound → lanes: whose voice is where, after the channels were tested and non-speech taken out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from qa_service.core.measured import Layout, Problem
from qa_service.core.speech import Sound, SoundKind
from qa_service.core.time import Span
from qa_service.measures.alignment import paths
from qa_service.measures.channels import ChannelReport, align, examine
from qa_service.measures.clocks import apart_ms
from qa_service.measures.foreign import without
from qa_service.measures.quality import quality
from qa_service.measures.sounds import not_speech, sounds
from qa_service.ports import SAMPLES_PER_MS, Recording, Samples, VoiceDetector


@dataclass(frozen=True, slots=True)
class Doubt:
    """A stretch of one channel on which no finding may rest, and why (a Reason code)."""

    channel: int
    span: Span
    code: str


@dataclass(frozen=True, slots=True)
class Lanes:
    """The sound that is worth hearing: per channel the spans of its own party, and what else was there."""

    #: int16, shape (channels, samples); legs aligned, so its length may differ from the recording's.
    samples: npt.NDArray[np.int16]
    layout: Layout
    #: Per channel; a mono call has its voice on one of them.
    own: tuple[tuple[Span, ...], ...]
    sounds: tuple[Sound, ...]
    problems: tuple[Problem, ...]
    doubts: tuple[Doubt, ...] = ()

    @property
    def call(self) -> Span:
        """The whole call on its clock."""
        return Span(0, int(self.samples.shape[1]) // SAMPLES_PER_MS)

    def cut(self, channel: int, span: Span) -> Samples:
        """The samples of one channel within `span` (a view, not a copy)."""
        return self.samples[channel, span.start_ms * SAMPLES_PER_MS : span.end_ms * SAMPLES_PER_MS]


def find_lanes(recording: Recording, voice: VoiceDetector) -> Lanes:
    """Finds voice, takes out what is not speech, and tests two channels before they are trusted."""
    lanes, report = _examined(recording.samples, voice)
    if report.lag_ms:
        problems = tuple(p for p in report.problems if p.code == "legs_shifted")
        lanes, _ = _examined(align(recording.samples, report.lag_ms), voice)
        lanes = replace(lanes, problems=(*problems, *lanes.problems))
    elif report.layout is not Layout.MONO and not report.is_linked:
        lanes = replace(lanes, problems=(*_clocks(lanes, recording.is_legs), *lanes.problems))
    return lanes


def _clocks(lanes: Lanes, is_legs: bool) -> Iterator[Problem]:
    """Nothing of either channel is heard in the other: only who speaks when can tell of a shift."""
    if moved_ms := apart_ms(*lanes.own):
        yield Problem("clocks_doubted", lanes.call, detail=f"lag_ms={moved_ms}")
    elif is_legs:
        # Two files, and nothing says that both began at one time.
        yield Problem("legs_unproven", lanes.call)


def _examined(samples: npt.NDArray[np.int16], voice: VoiceDetector) -> tuple[Lanes, ChannelReport]:
    channels = range(len(samples))
    # Channels know nothing of each other here, and what hears them works outside the interpreter's lock.
    with ThreadPoolExecutor(len(samples)) as pool:
        spoken = pool.map(lambda i: voice.voiced(samples[i]), channels)
        sounding = pool.map(lambda i: sounds(samples[i], channel=i), channels)
        shared = pool.submit(paths, *samples) if len(samples) == 2 else None
        heard = list(sounding)
        voiced = [without(spans, not_speech(heard[i])) for i, spans in enumerate(spoken)]
        noisy = [_noise(each) for each in heard]
        report = examine(samples, voiced, found=shared.result() if shared else None, noise=noisy)
        # Music may leak into the other channel too faintly to be found there: no channel's noise is taken from it.
        aside = not_speech(sound for each in heard for sound in each)
        lines = list(
            pool.map(lambda i: quality(samples[i], report.own[i], channel=i, sounds=aside), channels)
        )
    doubts = (
        Doubt(channel, bad.span, f"unreliable.{bad.because.code}")
        for channel, line in enumerate(lines)
        for bad in line.unreliable
    )
    # Where noise holds its level steadily, what speaks in it is far below it.
    drowned = (
        Doubt(channel, span, "unreliable.bad_snr") for channel, spans in enumerate(noisy) for span in spans
    )
    problems = (*report.problems, *(problem for line in lines for problem in line.problems))
    all_sounds = tuple(sorted(sound for each in heard for sound in each))
    return Lanes(samples, report.layout, report.own, all_sounds, problems, (*doubts, *drowned)), report


def _noise(heard: Iterable[Sound]) -> tuple[Span, ...]:
    return tuple(sound.span for sound in heard if sound.kind is SoundKind.NOISE)
