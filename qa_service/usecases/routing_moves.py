"""dry-run: what another table would do with calls that were there: how many move from where to where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from qa_service.core.routing import Decision, RoutingFacts, RoutingTable
from qa_service.core.routing_answers import Move, Moves
from qa_service.usecases.routing import decide

#: Calls that are named for each move.
MOST_EXAMPLES = 5
_PARTS = ("rulebooks", "profile", "jurisdiction", "retention", "alerts")


@dataclass(slots=True)
class Tally:
    """Counts call by call, so that a week of them is never held together."""

    before: RoutingTable
    after: RoutingTable
    calls: int = 0
    unmatched_before: int = 0
    unmatched_after: int = 0
    _counts: dict[tuple[str, str, tuple[str, ...]], int] = field(default_factory=dict)
    _examples: dict[tuple[str, str, tuple[str, ...]], list[str]] = field(default_factory=dict)

    def add(self, facts: RoutingFacts, example: str = "") -> None:
        """One more call; `example` is its id where it may be named."""
        old, new = decide(self.before, facts), decide(self.after, facts)
        self.calls += 1
        self.unmatched_before += not old.route
        self.unmatched_after += not new.route
        changes = changed(old, new)
        if old.route == new.route and not changes:
            return
        way = (old.route, new.route, changes)
        self._counts[way] = self._counts.get(way, 0) + 1
        named = self._examples.setdefault(way, [])
        if example and len(named) < MOST_EXAMPLES:
            named.append(example)

    def result(self) -> Moves:
        """What was counted, the largest move first."""
        moves = [
            Move(*way, calls=count, examples=tuple(self._examples[way]))
            for way, count in _largest_first(self._counts)
        ]
        stay = self.calls - sum(move.calls for move in moves)
        return Moves(
            calls=self.calls,
            stay=stay,
            unmatched_before=self.unmatched_before,
            unmatched_after=self.unmatched_after,
            moves=tuple(moves),
        )


def changed(old: Decision, new: Decision) -> tuple[str, ...]:
    """What is different between two decisions, the route aside."""
    return tuple(name for name in _PARTS if getattr(old, name) != getattr(new, name))


def _largest_first(
    counts: Mapping[tuple[str, str, tuple[str, ...]], int],
) -> list[tuple[tuple[str, str, tuple[str, ...]], int]]:
    return sorted(counts.items(), key=lambda way: (-way[1], way[0]))
