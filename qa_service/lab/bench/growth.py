"""How the cost of everything but recognition grows with the length of a call."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from qa_service.lab.bench.child import SCRIPTED, Outcome, Task
from qa_service.lab.bench.figures import exponent
from qa_service.lab.bench.material import TestCall

#: The recogniser's own stage is left out: the script's cost is not that of a model.
STAGES = ("decode", "vad", "measure", "judge")


@dataclass(frozen=True, slots=True)
class Length:
    """One length, analysed once with a recogniser that answers from a script."""

    minutes: float
    timings_ms: dict[str, int]
    peak_mb: float

    @property
    def not_asr_ms(self) -> int:
        """All stages but recognition."""
        return sum(self.timings_ms.get(stage, 0) for stage in STAGES)


@dataclass(frozen=True, slots=True)
class Growth:
    """Several lengths, shortest first."""

    lengths: tuple[Length, ...]

    def exponent_of(self, stage: str) -> float | None:
        """How a stage grows; unknown where it is too quick to be timed."""
        return exponent(
            [length.minutes for length in self.lengths],
            [float(length.timings_ms.get(stage, 0)) for length in self.lengths],
        )

    @property
    def exponent(self) -> float | None:
        """How all of it grows; 1 is linear."""
        return exponent(
            [length.minutes for length in self.lengths],
            [float(length.not_asr_ms) for length in self.lengths],
        )


def bench_growth(calls: Sequence[TestCall], run: Callable[[Task], Outcome]) -> Growth:
    """Analyses each call once; they should span at least a factor of ten."""
    lengths = []
    for call in sorted(calls, key=lambda c: c.minutes):
        outcome = run(Task(SCRIPTED, str(call.wav), "", 0, script_of(call)))
        lengths.append(Length(call.minutes, outcome.timings_ms, outcome.peak_mb))
    return Growth(tuple(lengths))


def script_of(call: TestCall) -> tuple[tuple[int, int, int, str], ...]:
    """A call's utterances as a recogniser's script."""
    return tuple((u.channel, u.span.start_ms, u.span.end_ms, u.text) for u in call.utterances)
