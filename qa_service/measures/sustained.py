"""Sound that goes on and on where nobody speaks, and is neither a known signal nor known music: the line is not quiet.

Songs and rhythm without held notes are not found as music (music.py), and so would be nobody speaking.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from qa_service.core.speech import Sound, SoundKind
from qa_service.core.time import Span, gaps, merge
from qa_service.measures.frames import (
    Floats,
    Mask,
    Samples,
    length_ms,
    levels_dbfs,
    mask_of,
    smooth,
    spans_of,
)

#: So far above the channel's floor, and above this …
_OVER_FLOOR_DB, _LEAST_DBFS = 15.0, -50.0
#: … in so much of every two seconds: a keyboard's clicks and their echoes fill a third of it.
_SHARE, _FRAMES = 0.8, 200
_SHORTEST_MS = 3_000
#: So near music of the same channel it is the same music.
_BESIDE_MS = 1_000
#: Frames that a level is taken over: the cycles of a deep note are not pauses.
_CYCLE = 5


def sustained(
    samples: Samples, *, voiced: Iterable[Span], known: Sequence[Sound], channel: int
) -> tuple[Sound, ...]:
    """The stretches of one channel; `voiced` is anybody's voice on any channel, `known` what was found there."""
    call = Span(0, length_ms(samples))
    taken = merge([*voiced, *(sound.span for sound in known)])
    quiet = [gap for gap in gaps(taken, call) if gap.duration_ms >= _SHORTEST_MS]
    loud = spans_of(_goes_on(smooth(levels_dbfs(samples), _CYCLE), quiet))
    left = [inside for gap in quiet for inside in _within(loud, gap)]
    music = [sound.span for sound in known if sound.kind is SoundKind.MUSIC and sound.channel == channel]
    return tuple(
        Sound(span, _kind(span, music), channel) for span in left if span.duration_ms >= _SHORTEST_MS
    )


def _goes_on(levels: Floats, quiet: Sequence[Span]) -> Mask:
    """Where it is loud nearly all the time; the floor is that of the conversation, with its short pauses."""
    talk = levels[~mask_of(quiet, levels.size)]
    if not talk.size:
        return np.zeros(levels.size, np.bool_)
    limit = max(_LEAST_DBFS, float(np.percentile(talk, 5)) + _OVER_FLOOR_DB)
    goes_on = smooth((levels > limit).astype(np.float32), _FRAMES) >= _SHARE
    # A window that is loud enough speaks for the half of it around its middle.
    kept: Mask = smooth(goes_on.astype(np.float32), _FRAMES // 2) > 0
    return kept


def _within(loud: Iterable[Span], quiet: Span) -> Iterator[Span]:
    return (inside for span in loud if (inside := span.clip(quiet)))


def _kind(span: Span, music: Iterable[Span]) -> SoundKind:
    is_music = any(span.touches(played, within_ms=_BESIDE_MS) for played in music)
    return SoundKind.MUSIC if is_music else SoundKind.UNKNOWN
