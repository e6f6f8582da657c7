"""Sound → whose voice a channel holds beside its own party's: somebody else's, or nobody knows."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from qa_service.core.measured import Layout
from qa_service.core.texts import Reason
from qa_service.core.time import Span, intersect, merge
from qa_service.measures.channel_report import ChannelReport
from qa_service.measures.channels import with_second_voices
from qa_service.measures.faint import (
    COMPARED_MS,
    Faint,
    Fate,
    Line,
    beside_known,
    compared,
    faint_stretches,
    fates,
    is_second_known,
    loud_stretches,
    needs_comparing,
)
from qa_service.measures.foreign import Foreign
from qa_service.measures.speakers import windows
from qa_service.ports import SAMPLES_PER_MS, Samples, SpeakerEncoder

#: Windows of a channel's own voice that a faint one is held against, spread over the call.
_OWN_WINDOWS = 24
#: What is left of a voice between two doubted stretches is a syllable of the same voice.
_CRUMB_MS = 300
#: Where a second voice is known, what is less alike than this over three windows may be its, however loud: one person's
#: lies at 0.847 and more, raised too, a neighbour's at 0.69 to 0.76 (docs/measures.md#a-second-voice).
_ALIKE_KNOWN = 0.80
#: A pause within a phrase.
_PHRASE_MS = 250

Encoder = Callable[[], SpeakerEncoder]


def second_voices(
    samples: npt.NDArray[np.int16], report: ChannelReport, noise: Sequence[Sequence[Span]], encoder: Encoder
) -> ChannelReport:
    """The report without voice that is somebody else's, and with what nobody knows whose it is set apart.

    The encoder is only made where a channel holds voice that is suspiciously faint for long enough; its
    vectors are kept nowhere.
    """
    if report.layout is not Layout.TWO_CHANNEL:
        return report
    foreign: list[Foreign] = []
    doubted: list[tuple[Span, ...]] = []
    for channel, own in enumerate(report.own):
        line = Line(samples[channel], own, report.own[1 - channel], noise[channel])
        found = _compared(line, faint_stretches(line), encoder)
        found = (*found, *beside_known(line, found))
        fate = list(zip(found, fates(found), strict=True))
        foreign += [_foreign(channel, each) for each, what in fate if what is Fate.FOREIGN]
        doubts = [each.span for each, what in fate if what is Fate.DOUBTED]
        unsure = merge((*doubts, *_as_loud(line, found, encoder)), gap_ms=_CRUMB_MS)
        doubted.append(intersect(own, unsure))
    return with_second_voices(report, samples, foreign, doubted)


def _foreign(channel: int, faint: Faint) -> Foreign:
    below_db = round(faint.below_db, 1)
    if faint.is_unlike and faint.likeness is not None:
        because = Reason.of("channel.other_voice", below_db=below_db, likeness=faint.likeness)
    else:
        because = Reason.of("channel.background", below_db=below_db)
    return Foreign(channel, faint.span, because)


def _as_loud(line: Line, found: tuple[Faint, ...], encoder: Encoder) -> tuple[Span, ...]:
    """What may be a second voice's that is known to be there, though it is as loud; it is never taken away."""
    usual = _usual(line, found)
    if not usual or not is_second_known(found):
        return ()
    row, voices = line.samples, encoder()
    loud = _voice(row, usual, voices)
    phrases = merge(loud_stretches(line.own, found), gap_ms=_PHRASE_MS)
    return merge(
        Span(three[0].start_ms, three[-1].end_ms)
        for phrase in phrases
        if phrase.duration_ms >= COMPARED_MS
        for three in _threes(windows([phrase], _call(line)))
        if float(_voice(row, three, voices) @ loud) < _ALIKE_KNOWN
    )


def _threes(pieces: Sequence[Span]) -> list[Sequence[Span]]:
    """Every three neighbours, or all where there are fewer: one window alone scatters too much."""
    return [pieces[at : at + 3] for at in range(max(1, len(pieces) - 2))]


def _call(line: Line) -> Span:
    return Span(0, int(line.samples.shape[0]) // SAMPLES_PER_MS)


def _usual(line: Line, found: tuple[Faint, ...]) -> tuple[Span, ...]:
    """Windows of the channel's loud voice, spread over the call."""
    pieces = windows(loud_stretches(line.own, found), _call(line))
    usual = [piece for piece in pieces if piece.duration_ms >= COMPARED_MS]
    return tuple(usual[:: -(-len(usual) // _OWN_WINDOWS)]) if usual else ()


def _compared(line: Line, found: tuple[Faint, ...], encoder: Encoder) -> tuple[Faint, ...]:
    """The faint stretches, the longer ones with how much they sound like the channel's loud voice."""
    row, call, usual = line.samples, _call(line), _usual(line, found)
    if not usual or not any(map(needs_comparing, found)):
        return found
    voices = encoder()
    loud = _voice(row, usual, voices)
    return tuple(
        compared(each, float(_voice(row, windows([each.span], call), voices) @ loud))
        if needs_comparing(each)
        else each
        for each in found
    )


def _voice(row: Samples, pieces: Sequence[Span], encoder: SpeakerEncoder) -> npt.NDArray[np.float32]:
    """The unit mean of the pieces' vectors."""
    vectors = encoder.embed([row[p.start_ms * SAMPLES_PER_MS : p.end_ms * SAMPLES_PER_MS] for p in pieces])
    mean: npt.NDArray[np.float32] = vectors.mean(axis=0)
    return mean / np.float32(max(float(np.linalg.norm(mean)), 1e-9))
