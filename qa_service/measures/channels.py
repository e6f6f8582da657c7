"""Two channels are tested before they are trusted: whose voice is on which, and since when.

In order: are both the same sound (then the call is mono); did the legs start at different times;
which voiced stretches are the other party leaking in, or somebody in the background.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from qa_service.core.errors import UsageError
from qa_service.core.measured import Layout, Problem
from qa_service.core.time import Span, intersect, merge, total_ms
from qa_service.measures.alignment import Path, is_steady, paths
from qa_service.measures.foreign import Foreign, foreign_voice, without
from qa_service.measures.frames import SAMPLES_PER_MS, Samples, length_ms, levels_dbfs
from qa_service.measures.leakage import Explained, explained

#: Both channels hold one sound when this share of the loud frames agrees, at one and the same gain.
SAME_SHARE = 0.95
_SAME_EXPLAINED = 0.7
_SAME_GAIN_DB = 5.0
#: A copy fainter than this is a leak into an empty channel, not a second copy of a mono call.
FAINTEST_COPY_DB = 15.0
#: Frames within this of the loudest count as loud.
_LOUD_DB = 15.0
#: Longer delays than this may be a shift: the legs started at different times. Mobile calls echo 0.4–0.6 s late, too.
ECHO_MS = 300
#: Legs are moved only where at least this much talking-over vanishes by it: less is within what a detector's edges do.
_VANISHES_MS = 100
#: A leak follows its source; measured delays are good to about this much.
_CAUSAL_MS = 4.0
#: A line on which nothing happens is quieter than this; what is quieter than the next is too faint to be heard.
_IDLE_DBFS, _HEARD_DBFS = -68.0, -52.0
#: Less of somebody else's voice is taken out without a word: nobody can do anything about half a second.
_TOLD_MS = 1_000
#: With less voice of its own than this nobody speaks on a channel (a 喂 lasts 250 ms).
_NOBODY_MS = 200


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
    #: Channel 1 says the same this much later than channel 0, because it was started earlier; see `align`.
    lag_ms: int = 0
    #: One channel is heard on the other, so that both run on one clock, or how far they are apart is known.
    is_linked: bool = False
    #: The channel to listen to when the call is mono.
    best: int = 0
    problems: tuple[Problem, ...] = ()
    #: Per channel, voice so faint there that nobody knows whose it is; it is not in `own`.
    faint: tuple[tuple[Span, ...], ...] = ((), ())


def examine(
    samples: npt.NDArray[np.int16],
    voiced_by_channel: Sequence[Sequence[Span]],
    *,
    found: Sequence[Path] | None = None,
    noise: Sequence[Sequence[Span]] = ((), ()),
) -> ChannelReport:
    """Tests one or two channels, shape (channels, samples), with their voiced spans.

    `found` are the `paths` between both channels where somebody has looked for them already; `noise` is
    where each channel is so steadily loud that no party's loudness can be read from it.
    With shifted legs (`lag_ms` ≠ 0) the spans are still on the clocks of the channels as they came:
    `align` the samples, find the voice again, and examine again.

    Raises:
        UsageError: more than two channels, or not one list of spans per channel.
    """
    _check(samples, voiced_by_channel)
    voiced = tuple(merge(spans) for spans in voiced_by_channel)
    if len(voiced) == 1:
        return ChannelReport(Layout.MONO, voiced, silent=_silent(voiced))
    found = paths(samples[0], samples[1]) if found is None else found
    if found and _is_same(explained(samples[0], samples[1], found[0].lag_ms)):
        return _mono(samples, voiced, found[0])
    found = _steady(samples, found)
    lag_ms = _shift(found)
    foreign, own = _parted(samples, voiced, _leaks(samples, found, lag_ms), noise)
    if lag_ms and not _is_likelier(own, lag_ms):
        lag_ms = 0
        foreign, own = _parted(samples, voiced, _leaks(samples, found, lag_ms), noise)
    report = ChannelReport(Layout.TWO_CHANNEL, own, foreign, _silent(own), lag_ms, is_linked=bool(found))
    return _with_problems(report, samples)


def align(samples: npt.NDArray[np.int16], lag_ms: int) -> npt.NDArray[np.int16]:
    """Both legs on one clock: the one that was started later gets silence before it.

    Nothing is lost; the call clock starts with the earlier leg, and both are equally long again.
    """
    if lag_ms == 0:
        return samples
    by, late = abs(lag_ms) * SAMPLES_PER_MS, 0 if lag_ms > 0 else 1
    channels, length = samples.shape
    aligned = np.zeros((channels, length + by), np.int16)
    for channel in range(channels):
        start = by if channel == late else 0
        aligned[channel, start : start + length] = samples[channel]
    return aligned


def with_second_voices(
    report: ChannelReport,
    samples: npt.NDArray[np.int16],
    foreign: Iterable[Foreign],
    faint: Sequence[Sequence[Span]],
) -> ChannelReport:
    """The report without more `foreign` voice, and with what is too `faint` set apart; its problems told anew."""
    found = tuple(sorted((*report.foreign, *foreign)))
    own = tuple(
        without(spans, (*faint[channel], *(f.span for f in found if f.channel == channel)))
        for channel, spans in enumerate(report.own)
    )
    apart = tuple(merge(spans) for spans in faint)
    if own == report.own:
        return report
    return _with_problems(replace(report, own=own, foreign=found, faint=apart, silent=_silent(own)), samples)


def _check(samples: npt.NDArray[np.int16], voiced: Sequence[Sequence[Span]]) -> None:
    channels = samples.shape[0]
    if channels > 2 or channels != len(voiced):
        raise UsageError(
            "bad_channels",
            problem=f"{channels} channels with {len(voiced)} lists of voiced spans",
            fix="Hand in one or two channels and one list for each",
        )


def _is_same(heard: Explained) -> bool:
    """Whether channel 1 is channel 0 again: explained wherever either is loud, at one gain."""
    if heard.level_dbfs.size == 0:
        return False
    drop, louder = heard.drop_db, np.zeros(heard.share.size, np.bool_)
    for level in (heard.level_dbfs, heard.source_dbfs):
        louder |= level > np.percentile(level, 95) - _LOUD_DB
    usual = float(np.median(drop[louder]))
    agree = (heard.share >= _SAME_EXPLAINED) & (np.abs(drop - usual) <= _SAME_GAIN_DB)
    return abs(usual) <= FAINTEST_COPY_DB and float(agree[louder].mean()) >= SAME_SHARE


def _mono(samples: npt.NDArray[np.int16], voiced: tuple[tuple[Span, ...], ...], path: Path) -> ChannelReport:
    power = [float(np.mean(np.square(row[::7], dtype=np.float32))) for row in samples]
    best = int(power[1] > power[0])
    own = tuple(voiced[best] if i == best else () for i in range(2))
    same = Problem("channels_identical", Span(0, length_ms(samples[0])), detail=f"lag_ms={path.lag_ms:g}")
    return ChannelReport(Layout.MONO, own, silent=_silent((own[best],)), best=best, problems=(same,))


def _steady(samples: npt.NDArray[np.int16], found: Sequence[Path]) -> Sequence[Path]:
    """Without far paths where the surest is one that is not heard all over the call."""
    if not found or abs(found[0].lag_ms) <= ECHO_MS or is_steady(samples[0], samples[1], found[0]):
        return found
    return tuple(path for path in found if abs(path.lag_ms) <= ECHO_MS)


def _shift(found: Sequence[Path]) -> int:
    """How much later channel 1 is: the middle of both echoes where both parties leak, else the surest."""
    far = [path.lag_ms for path in found if abs(path.lag_ms - found[0].lag_ms) <= 2 * ECHO_MS]
    if not far or abs(far[0]) <= ECHO_MS:
        return 0
    return round((min(far) + max(far)) / 2)


def _is_likelier(own: Sequence[Sequence[Span]], lag_ms: int) -> bool:
    """Whether both parties talk much less over one another once the legs are moved: no late echo does that."""
    late = 0 if lag_ms > 0 else 1
    moved = [Span(span.start_ms + abs(lag_ms), span.end_ms + abs(lag_ms)) for span in own[late]]
    before_ms, after_ms = (total_ms(intersect(spans, own[1 - late])) for spans in (own[late], moved))
    return before_ms - after_ms >= _VANISHES_MS and after_ms <= before_ms / 2


def _parted(
    samples: npt.NDArray[np.int16],
    voiced: Sequence[Sequence[Span]],
    leaks: tuple[Explained | None, Explained | None],
    noise: Sequence[Sequence[Span]],
) -> tuple[tuple[Foreign, ...], tuple[tuple[Span, ...], ...]]:
    """What is nobody's on its channel, and what is left to its own party."""
    foreign = foreign_voice(samples, voiced, leaks, noise)
    own = tuple(without(spans, (f.span for f in foreign if f.channel == i)) for i, spans in enumerate(voiced))
    return foreign, own


def _leaks(
    samples: npt.NDArray[np.int16], found: Sequence[Path], lag_ms: int
) -> tuple[Explained | None, Explained | None]:
    """What of each channel is explained by the other, along the surest path in the right direction."""
    into_second = [path.lag_ms for path in found if path.lag_ms >= lag_ms - _CAUSAL_MS]
    into_first = [-path.lag_ms for path in found if path.lag_ms <= lag_ms + _CAUSAL_MS]
    first, second = samples[0], samples[1]
    return (
        _along(second, first, into_first),
        _along(first, second, into_second),
    )


def _along(source: Samples, receiver: Samples, lags_ms: Sequence[float]) -> Explained | None:
    return explained(source, receiver, lags_ms[0]) if lags_ms else None


def _silent(own: Sequence[Sequence[Span]]) -> tuple[int, ...]:
    return tuple(channel for channel, spans in enumerate(own) if total_ms(spans) < _NOBODY_MS)


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


def _with_problems(report: ChannelReport, samples: npt.NDArray[np.int16]) -> ChannelReport:
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
