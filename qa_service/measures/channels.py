"""Two channels are tested before they are trusted: whose voice is on which, and since when.

In order: are both the same sound (then the call is mono); did the legs start at different times;
which voiced stretches are the other party leaking in, or somebody in the background.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from qa_service.core.errors import UsageError
from qa_service.core.measured import Layout, Problem
from qa_service.core.time import Span, merge, total_ms
from qa_service.measures.alignment import Path, paths
from qa_service.measures.channel_report import ChannelReport, with_problems
from qa_service.measures.foreign import Foreign, foreign_voice, without
from qa_service.measures.frames import Samples, length_ms
from qa_service.measures.leakage import Explained, explained
from qa_service.measures.shift import is_likelier, shift_ms, steady

#: Both channels hold one sound when this share of the loud frames agrees, at one and the same gain.
SAME_SHARE = 0.95
_SAME_EXPLAINED = 0.7
_SAME_GAIN_DB = 5.0
#: A copy fainter than this is a leak into an empty channel, not a second copy of a mono call.
FAINTEST_COPY_DB = 15.0
#: Frames within this of the loudest count as loud.
_LOUD_DB = 15.0
#: A leak follows its source; measured delays are good to about this much.
_CAUSAL_MS = 4.0
#: With less voice of its own than this nobody speaks on a channel (a 喂 lasts 250 ms).
_NOBODY_MS = 200


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
    align the samples (measures.shift), find the voice again, and examine again.

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
    found = steady(samples, found)
    lag_ms = shift_ms(found)
    foreign, own = _parted(samples, voiced, _leaks(samples, found, lag_ms), noise)
    if lag_ms and not is_likelier(own, lag_ms):
        lag_ms = 0
        foreign, own = _parted(samples, voiced, _leaks(samples, found, lag_ms), noise)
    report = ChannelReport(Layout.TWO_CHANNEL, own, foreign, _silent(own), lag_ms, is_linked=bool(found))
    return with_problems(report, samples)


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
    return with_problems(replace(report, own=own, foreign=found, faint=apart, silent=_silent(own)), samples)


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
