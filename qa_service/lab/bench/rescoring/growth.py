"""How time and memory grow with the calls that are judged again, one after the other."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle, islice

from qa_service.lab.bench.rescoring.stock import Stored
from qa_service.lab.bench.rescoring.wanted import Wanted
from qa_service.lab.bench.rescoring.ways import quick
from qa_service.pipeline.fast.engine import Engine


@dataclass(frozen=True, slots=True)
class Grown:
    """So many calls, one after the other."""

    calls: int
    seconds: float
    resident_mb: float


def growing(engine: Engine, calls: Sequence[Stored], wanted: Wanted) -> tuple[Grown, ...]:
    """More and more calls: the same ones again and again, where there are fewer; nothing of a call is remembered."""
    rounds = [[_grown(engine, calls, count) for count in wanted.growth] for _ in range(wanted.rounds)]
    return tuple(
        Grown(same[0].calls, min(one.seconds for one in same), max(one.resident_mb for one in same))
        for same in zip(*rounds, strict=True)
    )


def _grown(engine: Engine, calls: Sequence[Stored], count: int) -> Grown:
    begun = time.process_time()
    for one in _over(calls, count):
        quick(engine, one)
    return Grown(count, time.process_time() - begun, _resident_mb())


def _over(calls: Sequence[Stored], count: int) -> Iterator[Stored]:
    return islice(cycle(calls), count)


def _resident_mb() -> float:
    with open("/proc/self/status", encoding="ascii") as status:  # noqa: PTH123
        held = next((line for line in status if line.startswith("VmRSS:")), "VmRSS: 0 kB")
    return int(held.split()[1]) / 1_024
