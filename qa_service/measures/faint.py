"""A second, quieter voice on a channel: where it may be, what speaks for it, and what is to be done about it.

One person's stretches lie within ±10 dB, and so may a neighbour's. Three signs tell them apart: a neighbour talks
while the other party does, as loud there as anywhere; sounds like somebody else; and lies far below most of the
channel's voice. No sign alone takes anybody's words away: it takes two, else a person decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import Enum

import numpy as np

from qa_service.core.time import Span, intersect, merge, total_ms
from qa_service.measures.foreign import BACKGROUND_DB, loud_part, usual_dbfs, without
from qa_service.measures.frames import (
    FRAME_MS,
    Floats,
    Mask,
    Samples,
    levels_dbfs,
    mask_of,
    smooth,
    spans_of,
)

#: Voice this far below the channel's own is looked at more closely (figures: docs/measures.md#a-second-voice).
FAINT_DB = 8.0
#: Where a second voice is known, whole phrases under the other party's voice are looked at from here on.
_NEAR_DB = 6.0
#: A stretch is as loud as the loudest within so much of it: syllables and their gaps are not told apart.
_AROUND_MS = 200
#: Faint voice that pauses for less goes on; a sentence's own end is shorter than this.
_BREATH_MS, _SHORTEST_MS = 250, 600
#: So long a stretch is no 嗯 of somebody who listens, …
_TALKS_MS = 1_100
#: … so much of it lies under the other party's voice, …
_UNDER = 0.5
#: … and so long it must be for its voice to be compared; less alike than this is somebody else. One voice lies at
#: 0.72 and more, turned away from the microphone at 0.58.
COMPARED_MS, ALIKE = 1_200, 0.70
#: So far below most of the channel's voice nobody knows, without any sign.
_FAR_DB = 12.0
#: With so much of a second voice on a channel whatever is faint there may be its.
_KNOWN_MS = 2_000


class Fate(Enum):
    """What becomes of a faint stretch."""

    #: It is the party's own.
    OWN = "own"
    #: Nobody knows whose it is: its words are shown, and no finding rests on them.
    DOUBTED = "doubted"
    #: It is somebody else's, and is not written down.
    FOREIGN = "foreign"


@dataclass(frozen=True, slots=True, order=True)
class Faint:
    """Voice of one channel that is much quieter than the rest there."""

    span: Span
    #: How far below the channel's own voice, and below the middle of all voice there.
    below_db: float
    below_middle_db: float
    #: Share of it that lies under the other party's voice.
    under: float
    #: Cosine with the channel's loud voice; None where nobody compared them.
    likeness: float | None = None

    @property
    def is_unlike(self) -> bool:
        """Whether it sounds like somebody else."""
        return self.likeness is not None and self.likeness < ALIKE

    @property
    def talks_over(self) -> bool:
        """Whether it goes on while the other party talks, for longer than somebody who listens."""
        return self.under >= _UNDER and self.span.duration_ms >= _TALKS_MS


@dataclass(frozen=True, slots=True)
class Line:
    """One channel: its sound, its voice, when the other party speaks, and where steady noise hides how loud it is."""

    samples: Samples
    own: Sequence[Span]
    other: Sequence[Span]
    noise: Sequence[Span] = ()


def faint_stretches(line: Line) -> tuple[Faint, ...]:
    """The faint stretches in one channel's own voice, in order."""
    levels = _levels(line)
    runs = intersect(spans_of((levels.around < levels.usual - FAINT_DB) & levels.voice), line.own)
    return tuple(
        levels.faint(_widened(run, line.own), line.other)
        for run in merge(runs, gap_ms=_BREATH_MS)
        if run.duration_ms >= _SHORTEST_MS
    )


def beside_known(line: Line, found: Sequence[Faint]) -> tuple[Faint, ...]:
    """What else may be the second voice's, where `found` holds one: whole phrases, also short ones.

    A nearer neighbour's are as loud as the faintest of one's own syllables; under the other party's voice they
    are looked at too.
    """
    if not is_second_known(found):
        return ()
    levels, rest = _levels(line), loud_stretches(line.own, found)
    under = merge(intersect(rest, line.other), gap_ms=_BREATH_MS)
    phrases = (levels.faint(span, line.other) for span in merge(rest, gap_ms=_BREATH_MS))
    nearer = (levels.faint(span, line.other) for span in under if span.duration_ms >= _TALKS_MS)
    return (
        *(each for each in phrases if each.below_db >= FAINT_DB),
        *(each for each in nearer if each.below_db >= _NEAR_DB),
    )


def is_second_known(found: Sequence[Faint]) -> bool:
    """Whether enough speaks for a second voice on the channel."""
    return _second_ms(found) >= _KNOWN_MS


def loud_stretches(own: Sequence[Span], faint: Iterable[Faint]) -> tuple[Span, ...]:
    """What is left of a channel's voice without its faint stretches."""
    return without(own, (each.span for each in faint))


def needs_comparing(faint: Faint) -> bool:
    """Whether it is long enough for its voice to be compared."""
    return faint.span.duration_ms >= COMPARED_MS


def compared(faint: Faint, likeness: float) -> Faint:
    """The same, with how much it sounds like the channel's loud voice."""
    return replace(faint, likeness=round(likeness, 2))


def fates(found: Sequence[Faint]) -> tuple[Fate, ...]:
    """What becomes of each of a channel's faint stretches."""
    is_known = is_second_known(found)
    return tuple(_fate(each, is_known=is_known) for each in found)


def _second_ms(found: Iterable[Faint]) -> int:
    """How much speaks for a second voice."""
    return sum(each.span.duration_ms for each in found if each.is_unlike or each.talks_over)


def _fate(faint: Faint, *, is_known: bool) -> Fate:
    is_faintest = faint.below_db >= BACKGROUND_DB
    if sum((is_faintest, faint.is_unlike, faint.under >= _UNDER)) > 1:
        return Fate.FOREIGN
    is_far = faint.below_middle_db >= _FAR_DB and faint.span.duration_ms >= COMPARED_MS
    is_doubted = is_known or is_far or is_faintest or faint.is_unlike or faint.talks_over
    return Fate.DOUBTED if is_doubted else Fate.OWN


@dataclass(frozen=True, slots=True)
class _Levels:
    """How loud a channel is, frame by frame and around each, and how loud its voice usually is."""

    levels: Floats
    around: Floats
    voice: Mask
    usual: float
    middle: float

    def faint(self, span: Span, other: Sequence[Span]) -> Faint:
        level = loud_part(self.levels[span.start_ms // FRAME_MS : span.end_ms // FRAME_MS])
        under = total_ms(intersect(other, [span])) / max(1, span.duration_ms)
        return Faint(span, self.usual - level, self.middle - level, under)


def _levels(line: Line) -> _Levels:
    levels = smooth(levels_dbfs(line.samples), 5)
    around = _around(levels)
    voice = mask_of(line.own, levels.size) & ~mask_of(line.noise, levels.size)
    middle = float(np.median(around[voice])) if voice.any() else 0.0
    return _Levels(levels, around, voice, usual_dbfs(levels, line.own, line.noise), middle)


def _around(levels: Floats) -> Floats:
    """The loudest frame within _AROUND_MS of each."""
    half = _AROUND_MS // FRAME_MS
    padded = np.pad(levels, half, mode="edge") if levels.size else np.full(2 * half + 1, -100, np.float32)
    loudest: Floats = np.lib.stride_tricks.sliding_window_view(padded, 2 * half + 1).max(axis=1)
    return loudest[: levels.size]


def _widened(run: Span, own: Sequence[Span]) -> Span:
    """With half of what looking around took at its ends, inside the voice that it is part of."""
    part = next(span for span in own if span.overlap_ms(run))
    last = next(span for span in reversed(own) if span.overlap_ms(run))
    by = _AROUND_MS // 2
    return Span(max(part.start_ms, run.start_ms - by), min(last.end_ms, run.end_ms + by))
