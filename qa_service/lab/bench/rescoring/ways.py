"""The ways of judging a stored call again, timed side by side.

Processor time, not the clock, and the least of three rounds, each with empty caches of texts. Fifty calls are judged in
all ways before the next fifty are, so that a machine's mood changes the figures of a way and hardly their ratios.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from operator import ne

from qa_service.lab.bench.figures import Spread
from qa_service.lab.bench.judging import forget_texts
from qa_service.lab.bench.rescoring.stock import Stored
from qa_service.lab.bench.rescoring.wanted import Wanted
from qa_service.pipeline.fast.again import Again
from qa_service.pipeline.fast.change import change_between
from qa_service.pipeline.fast.engine import Engine
from qa_service.pipeline.fast.standing import Standing
from qa_service.pipeline.judge import judge
from qa_service.rulebook.book import Rulebook
from qa_service.usecases import ready_file, standing_file

#: So many calls are judged in one way before they are judged in the next.
_BLOCK = 50


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


@dataclass(slots=True)
class Ways:
    """What is judged, by which books, and what was measured of it."""

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


def all_ways(bench: Ways, engine: Engine, book: str, agains: Mapping[int, Again]) -> None:
    """Quickly, by what changed, and as a whole; whatever comes to something else than it should is counted."""
    whole = {rule: Engine(again.change.book) for rule, again in agains.items()}
    # What rulebooks are read with is made when they first judge.
    warm = replace(bench, calls=bench.calls[:_BLOCK], taken={}, found=Counter(), different=Counter())
    for some in (warm, bench):
        for at in range(0, len(some.calls), _BLOCK):
            block = some.calls[at : at + _BLOCK]
            stands = some.timed(f"quick.{book}", [partial(quick, engine, one) for one in block])
            kept = [standing_file.pack(one, engine.book) for one in stands]
            for rule, again in agains.items():
                pairs = zip(block, kept, strict=True)
                anew = some.timed(f"changed.{rule}", [partial(_changed, again, *pair) for pair in pairs])
                some.different[f"changed.{rule}"] += sum(
                    one != quick(whole[rule], call) for one, call in zip(anew, block, strict=True)
                )
            every = max(1, len(bench.calls) // bench.wanted.judged)
            judged = some.timed(
                f"judge.{book}", [partial(_judged, engine.book, one) for one in block[::every]]
            )
            some.different[f"quick.{book}"] += sum(map(ne, judged, stands[::every]))


def with_pack(bench: Ways) -> None:
    """One changed rule beside a pack: what the pack finds is not looked for again."""
    (before, after), calls = bench.pack, bench.calls[: bench.wanted.packed]
    change = again(before, after)
    kept = [standing_file.pack(_judged(before, one), before) for one in calls]
    pairs = zip(calls, kept, strict=True)
    anew = bench.timed("changed.pack", [partial(_changed, change, *pair) for pair in pairs])
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


def quick(engine: Engine, one: Stored) -> Standing | None:
    """From the bytes that are kept of a call."""
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


def again(former: Rulebook, book: Rulebook) -> Again:
    """Judging by what changed in a book.

    Raises:
        ValueError: more than plain rules did.
    """
    change = change_between(former, book)
    if change is None:
        raise ValueError("more than a plain rule was changed")
    return Again(change)


def _spread(values: Sequence[float]) -> Spread:
    spread = Spread.of(values)
    if spread is None:
        raise ValueError("nothing was measured")
    return spread
