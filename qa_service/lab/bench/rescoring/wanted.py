"""How much `bench rescore` measures."""

from __future__ import annotations

from dataclasses import dataclass

#: Rules of the books, the one with one changed rule first. Of ten thousand rules with short phrases many are said by
#: chance; the last book has as many with long ones, of which only those are said that are meant to be.
SIZES = (1_000, 10_000)
LONG_HALF = (4, 5)
#: How many calls are judged one after the other to see how cost and memory grow.
GROWTH = (1_000, 3_000, 10_000)
#: Which rule changes: one that hardly anybody says, as most are, and one that is said in nearly every second call.
RARE, COMMON = 7, 0
#: A pack that asks for far more than phrases, and what the centre's own rule beside it listens for, before and after.
PACK, PACK_WORDS = "service-zh", (["没有人这么说过"], ["没有人这么说过", "马上帮您"])


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
