"""Measures: judging again as a whole, quickly, and after one rule changed; over more and more calls; and by part.

Processor time, not the clock, and the least of three rounds, each with empty caches of texts. Fifty calls are judged in
all ways before the next fifty are, so that a machine's mood changes the figures of a way and hardly their ratios. How
fast the machine was stands beside them (`additions_s`).
"""

from __future__ import annotations

import gc
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import cycle, islice
from operator import ne

from qa_service.lab.bench.figures import Spread, exponent
from qa_service.lab.bench.judging import forget_texts
from qa_service.lab.bench.rescoring.counters import counted
from qa_service.lab.bench.rescoring.parts import parts_of
from qa_service.lab.bench.rescoring.stock import Stored, changed_book, pack_book, stock
from qa_service.lab.bench.ruling.books import compiled, phrase_book
from qa_service.lab.bench.ruling.calls import lines_of
from qa_service.lab.truth import Truth
from qa_service.pipeline.fast.again import Again
from qa_service.pipeline.fast.change import change_between
from qa_service.pipeline.fast.engine import Engine
from qa_service.pipeline.fast.standing import Standing
from qa_service.pipeline.judge import judge
from qa_service.rulebook.book import Rulebook
from qa_service.usecases import ready_file, standing_file

#: Rules of the books, the one with one changed rule first. Of ten thousand rules with short phrases many are said by
#: chance; the last book has as many with long ones, of which only those are said that are meant to be.
SIZES = (1_000, 10_000)
_LONG_HALF = (4, 5)
#: How many calls are judged one after the other to see how cost and memory grow.
GROWTH = (1_000, 3_000, 10_000)
#: Which rule changes: one that hardly anybody says, as most are, and one that is said in nearly every second call.
RARE, COMMON = 7, 0
#: A pack that asks for far more than phrases, and what the centre's own rule beside it listens for, before and after.
PACK, PACK_WORDS = "service-zh", (["没有人这么说过"], ["没有人这么说过", "马上帮您"])
_ADDITIONS = 10_000_000
#: So many calls are judged in one way before they are judged in the next.
_BLOCK = 50


@dataclass(frozen=True, slots=True)
class Wanted:
    """How much is measured."""

    calls: int
    #: Of how many of them `judge` is asked as well, and how many are judged with a pack.
    judged: int
    packed: int = 50
    #: The least time of so many rounds counts: a neighbour on the machine only ever adds to it.
    rounds: int = 3
    sizes: tuple[int, ...] = SIZES
    growth: tuple[int, ...] = GROWTH


@dataclass(frozen=True, slots=True)
class Way:
    """One way of judging again: milliseconds per call."""

    name: str
    rules: int
    ms: Spread
    #: All calls together, per second.
    rate: float
    findings_per_call: float
    #: How many calls came to something else than by `judge`, of those that it was asked about.
    different: int = 0


@dataclass(frozen=True, slots=True)
class Grown:
    """So many calls, one after the other."""

    calls: int
    seconds: float
    resident_mb: float


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
    books[f"{wanted.sizes[-1]}.long"] = compiled(phrase_book(lines, wanted.sizes[-1], _LONG_HALF))
    changed = {at: compiled(changed_book(lines, wanted.sizes[0], at)) for at in (RARE, COMMON)}
    before, after = (pack_book(PACK, words) for words in PACK_WORDS)
    books["pack"] = after
    bench = _Bench(calls, wanted, books, changed, (before, after))
    gc.collect()
    gc.freeze()  # rulebooks live as long as the process: nobody looks through them for garbage
    try:
        with counted() as asked:
            return _measured(bench, asked, told)
    finally:
        gc.unfreeze()


@dataclass(slots=True)
class _Bench:
    calls: Sequence[Stored]
    wanted: Wanted
    books: Mapping[str, Rulebook]
    changed: Mapping[int, Rulebook]
    pack: tuple[Rulebook, Rulebook]
    #: Seconds of each way, call by call, and findings.
    taken: dict[str, list[float]] = field(default_factory=dict)
    found: Counter[str] = field(default_factory=Counter)
    different: Counter[str] = field(default_factory=Counter)

    def timed(self, name: str, works: Sequence[Callable[[], Standing | None]]) -> list[Standing]:
        """What one way makes of some calls; of each the least time of several rounds counts.

        Raises:
            ValueError: the way does not know; nothing can be measured of it.
        """
        rounds = [_round(works) for _ in range(self.wanted.rounds)]
        self.taken.setdefault(name, []).extend(
            map(min, zip(*(seconds for _, seconds in rounds), strict=True))
        )
        stands = [one for one in rounds[-1][0] if one is not None]
        if len(stands) < len(works):
            raise ValueError(f"{name} does not know")
        self.found[name] += sum(len(one.outcome.found) for one in stands)
        return stands

    def way(self, name: str, book: str) -> Way:
        """What was measured of it."""
        taken = self.taken[name]
        spread = _spread([seconds * 1_000 for seconds in taken])
        each = self.found[name] / len(taken)
        return Way(
            name, len(self.books[book].rules), spread, len(taken) / sum(taken), each, self.different[name]
        )


def _measured(bench: _Bench, asked: Counter[str], told: Callable[[str], None]) -> Rescored:
    wanted, calls, first = bench.wanted, bench.calls, str(bench.wanted.sizes[0])
    engines = {name: Engine(book) for name, book in bench.books.items() if name != "pack"}
    agains = {at: _again(bench.books[first], book) for at, book in bench.changed.items()}
    for name, engine in engines.items():
        told(f"{len(calls):,} calls again, {name} rules")
        _all_ways(bench, engine, name, agains if name == first else {})
    told(f"{wanted.packed:,} calls again, {PACK}")
    _with_pack(bench)
    told(f"{', '.join(f'{count:,}' for count in wanted.growth)} calls, one after the other")
    growth = _growing(engines[first], calls, wanted)
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


def _all_ways(bench: _Bench, engine: Engine, book: str, agains: Mapping[int, Again]) -> None:
    whole = {rule: Engine(again.change.book) for rule, again in agains.items()}
    # What rulebooks are read with is made when they first judge.
    warm = replace(bench, calls=bench.calls[:_BLOCK], taken={}, found=Counter(), different=Counter())
    for some in (warm, bench):
        for at in range(0, len(some.calls), _BLOCK):
            block = some.calls[at : at + _BLOCK]
            stands = some.timed(f"quick.{book}", [partial(_quick, engine, one) for one in block])
            kept = [standing_file.pack(one, engine.book) for one in stands]
            for rule, again in agains.items():
                pairs = zip(block, kept, strict=True)
                anew = some.timed(f"changed.{rule}", [partial(_changed, again, *pair) for pair in pairs])
                some.different[f"changed.{rule}"] += sum(
                    one != _quick(whole[rule], call) for one, call in zip(anew, block, strict=True)
                )
            every = max(1, len(bench.calls) // bench.wanted.judged)
            judged = some.timed(
                f"judge.{book}", [partial(_judged, engine.book, one) for one in block[::every]]
            )
            some.different[f"quick.{book}"] += sum(map(ne, judged, stands[::every]))


def _with_pack(bench: _Bench) -> None:
    """One changed rule beside a pack: what the pack finds is not looked for again."""
    (before, after), calls = bench.pack, bench.calls[: bench.wanted.packed]
    again = _again(before, after)
    kept = [standing_file.pack(_judged(before, one), before) for one in calls]
    pairs = zip(calls, kept, strict=True)
    anew = bench.timed("changed.pack", [partial(_changed, again, *pair) for pair in pairs])
    judged = bench.timed("judge.pack", [partial(_judged, after, one) for one in calls])
    bench.different["changed.pack"] += sum(map(ne, anew, judged))


def _round(works: Sequence[Callable[[], Standing | None]]) -> tuple[list[Standing | None], list[float]]:
    """Every work once, with empty caches of texts, and the seconds of each."""
    forget_texts()
    made, taken = [], []
    for work in works:
        begun = time.process_time()
        made.append(work())
        taken.append(time.process_time() - begun)
    return made, taken


def _quick(engine: Engine, one: Stored) -> Standing | None:
    return engine.standing(ready_file.unpack(one.ready), one.case.envelope)


def _judged(book: Rulebook, one: Stored) -> Standing:
    return Standing.of(judge(one.case, book))


def _changed(again: Again, one: Stored, kept: bytes) -> Standing | None:
    """As usecases.quick goes: from what stood, without opening the call where nothing of the rule is said."""
    read = standing_file.unpack(kept)
    if read is None:
        return None
    scanned = ready_file.front(one.ready)
    quiet = again.untouched(scanned, read[0])
    return quiet or again.standing(ready_file.unpack(one.ready, scanned), one.case.envelope, read[0])


def _again(former: Rulebook, book: Rulebook) -> Again:
    change = change_between(former, book)
    if change is None:
        raise ValueError("more than a plain rule was changed")
    return Again(change)


def _growing(engine: Engine, calls: Sequence[Stored], wanted: Wanted) -> tuple[Grown, ...]:
    """More and more calls: the same ones again and again, where there are fewer; nothing of a call is remembered."""
    rounds = [[_grown(engine, calls, count) for count in wanted.growth] for _ in range(wanted.rounds)]
    return tuple(
        Grown(same[0].calls, min(one.seconds for one in same), max(one.resident_mb for one in same))
        for same in zip(*rounds, strict=True)
    )


def _grown(engine: Engine, calls: Sequence[Stored], count: int) -> Grown:
    begun = time.process_time()
    for one in _over(calls, count):
        _quick(engine, one)
    return Grown(count, time.process_time() - begun, _resident_mb())


def _over(calls: Sequence[Stored], count: int) -> Iterator[Stored]:
    return islice(cycle(calls), count)


def _resident_mb() -> float:
    with open("/proc/self/status", encoding="ascii") as status:  # noqa: PTH123
        held = next((line for line in status if line.startswith("VmRSS:")), "VmRSS: 0 kB")
    return int(held.split()[1]) / 1_024


def _additions_s() -> float:
    """How long ten million additions take: a slow hour of the machine is seen by it."""
    begun, total = time.process_time(), 0
    for number in range(_ADDITIONS):
        total += number
    return time.process_time() - begun


def _mean(values: Iterator[int]) -> float:
    held = list(values)
    return sum(held) / len(held)


def _spread(values: Sequence[float]) -> Spread:
    spread = Spread.of(values)
    if spread is None:
        raise ValueError("nothing was measured")
    return spread
