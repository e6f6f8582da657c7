"""Time on the call clock: integer milliseconds from the first sample, half-open spans."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from operator import attrgetter


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open interval [start_ms, end_ms) on the call clock.

    >>> Span(0, 1_000).overlap_ms(Span(900, 2_000))
    100
    >>> Span(0, 1_000).overlap_ms(Span(1_000, 2_000))   # touching is not overlapping
    0
    """

    start_ms: int
    end_ms: int

    def __post_init__(self) -> None:
        if not 0 <= self.start_ms <= self.end_ms:
            raise ValueError(f"Span needs 0 <= start <= end, got [{self.start_ms}, {self.end_ms})")

    @property
    def duration_ms(self) -> int:
        """Length in milliseconds; 0 for an empty span."""
        return self.end_ms - self.start_ms

    def overlap_ms(self, other: Span) -> int:
        """Milliseconds that both spans cover."""
        return max(0, min(self.end_ms, other.end_ms) - max(self.start_ms, other.start_ms))

    def touches(self, other: Span, *, within_ms: int = 0) -> bool:
        """Whether the spans overlap, or lie at most `within_ms` apart.

        >>> Span(0, 1_000).touches(Span(1_500, 2_000), within_ms=500)
        True
        """
        return self.start_ms <= other.end_ms + within_ms and other.start_ms <= self.end_ms + within_ms

    def contains(self, other: Span) -> bool:
        """Whether `other` lies wholly inside this span."""
        return self.start_ms <= other.start_ms and other.end_ms <= self.end_ms

    def clip(self, within: Span) -> Span | None:
        """The part of this span inside `within`, or nothing if they do not meet."""
        start_ms, end_ms = max(self.start_ms, within.start_ms), min(self.end_ms, within.end_ms)
        return Span(start_ms, end_ms) if start_ms < end_ms else None


def cover(spans: Iterable[Span]) -> Span:
    """The smallest span that holds all of `spans`; there must be at least one."""
    held = tuple(spans)
    if len(held) == 1:
        return held[0]
    return Span(min(s.start_ms for s in held), max(s.end_ms for s in held))


_BORDERS = attrgetter("start_ms", "end_ms")


def merge(spans: Iterable[Span], *, gap_ms: int = 0) -> tuple[Span, ...]:
    """Disjoint spans in order that cover the same time; neighbours up to `gap_ms` apart become one.

    >>> merge([Span(5, 9), Span(0, 3), Span(3, 4)])
    (Span(start_ms=0, end_ms=4), Span(start_ms=5, end_ms=9))
    """
    merged: list[Span] = []
    held = sorted(spans, key=_BORDERS)
    if len(held) < 2:
        return tuple(held)
    for span in held:
        if merged and span.start_ms <= merged[-1].end_ms + gap_ms:
            merged[-1] = Span(merged[-1].start_ms, max(merged[-1].end_ms, span.end_ms))
        else:
            merged.append(span)
    return tuple(merged)


def gaps(spans: Iterable[Span], within: Span) -> Iterator[Span]:
    """The parts of `within` that no span covers, in order; empty gaps are left out."""
    quiet_since_ms = within.start_ms
    for span in merge(spans):
        if span.start_ms > quiet_since_ms:
            yield Span(quiet_since_ms, min(span.start_ms, within.end_ms))
        quiet_since_ms = max(quiet_since_ms, span.end_ms)
        if quiet_since_ms >= within.end_ms:
            return
    if quiet_since_ms < within.end_ms:
        yield Span(quiet_since_ms, within.end_ms)


def intersect(left: Iterable[Span], right: Iterable[Span]) -> tuple[Span, ...]:
    """The time that both sides cover, as disjoint spans in order.

    >>> intersect([Span(0, 10)], [Span(2, 4), Span(8, 12)])
    (Span(start_ms=2, end_ms=4), Span(start_ms=8, end_ms=10))
    """
    ours, theirs = merge(left), merge(right)
    shared: list[Span] = []
    i = j = 0
    while i < len(ours) and j < len(theirs):
        both = ours[i].clip(theirs[j])
        if both:
            shared.append(both)
        if ours[i].end_ms <= theirs[j].end_ms:
            i += 1
        else:
            j += 1
    return tuple(shared)


def total_ms(spans: Iterable[Span]) -> int:
    """Milliseconds that at least one span covers."""
    return sum(span.duration_ms for span in merge(spans))
