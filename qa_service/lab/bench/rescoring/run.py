"""Measures: judging again as a whole, quickly, and after one rule changed; over more and more calls; and by part.

How fast the machine was stands beside the figures (`additions_s`).
"""

from __future__ import annotations

import gc
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from qa_service.lab.bench.figures import exponent
from qa_service.lab.bench.rescoring.counters import counted
from qa_service.lab.bench.rescoring.growth import Grown, growing
from qa_service.lab.bench.rescoring.parts import parts_of
from qa_service.lab.bench.rescoring.stock import changed_book, pack_book, stock
from qa_service.lab.bench.rescoring.wanted import COMMON, LONG_HALF, PACK, PACK_WORDS, RARE, Wanted
from qa_service.lab.bench.rescoring.ways import Way, Ways, again, all_ways, with_pack
from qa_service.lab.bench.ruling.books import compiled, phrase_book
from qa_service.lab.bench.ruling.calls import lines_of
from qa_service.lab.truth import Truth
from qa_service.pipeline.fast.engine import Engine

_ADDITIONS = 10_000_000


@dataclass(frozen=True, slots=True)
class Rescored:
    """Everything that was measured."""

    calls: int
    characters: float
    utterances: float
    bytes_kept: float
    additions_s: float
    #: `judge`, then quickly, by book; then one changed rule, rarely and commonly said.
    ways: tuple[Way, ...]
    #: Of one changed rule to all rules, quickly, over all calls.
    ratio: Mapping[str, float]
    growth: tuple[Grown, ...]
    asked: Mapping[str, int]
    #: Microseconds per call.
    parts: Mapping[str, float] = field(default_factory=dict)

    @property
    def exponent(self) -> float | None:
        """How the cost grows with the calls; 1 is linear."""
        return exponent([one.calls for one in self.growth], [one.seconds for one in self.growth])

    @property
    def grew_mb(self) -> float:
        """How much more memory the most calls took than the fewest."""
        return self.growth[-1].resident_mb - self.growth[0].resident_mb

    def way(self, name: str) -> Way:
        """By its name."""
        return next(one for one in self.ways if one.name == name)


def bench_rescoring(truths: Sequence[Truth], wanted: Wanted, told: Callable[[str], None]) -> Rescored:
    """Measures all of it; `told` hears what comes next."""
    lines = lines_of(truths)
    told(f"{wanted.calls:,} calls are made ready")
    calls = stock(truths, wanted.calls)
    told(f"{' and '.join(f'{rules:,}' for rules in wanted.sizes)} rules")
    books = {str(rules): compiled(phrase_book(lines, rules)) for rules in wanted.sizes}
    books[f"{wanted.sizes[-1]}.long"] = compiled(phrase_book(lines, wanted.sizes[-1], LONG_HALF))
    changed = {at: compiled(changed_book(lines, wanted.sizes[0], at)) for at in (RARE, COMMON)}
    before, after = (pack_book(PACK, words) for words in PACK_WORDS)
    books["pack"] = after
    bench = Ways(calls, wanted, books, changed, (before, after))
    gc.collect()
    gc.freeze()  # rulebooks live as long as the process: nobody looks through them for garbage
    try:
        with counted() as asked:
            return _measured(bench, asked, told)
    finally:
        gc.unfreeze()


def _measured(bench: Ways, asked: Counter[str], told: Callable[[str], None]) -> Rescored:
    wanted, calls, first = bench.wanted, bench.calls, str(bench.wanted.sizes[0])
    engines = {name: Engine(book) for name, book in bench.books.items() if name != "pack"}
    agains = {at: again(bench.books[first], book) for at, book in bench.changed.items()}
    for name, engine in engines.items():
        told(f"{len(calls):,} calls again, {name} rules")
        all_ways(bench, engine, name, agains if name == first else {})
    told(f"{wanted.packed:,} calls again, {PACK}")
    with_pack(bench)
    told(f"{', '.join(f'{count:,}' for count in wanted.growth)} calls, one after the other")
    growth = growing(engines[first], calls, wanted)
    names = [(f"{way}.{name}", name) for name in engines for way in ("judge", "quick")]
    names += [*((f"changed.{at}", first) for at in agains), ("judge.pack", "pack"), ("changed.pack", "pack")]
    quick = bench.taken[f"quick.{first}"]
    return Rescored(
        calls=len(calls),
        characters=_mean(sum(len(u.text) for u in one.case.measured.utterances) for one in calls),
        utterances=_mean(len(one.case.measured.utterances) for one in calls),
        bytes_kept=_mean(len(one.ready) for one in calls),
        additions_s=_additions_s(),
        ways=tuple(bench.way(*name) for name in names),
        ratio={name: sum(bench.taken[name]) / sum(quick) for name in (f"changed.{at}" for at in agains)},
        growth=growth,
        asked=dict(asked),
        parts=parts_of(engines[first], [one.ready for one in calls]),
    )


def _additions_s() -> float:
    """How long ten million additions take: a slow hour of the machine is seen by it."""
    begun, total = time.process_time(), 0
    for number in range(_ADDITIONS):
        total += number
    return time.process_time() - begun


def _mean(values: Iterator[int]) -> float:
    held = list(values)
    return sum(held) / len(held)
