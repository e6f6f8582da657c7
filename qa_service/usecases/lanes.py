"""Sound → lanes: whose voice is where, after the channels were tested and non-speech taken out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from qa_service.core.measured import Layout, Problem
from qa_service.core.speech import Sound, SoundKind
from qa_service.core.time import Span, intersect, merge, total_ms
from qa_service.measures.alignment import paths
from qa_service.measures.channel_report import ChannelReport
from qa_service.measures.channels import examine
from qa_service.measures.cleaning import cleaned
from qa_service.measures.clocks import apart_ms
from qa_service.measures.foreign import without
from qa_service.measures.outages import outages
from qa_service.measures.quality import WORTH_MENTIONING, LineQuality, quality
from qa_service.measures.shift import align
from qa_service.measures.sounds import not_speech, sounds
from qa_service.measures.sustained import sustained
from qa_service.ports import SAMPLES_PER_MS, Recording, Samples, SpeakerEncoder, VoiceDetector
from qa_service.usecases.second_voices import second_voices

#: Music is known for music only after a while (measures.sounds): so much before it may still be its own.
_MUSIC_EDGE_MS, _BESIDE_MS = 500, 100


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
    #: Per channel, voice that is too faint there to be surely its party's; heard apart, and not relied on.
    faint: tuple[tuple[Span, ...], ...]
    sounds: tuple[Sound, ...]
    problems: tuple[Problem, ...]
    doubts: tuple[Doubt, ...] = ()

    @property
    def call(self) -> Span:
        """The whole call on its clock."""
        return Span(0, int(self.samples.shape[1]) // SAMPLES_PER_MS)

    def voiced(self, channel: int) -> tuple[Span, ...]:
        """All voice of a channel that is written down."""
        return merge((*self.own[channel], *self.faint[channel]))

    def cut(self, channel: int, span: Span) -> Samples:
        """The samples of one channel within `span` (a view, not a copy)."""
        return self.samples[channel, span.start_ms * SAMPLES_PER_MS : span.end_ms * SAMPLES_PER_MS]


def find_lanes(recording: Recording, voice: VoiceDetector, speakers: Callable[[], SpeakerEncoder]) -> Lanes:
    """Finds voice, takes out what is not speech, and tests two channels before they are trusted."""
    samples = cleaned(recording.samples)
    examined, report = _examined(samples, voice)
    shifted = tuple(p for p in report.problems if p.code == "legs_shifted")
    if report.lag_ms:
        samples = align(samples, report.lag_ms)
        examined, report = _examined(samples, voice)
    report = second_voices(samples, report, examined.noisy, speakers)
    lanes = _lanes(samples, report, examined)
    lanes = replace(lanes, problems=(*_outages(samples, lanes), *lanes.problems))
    if shifted:
        lanes = replace(lanes, problems=(*shifted, *lanes.problems))
    elif report.layout is not Layout.MONO and not report.is_linked:
        lanes = replace(lanes, problems=(*_clocks(lanes, recording.is_legs), *lanes.problems))
    return lanes


def _outages(samples: npt.NDArray[np.int16], lanes: Lanes) -> Iterator[Problem]:
    """What the recorder lost, though the file says nothing of it."""
    for span in outages(samples, [lanes.voiced(channel) for channel in range(len(samples))]):
        yield Problem("gap", span, lost_ms=span.duration_ms)


def _clocks(lanes: Lanes, is_legs: bool) -> Iterator[Problem]:
    """Nothing of either channel is heard in the other: only who speaks when can tell of a shift."""
    if moved_ms := apart_ms(*lanes.own):
        yield Problem("clocks_doubted", lanes.call, detail=f"lag_ms={moved_ms}")
    elif is_legs:
        # Two files, and nothing says that both began at one time.
        yield Problem("legs_unproven", lanes.call)


@dataclass(frozen=True, slots=True)
class _Examined:
    """What was found beside whose voice is where, per channel."""

    voiced: Sequence[Sequence[Span]]
    sounds: Sequence[Sequence[Sound]]
    noisy: Sequence[Sequence[Span]]
    quality: Sequence[LineQuality]


def _examined(samples: npt.NDArray[np.int16], voice: VoiceDetector) -> tuple[_Examined, ChannelReport]:
    channels = range(len(samples))
    # Channels know nothing of each other here, and what hears them works outside the interpreter's lock.
    with ThreadPoolExecutor(len(samples)) as pool:
        spoken = pool.map(lambda i: voice.voiced(samples[i]), channels)
        sounding = pool.map(lambda i: sounds(samples[i], channel=i), channels)
        shared = pool.submit(paths, *samples) if len(samples) == 2 else None
        heard = list(sounding)
        voiced = [_without_sounds(spans, heard[i]) for i, spans in enumerate(spoken)]
        noisy = [_noise(each) for each in heard]
        report = examine(samples, voiced, found=shared.result() if shared else None, noise=noisy)
        # Music may leak into the other channel too faintly to be found there: no channel's noise is taken from it.
        aside = not_speech(sound for each in heard for sound in each)
        lines = list(
            pool.map(lambda i: quality(samples[i], report.own[i], channel=i, sounds=aside), channels)
        )
    return _Examined(voiced, _with_sustained(samples, voiced, heard), noisy, lines), report


def _with_sustained(
    samples: npt.NDArray[np.int16], voiced: Sequence[Sequence[Span]], heard: Sequence[Sequence[Sound]]
) -> list[tuple[Sound, ...]]:
    """What sounds on and on where nobody speaks, on any channel, belongs to what was heard, too."""
    anybody = merge(span for each in voiced for span in each)
    known = [sound for each in heard for sound in each]
    return [
        (*each, *sustained(samples[i], voiced=anybody, known=known, channel=i))
        for i, each in enumerate(heard)
    ]


def _lanes(samples: npt.NDArray[np.int16], report: ChannelReport, examined: _Examined) -> Lanes:
    doubts = (
        *(
            Doubt(channel, bad.span, f"unreliable.{bad.because.code}")
            for channel, line in enumerate(examined.quality)
            for bad in line.unreliable
        ),
        # Where noise holds its level steadily, what speaks in it is far below it.
        *(Doubt(channel, span, "unreliable.bad_snr") for channel, span in _each(examined.noisy)),
        *(Doubt(channel, span, "unreliable.faint") for channel, span in _each(report.faint)),
    )
    problems = (
        *report.problems,
        *(problem for line in examined.quality for problem in line.problems),
        *_drowned(report, examined),
    )
    sounds_ = tuple(sorted(sound for each in examined.sounds for sound in each))
    return Lanes(samples, report.layout, report.own, report.faint, sounds_, problems, doubts)


def _drowned(report: ChannelReport, examined: _Examined) -> Iterator[Problem]:
    """Speech in steady noise, where the channel's own figures have not told of noise already."""
    for channel, line in enumerate(examined.quality):
        own = report.own[channel]
        hit = intersect(own, examined.noisy[channel])
        is_told = any(problem.code == "bad_snr" for problem in line.problems)
        if hit and not is_told and total_ms(hit) > WORTH_MENTIONING * total_ms(own):
            where = Span(hit[0].start_ms, hit[-1].end_ms)
            yield Problem("bad_snr", where, total_ms(hit), f"channel={channel}")


def _each(by_channel: Sequence[Sequence[Span]]) -> Iterator[tuple[int, Span]]:
    return ((channel, span) for channel, spans in enumerate(by_channel) for span in spans)


def _without_sounds(spans: Iterable[Span], heard: Iterable[Sound]) -> tuple[Span, ...]:
    """Voice without what is no speech; a scrap of voice right beside music is the music's own first or last tone."""
    found = tuple(heard)
    music = [sound.span for sound in found if sound.kind is SoundKind.MUSIC]
    return tuple(
        span
        for span in without(spans, not_speech(found))
        if span.duration_ms >= _MUSIC_EDGE_MS
        or not any(span.touches(played, within_ms=_BESIDE_MS) for played in music)
    )


def _noise(heard: Iterable[Sound]) -> tuple[Span, ...]:
    return tuple(sound.span for sound in heard if sound.kind is SoundKind.NOISE)
