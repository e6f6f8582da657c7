"""Interleaved runs: the plain baseline against our efforts, on the same calls, in processes of their own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from qa_service.core.intervals import Interval
from qa_service.lab.bench.child import PLAIN, Outcome, Task
from qa_service.lab.bench.figures import Spread, ratios
from qa_service.lab.bench.material import TestCall
from qa_service.lab.error_rate import ErrorRate, error_rate, join

WAYS = (PLAIN, "accurate", "fast")
Run = Callable[[Task], Outcome]


@dataclass(frozen=True, slots=True)
class WayResult:
    """All runs of one way on one call, in the order of the pairs."""

    way: str
    runs: tuple[Outcome, ...]
    #: Of the run with the median number of errors; every character counts once, however many runs.
    errors: ErrorRate

    @property
    def wall_s(self) -> list[float]:
        """Seconds that a user waits."""
        return [run.wall_s for run in self.runs]

    @property
    def cpu_s(self) -> list[float]:
        """Processor seconds."""
        return [run.cpu_s for run in self.runs]

    @property
    def peak_mb(self) -> float:
        """The largest of all runs."""
        return max(run.peak_mb for run in self.runs)

    @property
    def unheard(self) -> int:
        """Stretches that the assessment says were not heard, in the worst run."""
        return max(run.unheard for run in self.runs)

    @property
    def not_asr(self) -> Spread | None:
        """Share of the wall time that is not recognition; unknown for the plain run."""
        if self.way == PLAIN:
            return None
        return Spread.of([1 - run.timings_ms.get("asr", 0) / 1_000 / run.wall_s for run in self.runs])


@dataclass(frozen=True, slots=True)
class CallBench:
    """One test call under all ways."""

    call: TestCall
    ways: tuple[WayResult, ...]

    def way(self, name: str) -> WayResult:
        """The runs of one way."""
        return next(way for way in self.ways if way.way == name)

    def wall_ratio(self, name: str) -> Spread | None:
        """Wall time of a way over that of the baseline, within pairs."""
        return ratios(self.way(name).wall_s, self.way(PLAIN).wall_s)

    def cpu_ratio(self, name: str) -> Spread | None:
        """The same for processor time, which other work on the machine disturbs less."""
        return ratios(self.way(name).cpu_s, self.way(PLAIN).cpu_s)


def difference(calls: Sequence[CallBench], way: str) -> tuple[float | None, Interval | None]:
    """Error rate of a way minus the baseline's over all calls, with its paired 95 % interval."""
    ours, plain = pooled(calls, way), pooled(calls, PLAIN)
    if ours.value is None or plain.value is None:
        return None, None
    return ours.value - plain.value, ours.beyond(plain)


def pooled(calls: Sequence[CallBench], way: str) -> ErrorRate:
    """Errors of a way over all calls."""
    return join(call.way(way).errors for call in calls)


def bench_call(call: TestCall, *, pairs: int, model: str, threads: int, run: Run) -> CallBench:
    """Runs every way `pairs` times; every second pair goes backwards (A B C, C B A)."""
    runs: dict[str, list[Outcome]] = {way: [] for way in WAYS}
    for pair in range(pairs):
        for way in WAYS if pair % 2 == 0 else WAYS[::-1]:
            runs[way].append(run(Task(way, str(call.wav), model, threads)))
    return CallBench(
        call, tuple(WayResult(way, tuple(done), _errors(call, done)) for way, done in runs.items())
    )


def _errors(call: TestCall, runs: Sequence[Outcome]) -> ErrorRate:
    """Errors of the middle run: the plain run rolls dice when it is unsure, so runs may differ."""
    rates = [
        join(error_rate(said, heard) for said, heard in zip(call.lanes(), run.lanes, strict=True))
        for run in runs
    ]
    return sorted(rates, key=lambda rate: rate.pooled.errors)[(len(rates) - 1) // 2]
