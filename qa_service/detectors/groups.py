"""Which places in one sentence belong together: several phrases of a list, near enough, and no barred one beside.

Not a detector; all of them may import it.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple


class Spot(NamedTuple):
    """Phrase number `which` at the folded characters [start, end), as sure as it was heard."""

    start: int
    end: int
    which: int
    confidence: float


@dataclass(frozen=True, slots=True)
class Window:
    """How many folded characters may stand between a place and what is beside it; None is the whole sentence."""

    before: int | None = None
    after: int | None = None

    def holds(self, anchor: Spot, other: tuple[int, int]) -> bool:
        """Whether `other` lies beside `anchor`, on either side of it, over it or in it."""
        start, end = other
        if end <= anchor.start:
            return self.before is None or anchor.start - end <= self.before
        if start >= anchor.end:
            return self.after is None or start - anchor.end <= self.after
        return True


#: All of the sentence.
ANYWHERE = Window()


@dataclass(frozen=True, slots=True)
class Reach:
    """How far from a place others are beside it: within the window, and never over the end of a sentence."""

    window: Window = ANYWHERE
    #: Where sentences end, in order (text.normalize).
    stops: Sequence[int] = ()

    def holds(self, anchor: Spot, other: tuple[int, int]) -> bool:
        """Whether `other` lies beside `anchor`."""
        return self.window.holds(anchor, other) and not self._parts(anchor, other)

    def _parts(self, anchor: Spot, other: tuple[int, int]) -> bool:
        """Whether a sentence ends between the two."""
        after_one, before_other = min(anchor.end, other[1]), max(anchor.start, other[0])
        return bisect_left(self.stops, after_one) < bisect_right(self.stops, before_other)


def groups(
    spots: Sequence[Spot], *, at_least: int, reach: Reach, barred: Sequence[tuple[int, int]] = ()
) -> Iterator[Spot]:
    """Places where `at_least` different phrases stand together, from left to right, none of them in two groups.

    A group is anchored at its first phrase, holds the nearest place of every other one, and is as sure as the least
    sure of those it takes. A place beside a barred one counts for nothing.
    """
    free = [spot for spot in sorted(spots) if not any(reach.holds(spot, place) for place in barred)]
    until = 0
    for anchor in free:
        if anchor.start < until:
            continue
        group = _around(anchor, [spot for spot in free if spot.start >= until], reach)[:at_least]
        if len(group) == at_least:
            until = max(spot.end for spot in group)
            yield Spot(
                min(spot.start for spot in group), until, anchor.which, min(spot.confidence for spot in group)
            )


def _around(anchor: Spot, spots: Sequence[Spot], reach: Reach) -> list[Spot]:
    """The anchor, and of every other phrase beside it the nearest place; the nearest phrases first."""
    nearest: dict[int, Spot] = {}
    for spot in sorted(spots, key=lambda spot: (_apart(anchor, spot), spot)):
        if spot.which != anchor.which and reach.holds(anchor, (spot.start, spot.end)):
            nearest.setdefault(spot.which, spot)
    return [anchor, *nearest.values()]


def _apart(one: Spot, other: Spot) -> int:
    return max(other.start - one.end, one.start - other.end, 0)
