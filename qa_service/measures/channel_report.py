"""What two channels turned out to be, and what people are told about it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from qa_service.core.measured import Layout, Problem
from qa_service.core.time import Span, merge, total_ms
from qa_service.measures.foreign import Foreign
from qa_service.measures.frames import Samples, length_ms, levels_dbfs

#: A line on which nothing happens is quieter than this; what is quieter than the next is too faint to be heard.
_IDLE_DBFS, _HEARD_DBFS = -68.0, -52.0
#: Less of somebody else's voice is taken out without a word: nobody can do anything about half a second.
_TOLD_MS = 1_000
#: With more than this share of a channel's voice taken for a background nobody has passed.
_LEFT_OUT = 0.20


@dataclass(frozen=True, slots=True)
class ChannelReport:
    """What two channels turned out to be."""

    layout: Layout
    #: Per channel, the spans of that channel's own party. Mono: all voice is on `best`, none on the other.
    own: tuple[tuple[Span, ...], ...]
    #: Voiced spans that are nobody's on that channel, with the reason.
    foreign: tuple[Foreign, ...] = ()
    #: Channels on which nobody of their own speaks: a one-sided recording.
    silent: tuple[int, ...] = ()
    #: Channel 1 says the same this much later than channel 0, because it was started earlier; see `shift.align`.
    lag_ms: int = 0
    #: One channel is heard on the other, so that both run on one clock, or how far they are apart is known.
    is_linked: bool = False
    #: The channel to listen to when the call is mono.
    best: int = 0
    problems: tuple[Problem, ...] = ()
    #: Per channel, voice so faint there that nobody knows whose it is; it is not in `own`.
    faint: tuple[tuple[Span, ...], ...] = ((), ())


def with_problems(report: ChannelReport, samples: npt.NDArray[np.int16]) -> ChannelReport:
    """The report with everything that is to be told about its channels, and nothing that was told before."""
    call = Span(0, length_ms(samples[0]))
    found = [_instead_of_voice(samples[channel], call, channel) for channel in report.silent]
    if report.lag_ms:
        found.append(Problem("legs_shifted", call, detail=f"lag_ms={report.lag_ms}"))
    for channel in sorted({f.channel for f in report.foreign}):
        taken = merge(f.span for f in report.foreign if f.channel == channel)
        if total_ms(taken) < _TOLD_MS:
            continue
        where = Span(taken[0].start_ms, taken[-1].end_ms)
        found.append(Problem("foreign_voice", where, total_ms(taken), f"channel={channel}"))
    for channel, spans in enumerate(report.faint):
        if total_ms(spans) >= _TOLD_MS:
            where = Span(spans[0].start_ms, spans[-1].end_ms)
            found.append(Problem("faint_voice", where, total_ms(spans), f"channel={channel}"))
    found += _left_out(report, call)
    doubted_ms = sum(f.span.duration_ms for f in report.foreign if f.because.code != "channel.leak")
    doubted_ms += sum(map(total_ms, report.faint))
    if doubted_ms > sum(map(total_ms, report.own)):
        found.append(Problem("voices_doubted", call, doubted_ms))
    return replace(report, problems=tuple(found))


def _instead_of_voice(row: Samples, call: Span, channel: int) -> Problem:
    """What is on a channel on which nobody of its own speaks."""
    levels = levels_dbfs(row)
    loud = float(np.percentile(levels, 99)) if levels.size else -100.0
    if loud >= _HEARD_DBFS:
        return Problem("channel_voiceless", call, detail=f"channel={channel}")
    if loud >= _IDLE_DBFS:
        return Problem("channel_faint", call, detail=f"channel={channel}")
    return Problem("channel_silent", call, detail=f"channel={channel}")


def _left_out(report: ChannelReport, call: Span) -> Iterator[Problem]:
    """So much of a channel's voice was left out for being faint alone that it may have been its party's."""
    for channel, own in enumerate(report.own):
        taken = (
            f.span for f in report.foreign if f.channel == channel and f.because.code == "channel.background"
        )
        left_ms = total_ms(merge(taken))
        if left_ms >= _TOLD_MS and left_ms > _LEFT_OUT * (left_ms + total_ms(own)):
            yield Problem("voice_left_out", call, left_ms, f"channel={channel}")
