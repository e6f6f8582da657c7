"""tune: limits read off a centre's own calls. What is kept of a call is counts, so memory does not grow with calls."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from qa_service.core.intervals import Share
from qa_service.pipeline.probing import NOTHING, Near, Probing
from qa_service.rulebook.gauges import Gauge, Gauged

#: Under so many calls, or values, a share of 2 % is less than one call, and nothing is proposed.
LEAST_CALLS = 30
#: The share of calls that a proposed limit finds, unless somebody asks for another.
SHARE = 0.02
#: The shares of all values that lie on the harmless side of what is shown.
MEDIAN, P90, P95, P99 = SHOWN = (0.5, 0.9, 0.95, 0.99)
#: Why nothing is proposed.
FEW, ELSEWHERE = "few_calls", "own_limit"


@dataclass(frozen=True, slots=True)
class Row:
    """One limit on one line."""

    gauged: Gauged
    calls: int
    values: int
    #: By share (SHOWN): the value that so many of all values do not exceed on the way to the fault.
    at: Mapping[float, float]
    #: The calls that are found at the limit in force.
    now: Share
    #: In the unit of the detector's setting; None where nothing is proposed, and why.
    proposed: float | None
    why_not: str
    then: Share | None
    #: Calls that say nothing of this limit, by reason.
    left_out: Mapping[str, int]

    @property
    def is_bound(self) -> bool:
        """Whether a bound of proposals kept it from going further."""
        return self.proposed in {self.gauged.gauge.strictest, self.gauged.gauge.mildest}


@dataclass(frozen=True, slots=True)
class LineRows:
    """One line, or all of them together."""

    line: str
    calls: int
    rows: tuple[Row, ...]
    #: Calls that say nothing at all, by reason.
    left_out: Mapping[str, int]
    said: int
    unreliable: int


@dataclass(slots=True)
class _Count:
    """One limit on one line, while calls come in."""

    values: Counter[int] = field(default_factory=Counter)
    #: Of each call the value that decides whether it is found; calls in which nothing could be are not in it.
    worst: Counter[int] = field(default_factory=Counter)
    calls: int = 0
    found: int = 0
    left_out: Counter[str] = field(default_factory=Counter)

    def add(self, near: Near, gauged: Gauged) -> None:
        gauge = gauged.gauge
        values = [value for value in near.values if value >= gauge.least]
        if near.why_not and not (near.why_not == NOTHING and gauge.is_event):
            self.left_out[near.why_not] += 1
            return
        self.calls += 1
        self.values.update(map(gauge.grains, values))
        worst = gauge.worst(near.decide)
        if worst is not None:
            self.worst[gauge.grains(worst)] += 1
            self.found += gauge.is_fault(worst, gauged.limit)

    def found_at(self, gauge: Gauge, limit: float) -> Share:
        """How many calls would be found at a limit that stands on a grain."""
        hits = sum(
            n for grains, n in self.worst.items() if gauge.is_fault(grains, round(limit / gauge.grain))
        )
        return Share(hits, self.calls)


@dataclass(slots=True)
class _Line:
    counts: list[_Count]
    calls: int = 0
    said: int = 0
    unreliable: int = 0
    left_out: Counter[str] = field(default_factory=Counter)


class Tuning:
    """Counts calls, line by line and all together."""

    def __init__(self, limits: Sequence[Gauged], share: float = SHARE) -> None:
        self._limits, self._share = tuple(limits), share
        self._all, self._lines = self._line(), dict[str, _Line]()

    def add(self, line: str, call: Probing) -> None:
        """One call of a line."""
        own = self._lines.setdefault(line, self._line())
        for each in (self._all, own):
            each.calls += 1
            each.said += call.said
            each.unreliable += call.unreliable
            if call.left_out:
                each.left_out[call.left_out] += 1
            for at, near in call.near.items():
                each.counts[at].add(near, self._limits[at])

    def together(self) -> LineRows:
        """All lines."""
        return self._rows("", self._all)

    def lines(self) -> tuple[LineRows, ...]:
        """Each line by itself, the one with the most calls first."""
        known = sorted(self._lines.items(), key=lambda one: (-one[1].calls, one[0]))
        return tuple(self._rows(name, line) for name, line in known)

    def _line(self) -> _Line:
        return _Line([_Count() for _ in self._limits])

    def _rows(self, name: str, line: _Line) -> LineRows:
        rows = tuple(
            _row(one, count, self._share) for one, count in zip(self._limits, line.counts, strict=True)
        )
        return LineRows(name, line.calls, rows, dict(line.left_out), line.said, line.unreliable)


def _row(gauged: Gauged, count: _Count, share: float) -> Row:
    limit, why_not = _proposed(gauged, count, share)
    return Row(
        gauged,
        calls=count.calls,
        values=count.values.total(),
        at={part: value for part in SHOWN if (value := _at(count.values, gauged.gauge, part)) is not None},
        now=Share(count.found, count.calls),
        proposed=limit,
        why_not=why_not,
        then=None if limit is None else count.found_at(gauged.gauge, limit),
        left_out=dict(count.left_out),
    )


def _at(values: Counter[int], gauge: Gauge, part: float) -> float | None:
    """The least value, counted from the harmless side, that `part` of all values do not go beyond."""
    wanted, passed = part * values.total(), 0
    for grains in sorted(values, reverse=gauge.is_below):
        passed += values[grains]
        if passed >= wanted:
            return round(grains * gauge.grain, 6)
    return None


def _proposed(gauged: Gauged, count: _Count, share: float) -> tuple[float | None, str]:
    """The limit whose share of calls lies nearest to the one wanted.

    Of several that find the same calls: the mildest, where these are too many, and else the strictest.
    """
    if gauged.is_elsewhere:
        return None, ELSEWHERE
    if min(count.calls, count.values.total()) < LEAST_CALLS:
        return None, FEW
    limits = gauged.gauge.limits()

    def away(at: int) -> tuple[float, int]:
        found = count.found_at(gauged.gauge, limits[at]).hits / count.calls
        return (abs(found - share), -at if found > share else at)

    return limits[min(range(len(limits)), key=away)], ""
