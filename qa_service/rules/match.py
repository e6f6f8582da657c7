"""Which tags satisfy a condition: a pure function of the condition and the scene."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from qa_service.core.tags import Evidence, Tag
from qa_service.core.texts import Reason
from qa_service.core.time import Span
from qa_service.rules.conditions import (
    Absent,
    AllOf,
    AnyOf,
    Capped,
    Condition,
    Distance,
    Lacking,
    Nearby,
    Repeated,
    Scope,
    Tagged,
)
from qa_service.rules.scene import Scene

#: What was not found may have been said in words that no list holds: enough to count (0.7), never certain
#: (docs/rulebook.md#absent).
ABSENCE_CONFIDENCE = 0.8


@dataclass(frozen=True, slots=True)
class Hit:
    """A place where a condition became true: the tag that made it true, and those it rests on."""

    anchor: Tag
    support: tuple[Tag, ...] = ()
    #: What the rule's author says is the most that it can be sure of.
    most: float = 1.0

    @property
    def tags(self) -> tuple[Tag, ...]:
        """The anchor first, then its support, each once."""
        return tuple(dict.fromkeys((self.anchor, *self.support)))

    @property
    def confidence(self) -> float:
        """A chain is as sure as its weakest tag, and no surer than its author."""
        return min(self.most, *(tag.confidence for tag in (self.anchor, *self.support)))


def hits(condition: Condition, scene: Scene) -> list[Hit]:
    """All hits in time order of their anchors, one per anchor."""
    match condition:
        case Tagged():
            return _tagged(condition, scene)
        case AnyOf():
            return _once(hit for part in condition.parts for hit in hits(part, scene))
        case AllOf():
            return _all(condition, scene)
        case Repeated():
            return _repeated(condition, scene)
        case Absent():
            return _absence(condition, scene)
        case Capped():
            return _capped(condition, scene)
        case Nearby() | Lacking():
            return hits(condition.what, scene) if isinstance(condition, Nearby) else []


def _tagged(wanted: Tagged, scene: Scene) -> list[Hit]:
    return [Hit(tag) for tag in scene.labelled(wanted.labels) if _fits(tag, wanted, scene)]


def _fits(tag: Tag, wanted: Tagged, scene: Scene) -> bool:
    return (
        (wanted.role is None or tag.role is wanted.role)
        and tag.confidence >= wanted.min_confidence
        and scene.within(tag.span, wanted.scope)
    )


def _all(condition: AllOf, scene: Scene) -> list[Hit]:
    first, *others = condition.parts
    anchors = hits(first, scene)
    if not anchors:
        return []
    beside = [(part, _inner(part, scene)) for part in others]
    found = []
    for hit in anchors:
        support = [_support(hit.anchor, part, inner, scene) for part, inner in beside]
        if all(one is not None for one in support):
            found.append(_resting_on(hit, [one for one in support if one is not None]))
    return found


def _resting_on(hit: Hit, support: Sequence[_Support]) -> Hit:
    extra = tuple(tag for one in support for tag in one.tags)
    return Hit(hit.anchor, hit.support + extra, min(hit.most, *(one.most for one in support), 1.0))


def _inner(part: Condition, scene: Scene) -> list[Hit]:
    """All hits of a part, or of what an anchor looks for."""
    return hits(part.what if isinstance(part, Nearby | Lacking) else part, scene)


class _Support(NamedTuple):
    """What a hit rests on beside its anchor."""

    tags: tuple[Tag, ...] = ()
    most: float = 1.0


def _support(anchor: Tag, part: Condition, inner: Sequence[Hit], scene: Scene) -> _Support | None:
    """That through which `part` holds beside `anchor`; nothing at all if it does not hold.

    Nothing stands beside itself: the anchor's own tag is no neighbour of it.
    """
    match part:
        case Nearby():
            near = _near(anchor, inner, part.distance, scene)
            return _resting(near, anchor) if near else None
        case Lacking():
            return None if _near(anchor, inner, part.distance, scene) else _Support()
        case _:
            return _resting(inner, anchor) if inner else None


def _resting(found: Sequence[Hit], anchor: Tag) -> _Support:
    best = _best(found, anchor)
    return _Support(best.tags, best.most)


def _near(anchor: Tag, inner: Sequence[Hit], distance: Distance, scene: Scene) -> list[Hit]:
    return [hit for hit in inner if hit.anchor != anchor and scene.are_near(anchor, hit.anchor, distance)]


def _best(found: Sequence[Hit], anchor: Tag) -> Hit:
    """The surest hit; of equally sure ones the one nearest in time."""
    start_ms = anchor.span.start_ms
    return min(found, key=lambda hit: (-hit.confidence, abs(hit.anchor.span.start_ms - start_ms)))


def _repeated(condition: Repeated, scene: Scene) -> list[Hit]:
    """Each hit from the n-th on, resting on the surest n - 1 before it."""
    found, needed = hits(condition.what, scene), condition.at_least - 1
    repeated = []
    for at in range(needed, len(found)):
        surest = sorted(found[:at], key=lambda hit: -hit.confidence)[:needed]
        before = [_Support(hit.tags, hit.most) for hit in surest]
        repeated.append(_resting_on(found[at], before))
    return repeated


def _capped(condition: Capped, scene: Scene) -> list[Hit]:
    found = hits(condition.what, scene)
    return [replace(hit, most=min(hit.most, condition.confidence)) for hit in found]


def _absence(condition: Absent, scene: Scene) -> list[Hit]:
    """A tag that stands for what was not said; none while the role never spoke in the scope, or unclearly."""
    said = scene.edge_utterance(condition.role, condition.scope)
    if said is None or hits(condition.what, scene) or scene.is_misheard(condition.role, condition.scope):
        return []
    tag = Tag(
        evidence=(Evidence.said(said),),
        label=condition.label,
        detector="rules@1",
        confidence=round(ABSENCE_CONFIDENCE * min(1.0, 0.5 + said.confidence / 2), 2),
        because=_absence_reason(condition.scope, scene.window(condition.scope)),
        speaker=said.speaker,
        role=said.role,
    )
    return [Hit(tag)]


def _absence_reason(scope: Scope, window: Span) -> Reason:
    seconds = round(window.duration_ms / 1000)
    if scope.first_ms is not None:
        return Reason.of("absent.first", seconds=seconds)
    if scope.last_ms is not None:
        return Reason.of("absent.last", seconds=seconds)
    return Reason.of("absent.call")


def _once(found: Iterable[Hit]) -> list[Hit]:
    by_anchor: dict[Tag, Hit] = {}
    for hit in found:
        by_anchor.setdefault(hit.anchor, hit)
    return sorted(by_anchor.values(), key=lambda hit: (hit.anchor.span.end_ms, hit.anchor.span.start_ms))
