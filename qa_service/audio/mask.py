"""Sound that nobody may hear again (card numbers, identity numbers) is replaced by silence or a bleep."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from enum import StrEnum
from functools import cache

import numpy as np
from pydub.generators import Sine

from qa_service.audio.segments import AudioSegment, samples
from qa_service.core.time import Span, merge
from qa_service.ports import SAMPLE_RATE, SAMPLES_PER_MS, Recording

#: Word times of a recogniser should not be further off (a goal, docs/audio.md#masking): masked on both sides.
MARGIN_MS = 150
_BLEEP_HZ = 1_000
_BLEEP_DBFS = -20.0
_FADE_MS = 5
_SECOND_MS = 1_000


class Cover(StrEnum):
    """What is heard instead."""

    SILENCE = "silence"
    BLEEP = "bleep"


def mask(
    recording: Recording, spans: Iterable[Span], *, cover: Cover = Cover.BLEEP, margin_ms: int = MARGIN_MS
) -> Recording:
    """A new recording of the same length in which the spans (and `margin_ms` around) cannot be heard.

    Every channel is masked: what one party says leaks into the other's. Nothing of the original is left
    under the cover. `sha256` still names the recording that this was made from. The samples are copied,
    so a long call is in memory once.
    """
    masked = np.array(recording.samples)
    whole = Span(0, recording.duration_ms)
    wide = [Span(max(0, span.start_ms - margin_ms), span.end_ms + margin_ms) for span in spans]
    for span in merge(wide):
        if inside := span.clip(whole):
            at = slice(inside.start_ms * SAMPLES_PER_MS, inside.end_ms * SAMPLES_PER_MS)
            masked[:, at] = samples(_covering(cover, inside.duration_ms))
    return replace(recording, samples=masked)


def _covering(cover: Cover, lasts_ms: int) -> AudioSegment:
    if cover is Cover.SILENCE:
        return AudioSegment.silent(lasts_ms, frame_rate=SAMPLE_RATE)
    bleep = (_bleep() * (lasts_ms // _SECOND_MS + 1))[:lasts_ms]
    fade_ms = min(_FADE_MS, lasts_ms // 2)
    return bleep.fade_in(fade_ms).fade_out(fade_ms)


@cache
def _bleep() -> AudioSegment:
    """One second, a whole number of waves: copies join without a click."""
    wave = Sine(_BLEEP_HZ, sample_rate=SAMPLE_RATE)
    return wave.to_audio_segment(duration=_SECOND_MS, volume=_BLEEP_DBFS)
