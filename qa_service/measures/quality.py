"""How well a line can be heard: noise, clipping, drop-outs, band width, hum; and what cannot be judged.

A stretch is unreliable when its figures are where Whisper base makes more than twice the errors it
makes on the same sentences undisturbed (docs/measures.md has the table and the command).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from qa_service.core.measured import Problem
from qa_service.core.texts import Reason
from qa_service.core.time import Span, cover, intersect, merge, total_ms
from qa_service.measures.band import bandwidth_hz, hum_db, without_hum
from qa_service.measures.damage import clipped_share, crowded_share, dropouts
from qa_service.measures.frames import (
    FRAME_MS,
    Floats,
    Mask,
    Samples,
    cut,
    frame_power,
    length_ms,
    mask_of,
)
from qa_service.measures.holes import holes

#: Below this a stretch is unreliable: pink noise doubles the errors at 11 dB, white noise already at 15.
BAD_SNR_DB = 11.0
#: Share of samples cut off at the top: above this a stretch is unreliable.
BAD_CLIPPED = 0.30
#: Share of samples that crowd at the top of their own 32 ms: above this a stretch is unreliable. Nothing that is
#: hummed gets there: a pure tone has .29, and .34 through A-law.
BAD_CROWDED = 0.35
#: Share of a stretch that is missing: above this it is unreliable.
BAD_DROPPED = 0.09
#: The report mentions a channel when so much of its speech is unreliable.
WORTH_MENTIONING = 0.05
#: An SNR cannot be measured above what 8-bit companding leaves.
BEST_SNR_DB = 60.0
#: The noise is taken from this far around a stretch.
_AROUND_MS = 5_000
#: A hole so close to a stretch is a loss of it: voice detectors stop before it and begin after it.
_BESIDE_MS = 150
#: Hum this far above what is around it is the mains; it is no noise that hides speech.
_HUMS_DB = 20.0
_FEWEST_NOISE_FRAMES = 30
_FEWEST_VOICE_FRAMES = 300


@dataclass(frozen=True, slots=True)
class Unreliable:
    """A voiced stretch on which no finding may rest, with `bad_snr`, `clipped` or `dropouts`."""

    span: Span
    because: Reason


@dataclass(frozen=True, slots=True)
class LineQuality:
    """One channel's figures over its voiced time; None where nobody spoke."""

    #: Power of voice over noise; capped at BEST_SNR_DB, reached when there is digital silence between words.
    snr_db: float | None
    #: Share of voiced samples that were cut off at the top, 0–1.
    clipped: float
    #: Milliseconds of speech that are missing.
    dropped_ms: int
    #: Where the speech band ends: near 3,400 for a telephone, 8,000 at most.
    bandwidth_hz: int | None
    #: How far mains hum (50 or 60 Hz and harmonics) stands above its surroundings in the pauses.
    hum_db: float | None
    unreliable: tuple[Unreliable, ...]
    problems: tuple[Problem, ...]


def quality(
    samples: Samples, voiced: Iterable[Span], *, channel: int = 0, sounds: Iterable[Span] = ()
) -> LineQuality:
    """Measures one channel over its voiced stretches (give `activity.stretches` or the voiced spans).

    `sounds` are hold music, tones and the like: they count as neither voice nor noise.
    """
    call = Span(0, length_ms(samples))
    spans = tuple(sorted(part for span in voiced if (part := span.clip(call)) is not None))
    power = frame_power(samples)
    is_voice = mask_of(spans, power.size)
    is_sound = mask_of(sounds, power.size)
    hum = hum_db(samples, is_voice | is_sound)
    audible = frame_power(without_hum(samples)) if hum is not None and hum >= _HUMS_DB else power
    heard = _Heard(audible, is_voice & ~is_sound, ~is_voice & ~is_sound)
    gone = merge((*dropouts(samples, spans), *holes(samples, power, is_voice, is_sound)))
    unreliable = tuple(
        Unreliable(span, reason)
        for span in spans
        if (reason := _fault(samples, span, gone, snr_db=_snr(heard, span))) is not None
    )
    return LineQuality(
        snr_db=_median([_snr(heard, span) for span in spans]),
        clipped=round(_mean_clipped(samples, spans), 4),
        dropped_ms=total_ms(gone),
        bandwidth_hz=bandwidth_hz(samples, spans),
        hum_db=hum,
        unreliable=unreliable,
        problems=tuple(_problems(unreliable, spans, channel)),
    )


def _fault(samples: Samples, span: Span, gone: Sequence[Span], *, snr_db: float | None) -> Reason | None:
    """The first thing that makes a stretch unreliable."""
    whole = cover([span, *(hole for hole in gone if hole.touches(span, within_ms=_BESIDE_MS))])
    dropped = total_ms(intersect(gone, [whole])) / max(1, whole.duration_ms)
    if dropped > BAD_DROPPED:
        return Reason.of("dropouts", share=round(dropped, 3))
    heard = cut(samples, span)
    clipped, crowded = clipped_share(heard), crowded_share(heard)
    if clipped > BAD_CLIPPED or crowded > BAD_CROWDED:
        return Reason.of("clipped", share=round(max(clipped, crowded), 3))
    if snr_db is not None and snr_db < BAD_SNR_DB:
        return Reason.of("bad_snr", snr_db=round(snr_db, 1))
    return None


@dataclass(frozen=True, slots=True)
class _Heard:
    """The power of every frame, and which frames are voice and which may be noise; some are neither."""

    power: Floats
    is_voice: Mask
    may_be_noise: Mask


def _snr(heard: _Heard, span: Span) -> float | None:
    """Voice over noise in dB: the noise is the louder of what is around and what is between the syllables.

    Lines that are gated between words would otherwise seem free of noise. What is between the syllables
    is only known where there is enough speech around to hold some pauses.
    """
    frames = slice(span.start_ms // FRAME_MS, span.end_ms // FRAME_MS)
    inside = heard.power[frames]
    if inside.size < 10:
        return None
    around = slice(max(0, span.start_ms - _AROUND_MS) // FRAME_MS, (span.end_ms + _AROUND_MS) // FRAME_MS)
    outside = heard.power[around][heard.may_be_noise[around]]
    spoken = heard.power[around][heard.is_voice[around]]
    noise = float(np.median(outside)) if outside.size >= _FEWEST_NOISE_FRAMES else 0.0
    if spoken.size >= _FEWEST_VOICE_FRAMES:
        noise = max(noise, float(np.percentile(spoken, 5)))
    loud = inside[inside >= inside.mean() / 30]
    voice = float(loud.mean()) - noise
    ratio = max(voice, 1e-3 * noise, 1e-9) / max(noise, 1e-9)
    return float(min(BEST_SNR_DB, 10 * np.log10(ratio)))


def _median(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return round(float(np.median(known)), 1) if known else None


def _mean_clipped(samples: Samples, spans: Sequence[Span]) -> float:
    weights = [span.duration_ms for span in spans]
    shares = [clipped_share(cut(samples, span)) for span in spans]
    return float(np.average(shares, weights=weights)) if sum(weights) else 0.0


def _problems(unreliable: Sequence[Unreliable], spans: Sequence[Span], channel: int) -> Iterator[Problem]:
    """One line per fault that spoils more than a twentieth of the channel's speech."""
    for code in ("bad_snr", "clipped", "dropouts"):
        hit = merge(each.span for each in unreliable if each.because.code == code)
        if hit and total_ms(hit) > WORTH_MENTIONING * total_ms(spans):
            where = Span(hit[0].start_ms, hit[-1].end_ms)
            yield Problem(code, where, total_ms(hit), f"channel={channel}")
