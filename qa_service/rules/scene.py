"""What conditions look at: the tags of one agent's leg and the utterances they point into."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from qa_service.core.calls import Leg
from qa_service.core.speech import Role, Utterance
from qa_service.core.tags import Tag
from qa_service.core.time import Span
from qa_service.rules.conditions import Distance, Scope, Side


class Scene:
    """Tags by label in time order, and where each lies among the utterances. Read-only once made."""

    def __init__(self, leg: Leg, utterances: Sequence[Utterance], tags: Iterable[Tag]) -> None:
        self.leg = leg
        self.utterances = tuple(utterances)
        self._index = {utterance.id: i for i, utterance in enumerate(self.utterances)}
        self._by_label: dict[str, list[Tag]] = defaultdict(list)
        for tag in sorted(tags, key=_time_order):
            self._by_label[tag.label].append(tag)

    def labelled(self, labels: Iterable[str]) -> list[Tag]:
        """Tags with any of `labels`, in time order."""
        held = [tag for label in labels for tag in self._by_label.get(label, ())]
        return sorted(held, key=_time_order)

    def within(self, span: Span, scope: Scope) -> bool:
        """Whether `span` begins in the scope's part of the leg."""
        window = self.window(scope)
        return window.start_ms <= span.start_ms < max(window.end_ms, window.start_ms + 1)

    def window(self, scope: Scope) -> Span:
        """The scope on the call clock."""
        leg = self.leg.span
        if scope.first_ms is not None:
            return Span(leg.start_ms, min(leg.end_ms, leg.start_ms + scope.first_ms))
        if scope.last_ms is not None:
            return Span(max(leg.start_ms, leg.end_ms - scope.last_ms), leg.end_ms)
        return leg

    def are_near(self, anchor: Tag, other: Tag, distance: Distance) -> bool:
        """Whether `other` lies on the right side of `anchor` and no farther than `distance` allows."""
        if distance.side is Side.BEFORE and other.span.start_ms > anchor.span.start_ms:
            return False
        if distance.side is Side.AFTER and other.span.end_ms < anchor.span.end_ms:
            return False
        if distance.within_ms is not None and not anchor.span.touches(
            other.span, within_ms=distance.within_ms
        ):
            return False
        return distance.within_utterances is None or self._steps(anchor, other) <= distance.within_utterances

    def edge_utterance(self, role: Role, scope: Scope) -> Utterance | None:
        """What `role` said first in the scope; said last, when the scope is the end of the leg."""
        window = self.window(scope)
        said = [u for u in self.utterances if u.role is role and u.span.touches(window)]
        if not said:
            return None
        return said[-1] if scope.last_ms is not None else said[0]

    def _steps(self, anchor: Tag, other: Tag) -> int:
        return abs(self._position(anchor) - self._position(other))

    def _position(self, tag: Tag) -> int:
        """Index of the utterance a tag quotes; of the last one begun by then, where it quotes none."""
        for quote in tag.quotes:
            if quote.utterance in self._index:
                return self._index[quote.utterance]
        return sum(1 for u in self.utterances if u.span.start_ms <= tag.span.start_ms) - 1


def _time_order(tag: Tag) -> tuple[int, int, Tag]:
    span = tag.span
    return (span.end_ms, span.start_ms, tag)
