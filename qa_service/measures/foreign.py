"""Voice on a channel that is not its own party's: the other party leaking in, or the background."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from qa_service.core.texts import Reason
from qa_service.core.time import Span, gaps, intersect, merge, total_ms
from qa_service.measures.frames import FRAME_MS, Floats, Mask, levels_dbfs, mask_of, smooth, spans_of
from qa_service.measures.leakage import HOP_MS, Explained

#: A frame is a leak when this share of its power is explained by the other channel …
LEAK_SHARE = 0.5
#: … and it is quieter than there: by so much as it stands, or by so much relative to either's own voice.
_QUIETER_DB = 3.0
_QUIETER_THAN_USUAL_DB = 6.0
#: Voice this much fainter than the channel's own party is not theirs: a neighbour, a television.
#: One person's stretches in one call lie within ±10 dB (docs/measures.md).
BACKGROUND_DB = 18.0
#: Voice this much fainter than the *other* party's is the rest of a leak, or nobody's.
_LOST_DB = 30.0
#: … but where the channel holds a quiet party, only what is so far below the loudest there is not theirs. It does
#: where so much of its voice is no leak, and no more of that than half lies under the other party's voice.
_CLEARLY_DB, _PARTYS_SHARE, _UNDER_SHARE = 8.0, 0.4, 0.5
#: Without a path in common (other codecs on the way): voice under the other party's, this much fainter.
_DROWNED_DB = 15.0
_DROWNED_SHARE = 0.8
#: The channel's own loudness is known after so much of its own voice.
_KNOWN_MS = 1_500
#: Decisions shorter than a syllable are joined to what surrounds them.
_SYLLABLE_MS = 160

Pair = tuple[Explained | None, Explained | None]


@dataclass(frozen=True, slots=True, order=True)
class Foreign:
    """A voiced span that must not be written down as this channel's party."""

    channel: int
    span: Span
    #: `channel.leak` (the other party), `channel.background` (somebody far off) or `channel.other_voice`
    #: (somebody nearer), with what tells.
    because: Reason


def foreign_voice(
    samples: npt.NDArray[np.int16],
    voiced: Sequence[Sequence[Span]],
    leaks: Pair,
    noise: Sequence[Sequence[Span]] = ((), ()),
) -> tuple[Foreign, ...]:
    """Both channels' foreign spans, in order of channel and time.

    `noise` says nothing about how loud a party is, though people speak over it.
    """
    explained_by_other = tuple(
        tuple(_leaked(voiced[channel], leaks, channel)) for channel in range(len(voiced))
    )
    found = [foreign for each in explained_by_other for foreign in each]
    own = [without(spans, (f.span for f in explained_by_other[i])) for i, spans in enumerate(voiced)]
    levels = [smooth(levels_dbfs(row), 5) for row in samples]
    for channel in range(len(own)):
        is_partys = total_ms(own[channel]) >= max(_KNOWN_MS, _PARTYS_SHARE * total_ms(voiced[channel]))
        found += _too_faint(channel, own, levels, noise, is_partys=is_partys)
    return tuple(sorted(found))


def without(spans: Iterable[Span], taken: Iterable[Span]) -> tuple[Span, ...]:
    """What is left of `spans`; rests shorter than a syllable beside what was taken go with it."""
    removed = merge(taken)
    return tuple(
        rest
        for span in merge(spans)
        for rest in gaps((r for r in removed if r.overlap_ms(span)), span)
        if rest == span or rest.duration_ms >= _SYLLABLE_MS
    )


def _leaked(voiced: Sequence[Span], leaks: Pair, channel: int) -> Iterator[Foreign]:
    """Where the other channel explains what is here, and here is quieter."""
    heard = leaks[channel]
    if heard is None:
        return
    usual_db = _usual_drop_db(heard)
    quieter = (heard.drop_db >= _QUIETER_DB) | (heard.drop_db - usual_db >= _QUIETER_THAN_USUAL_DB)
    leaked = _steady((heard.share >= LEAK_SHARE) & quieter)
    for span in intersect(voiced, _on_the_clock(leaked)):
        if span.duration_ms >= _SYLLABLE_MS // 2:
            yield Foreign(channel, span, _because(heard, span))


def _usual_drop_db(heard: Explained) -> float:
    """How much louder the source's own voice is than the receiver's own; 0 where that is not known.

    Loud frames that are not explained are the receiver's own; where it has none, nothing is known.
    """
    own = heard.level_dbfs[heard.share < LEAK_SHARE / 2]
    loud = own[own > -45.0]
    if loud.size * HOP_MS < _KNOWN_MS:
        return 0.0
    return float(np.percentile(heard.source_dbfs, 95) - np.percentile(loud, 90))


def _steady(flags: Mask) -> Mask:
    """Decided by the majority of five frames (a third of a second)."""
    steady: Mask = smooth(flags.astype(np.float32), 5) > 0.5
    return steady


def _on_the_clock(flags: Mask) -> tuple[Span, ...]:
    """Frames of 128 ms every 64 ms speak for the 64 ms in their middle; the first one also for before."""
    middle = HOP_MS // 2
    spans = spans_of(flags, frame_ms=HOP_MS)
    return merge(
        (Span(s.start_ms + middle if s.start_ms else 0, s.end_ms + middle) for s in spans),
        gap_ms=_SYLLABLE_MS,
    )


def _because(heard: Explained, span: Span) -> Reason:
    frames = slice(span.start_ms // HOP_MS, max(span.end_ms // HOP_MS, span.start_ms // HOP_MS + 1))
    return Reason.of(
        "channel.leak",
        drop_db=round(float(np.median(heard.drop_db[frames])), 1),
        explained=round(float(np.median(heard.share[frames])), 2),
    )


def _too_faint(
    channel: int,
    own: Sequence[Sequence[Span]],
    levels: Sequence[Floats],
    noise: Sequence[Sequence[Span]],
    *,
    is_partys: bool,
) -> Iterator[Foreign]:
    """Stretches far below this channel's own voice, or drowned by the other party's."""
    here, there = levels[channel], levels[1 - channel]
    speaks = mask_of(own[1 - channel], there.size)
    usual = usual_dbfs(here, own[channel], noise[channel])
    other = usual_dbfs(there, own[1 - channel], noise[1 - channel])
    over = speaks[: here.size] & (there - here >= _DROWNED_DB)
    is_partys = is_partys and _share(over, own[channel]) <= _UNDER_SHARE
    for span in own[channel]:
        frames = slice(span.start_ms // FRAME_MS, span.end_ms // FRAME_MS)
        level = loud_part(here[frames])
        below_db = usual - level
        drowned = _share(over, [span]) >= _DROWNED_SHARE
        lost = other - level >= _LOST_DB and (below_db >= _CLEARLY_DB or not is_partys)
        if drowned and (below_db >= _DROWNED_DB or total_ms(own[channel]) < _KNOWN_MS):
            yield Foreign(channel, span, Reason.of("channel.leak", below_db=round(below_db, 1)))
        elif below_db >= BACKGROUND_DB or lost:
            yield Foreign(channel, span, Reason.of("channel.background", below_db=round(below_db, 1)))


def _share(over: Mask, spans: Sequence[Span]) -> float:
    """The share of some voice that lies under the other party's much louder one."""
    voice = over[mask_of(spans, over.size)]
    return float(voice.mean()) if voice.size else 0.0


def usual_dbfs(levels: Floats, own: Sequence[Span], noise: Sequence[Span]) -> float:
    """The channel's own voice: the 90th percentile of its voiced frames, where there is no noise on them."""
    voice = mask_of(own, levels.size)
    clear = voice & ~mask_of(noise, levels.size)
    return loud_part(levels[clear if clear.any() else voice])


def loud_part(levels: Floats) -> float:
    """How loud a voice is, whatever its pauses: the 90th percentile; −100 of nothing."""
    return float(np.percentile(levels, 90)) if levels.size else -100.0
