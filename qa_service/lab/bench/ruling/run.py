"""Measures: judging by the number of rules, reading and compiling a book, the costliest single rules.

Processor time, not the clock: judging waits for nothing, and a busy machine changes the clock more than the processor.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from qa_service.core.errors import RulebookError
from qa_service.lab.bench.figures import Spread
from qa_service.lab.bench.judging import forget_texts
from qa_service.lab.bench.ruling.books import as_text, compiled, flattened, found_of, phrase_book, single
from qa_service.lab.bench.ruling.calls import asking_call, block_call, lines_of, long_call, stored_calls
from qa_service.lab.bench.ruling.costly import costly_rules
from qa_service.lab.bench.ruling.tables import answer_books, questions
from qa_service.lab.truth import Truth
from qa_service.pipeline.assessment import Assessment
from qa_service.pipeline.judge import Case, judge
from qa_service.rulebook.book import Rulebook
from qa_service.rulebook.compile import compile_book
from qa_service.rulebook.source import read

#: The growth is between the first and the last.
SIZES = (10, 100, 1_000, 10_000)
_Made = TypeVar("_Made")
#: Of the call that costly rules judge.
_MINUTES = 10


@dataclass(frozen=True, slots=True)
class Wanted:
    """How much is measured."""

    calls: int
    repeat: int
    sizes: tuple[int, ...] = SIZES


@dataclass(frozen=True, slots=True)
class Size:
    """Judging with so many rules."""

    rules: int
    #: Milliseconds per call.
    judge_ms: Spread
    #: To the same call with the fewest rules, per call.
    ratio: Spread
    findings_per_call: float


@dataclass(frozen=True, slots=True)
class Compiling:
    """Seconds for the largest book; `read_s` is YAML and its schema, `compile_s` all that follows."""

    rules: int
    text_mb: float
    read_s: float
    compile_s: Spread


@dataclass(frozen=True, slots=True)
class Costly:
    """One rule alone in a book; the worse of the call in turns and the call in blocks counts."""

    name: str
    #: Why it was refused when it was read; empty where it was not.
    refused: str
    turns_ms: Spread | None = None
    blocks_ms: Spread | None = None
    #: Whether the rule was given up in the call in turns, for being too common or too costly.
    is_given_up: bool = False

    @property
    def worst_ms(self) -> float | None:
        """The larger median."""
        measured = [spread.median for spread in (self.turns_ms, self.blocks_ms) if spread]
        return max(measured, default=None)


@dataclass(frozen=True, slots=True)
class Ruled:
    """Everything that was measured."""

    sizes: tuple[Size, ...]
    compiling: Compiling
    costly: tuple[Costly, ...]


def bench_rules(truths: Sequence[Truth], wanted: Wanted, told: Callable[[str], None]) -> Ruled:
    """Measures all of it; `told` hears what comes next."""
    lines = lines_of(truths)
    told(f"{wanted.sizes[-1]:,} rules: reading and compiling")
    compiling = _compiling(lines, wanted)
    books = {rules: compiled(phrase_book(lines, rules)) for rules in wanted.sizes}
    told(f"{wanted.calls:,} calls, judged with {', '.join(map(str, wanted.sizes))} rules")
    sizes = _sizes(stored_calls(truths, wanted.calls), books)
    turns, blocks = long_call(truths, _MINUTES), block_call(truths, _MINUTES)
    costly = []
    for name, when in costly_rules(lines).items():
        told(name)
        costly.append(_costly(name, single(when), turns, blocks, wanted.repeat))
    asking = asking_call(truths, _MINUTES, questions())
    for name, book in answer_books(lines_of(truths, role="customer")).items():
        told(name)
        costly.append(_costly(name, book, asking, turns, wanted.repeat))
    return Ruled(sizes, compiling, tuple(costly))


def _compiling(lines: Sequence[str], wanted: Wanted) -> Compiling:
    rules = wanted.sizes[-1]
    book = phrase_book(lines, rules)
    text = as_text(book)
    _, read_s = _timed(lambda: read(text, "bench.yaml"))
    found = found_of(book)
    taken = [_timed(lambda: compile_book(flattened(found)))[1] for _ in range(wanted.repeat)]
    return Compiling(rules, len(text.encode()) / 1e6, read_s, _spread(taken))


def _sizes(calls: Sequence[Case], books: Mapping[int, Rulebook]) -> tuple[Size, ...]:
    """Every call is judged with every book before the next one is; the book that begins changes."""
    taken: dict[int, list[float]] = {rules: [] for rules in books}
    found = dict.fromkeys(books, 0)
    for book in books.values():  # the indexes of a book are made when it first judges
        judge(calls[0], book)
    order = list(books)
    for at, call in enumerate(calls):
        for rules in order[at % len(order) :] + order[: at % len(order)]:
            assessment, seconds = _judged(call, books[rules])
            taken[rules].append(seconds * 1_000)
            found[rules] += sum(len(leg.findings) for leg in assessment.legs)
    first = taken[order[0]]
    return tuple(
        Size(
            rules,
            _spread(taken[rules]),
            _spread([a / b for a, b in zip(taken[rules], first, strict=True)]),
            found[rules] / len(calls),
        )
        for rules in books
    )


def _costly(name: str, book: Mapping[str, object], turns: Case, blocks: Case, repeat: int) -> Costly:
    try:
        made = compiled(book)
    except RulebookError as refusal:
        return Costly(name, refusal.code)
    basis = judge(turns, made).legs[0].basis
    given_up = {held.because.code for held in basis.blocked.values()}
    judged = [[_judged(call, made)[1] * 1_000 for _ in range(repeat)] for call in (turns, blocks)]
    return Costly(name, "", _spread(judged[0]), _spread(judged[1]), bool(given_up & _GIVEN_UP))


_GIVEN_UP = frozenset({"undecided.too_common", "undecided.too_costly"})


def _judged(call: Case, book: Rulebook) -> tuple[Assessment, float]:
    """With empty caches of texts, as for a call that this process has not seen."""
    forget_texts()
    return _timed(lambda: judge(call, book))


def _timed(work: Callable[[], _Made]) -> tuple[_Made, float]:
    """What the work gives, and the seconds of processor time that it took."""
    begun = time.process_time()
    made = work()
    return made, time.process_time() - begun


def _spread(values: Sequence[float]) -> Spread:
    spread = Spread.of(values)
    if spread is None:
        raise ValueError("nothing was measured")
    return spread
