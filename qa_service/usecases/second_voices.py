"""Sound → whose voice a channel holds beside its own party's: somebody else's, or nobody knows."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from qa_service.core.measured import Layout
from qa_service.core.texts import Reason
from qa_service.core.time import Span, intersect, merge
from qa_service.measures.channels import ChannelReport, with_second_voices
from qa_service.measures.faint import (
    COMPARED_MS,
    Faint,
    Fate,
    Line,
    beside_known,
    compared,
    faint_stretches,
    fates,
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
        unsure = merge((each.span for each, what in fate if what is Fate.DOUBTED), gap_ms=_CRUMB_MS)
        doubted.append(intersect(own, unsure))
    return with_second_voices(report, samples, foreign, doubted)


def _foreign(channel: int, faint: Faint) -> Foreign:
    below_db = round(faint.below_db, 1)
    if faint.is_unlike and faint.likeness is not None:
        because = Reason.of("channel.other_voice", below_db=below_db, likeness=faint.likeness)
    else:
        because = Reason.of("channel.background", below_db=below_db)
    return Foreign(channel, faint.span, because)


def _compared(line: Line, found: tuple[Faint, ...], encoder: Encoder) -> tuple[Faint, ...]:
    """The faint stretches, the longer ones with how much they sound like the channel's loud voice."""
    row, call = line.samples, Span(0, int(line.samples.shape[0]) // SAMPLES_PER_MS)
    usual = [w for w in windows(loud_stretches(line.own, found), call) if w.duration_ms >= COMPARED_MS]
    if not usual or not any(map(needs_comparing, found)):
        return found
    usual = usual[:: -(-len(usual) // _OWN_WINDOWS)]
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
