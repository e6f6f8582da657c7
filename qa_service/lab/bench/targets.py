"""The figures that issue 2 asks for, and whether a benchmark reached them; unmeasured is a dash, not a pass."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from qa_service.lab.bench.growth import Growth
from qa_service.lab.bench.judging import Judging
from qa_service.lab.bench.pairs import CallBench, difference

#: Wall time over the baseline's, and how much worse the error rate may be (as a share), per effort.
WALL_MOST = {"accurate": 0.50, "fast": 0.35}
WORSE_MOST = {"accurate": 0.005, "fast": 0.015}
NOT_ASR_MOST = 0.10
PEAK_MB_MOST = 1_200.0
JUDGE_MS_MOST = 20.0
#: Linear, with room for what one measurement on a busy machine is off by.
EXPONENT_MOST = 1.10


@dataclass(frozen=True, slots=True)
class Target:
    """One target: what was measured against its limit; `figure` None = not measured."""

    name: str
    limit: float
    figure: float | None

    @property
    def reached(self) -> bool | None:
        """Whether the figure keeps to the limit; unknown where nothing was measured."""
        return None if self.figure is None else self.figure <= self.limit


def targets(calls: Sequence[CallBench], growth: Growth | None, judging: Judging | None) -> tuple[Target, ...]:
    """All targets. Times are those of the longest call; error rates are pooled over all."""
    longest = max(calls, key=lambda bench: bench.call.minutes, default=None)
    return (
        *(target for way in WALL_MOST for target in _of_way(way, calls, longest)),
        Target("peak_mb", PEAK_MB_MOST, max(_peaks(calls, growth), default=None)),
        Target("judge_ms", JUDGE_MS_MOST, judging.cold_ms.median if judging else None),
        Target("growth_exponent", EXPONENT_MOST, growth.exponent if growth else None),
    )


def _of_way(way: str, calls: Sequence[CallBench], longest: CallBench | None) -> Iterator[Target]:
    wall = longest.wall_ratio(way) if longest else None
    rest = longest.way(way).not_asr if longest else None
    worse, _ = difference(calls, way)
    unheard = sum(bench.way(way).unheard for bench in calls) if calls else None
    yield Target(f"{way}.wall_ratio", WALL_MOST[way], wall.median if wall else None)
    yield Target(f"{way}.cer_beyond_baseline", WORSE_MOST[way], worse)
    yield Target(f"{way}.unheard", 0, unheard)
    yield Target(f"{way}.not_asr", NOT_ASR_MOST, rest.median if rest else None)


def _peaks(calls: Sequence[CallBench], growth: Growth | None) -> Iterator[float]:
    """Of our own runs, with a model and without."""
    yield from (bench.way(way).peak_mb for bench in calls for way in WALL_MOST)
    yield from (length.peak_mb for length in growth.lengths) if growth else ()
