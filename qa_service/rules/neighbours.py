"""Which hits stand near a tag: asked of hundreds of pairs, so times and places are looked up once per hit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from qa_service.core.tags import Tag
from qa_service.rules.conditions import Distance, Side
from qa_service.rules.hit import Hit
from qa_service.rules.scene import Scene

_OTHER_SIDE = {Side.BEFORE: Side.AFTER, Side.AFTER: Side.BEFORE, Side.AROUND: Side.AROUND}


class _Words(NamedTuple):
    """Where a tag's words stand."""

    utterance: str
    start: int
    end: int


def _words_of(tag: Tag) -> _Words | None:
    """Of the one utterance that a tag quotes; None where it quotes none or several."""
    quotes = tag.quotes
    if not quotes or any(quote.utterance != quotes[0].utterance for quote in quotes):
        return None
    return _Words(
        quotes[0].utterance, min(quote.start for quote in quotes), max(quote.end for quote in quotes)
    )


def _stands(one: _Words | None, side: Side, other: _Words) -> bool:
    """Whether one may stand on this side of the other: in one utterance it does not begin where the other has ended."""
    if one is None or one.utterance != other.utterance:
        return True
    return one.start < other.end if side is Side.BEFORE else one.end > other.start


class Neighbours:
    """Hits of one condition, with where they stand; numbers below are their places in `hits`."""

    def __init__(self, hits: Sequence[Hit], scene: Scene) -> None:
        self._hits, self._scene = hits, scene
        self._sure = [hit.confidence for hit in hits]
        self._spans = [(hit.anchor.span.start_ms, hit.anchor.span.end_ms) for hit in hits]
        self._positions: list[int] | None = None
        self._words: dict[int, _Words | None] = {}

    @property
    def all(self) -> range:
        """Every hit."""
        return range(len(self._hits))

    def near(self, anchor: Tag, distance: Distance) -> list[int]:
        """The hits on the right side of `anchor` and no farther than `distance` allows; nothing is near itself."""
        start_ms, end_ms = anchor.span.start_ms, anchor.span.end_ms
        beside: Sequence[int] = self.all
        if distance.side is Side.BEFORE:
            beside = [at for at, (start, _) in enumerate(self._spans) if start <= start_ms]
        elif distance.side is Side.AFTER:
            beside = [at for at, (_, end) in enumerate(self._spans) if end >= end_ms]
        return self._in_order(self._within(beside, anchor, distance), anchor, distance.side)

    def having_near(self, other: Tag, distance: Distance) -> list[int]:
        """The hits that have `other` on their right side, no farther than `distance` allows."""
        start_ms, end_ms = other.span.start_ms, other.span.end_ms
        beside: Sequence[int] = self.all
        if distance.side is Side.BEFORE:
            beside = [at for at, (start, _) in enumerate(self._spans) if start_ms <= start]
        elif distance.side is Side.AFTER:
            beside = [at for at, (_, end) in enumerate(self._spans) if end_ms >= end]
        return self._in_order(self._within(beside, other, distance), other, _OTHER_SIDE[distance.side])

    def best(self, among: Sequence[int], anchor: Tag) -> Hit | None:
        """The surest hit of some; of equally sure ones the one nearest in time, and of those the first."""
        if not among:
            return None
        self._scene.work.spend(2 * len(among))
        start_ms, sure, spans = anchor.span.start_ms, self._sure, self._spans
        return self._hits[min(among, key=lambda at: (-sure[at], abs(spans[at][0] - start_ms)))]

    def _within(self, near: Sequence[int], tag: Tag, distance: Distance) -> list[int]:
        """Those of the hits that stand so near to a tag; the tag itself is none of them."""
        self._scene.work.spend(len(self._hits))
        if distance.within_ms is not None:
            first, last = tag.span.start_ms - distance.within_ms, tag.span.end_ms + distance.within_ms
            spans = self._spans
            near = [at for at in near if spans[at][0] <= last and first <= spans[at][1]]
        if distance.within_utterances is not None:
            positions, here = self._position_of, self._scene.position(tag)
            near = [at for at in near if abs(positions[at] - here) <= distance.within_utterances]
        here_ms = (tag.span.start_ms, tag.span.end_ms)  # comparing times first: tags are slow to compare
        return [at for at in near if self._spans[at] != here_ms or self._hits[at].anchor != tag]

    def _in_order(self, near: list[int], tag: Tag, side: Side) -> list[int]:
        """Those on one side of a tag where both are words of one utterance, which may have no times of their own."""
        if side is Side.AROUND or not near:
            return near
        here = _words_of(tag)
        if here is None:
            return near
        return [at for at in near if _stands(self._words_at(at), side, here)]

    def _words_at(self, at: int) -> _Words | None:
        if at not in self._words:
            self._words[at] = _words_of(self._hits[at].anchor)
        return self._words[at]

    @property
    def _position_of(self) -> Sequence[int]:
        """Among the utterances; looked up when it is first asked for."""
        if self._positions is None:
            self._positions = [self._scene.position(hit.anchor) for hit in self._hits]
        return self._positions
