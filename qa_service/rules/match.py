"""Which tags satisfy a condition: a pure function of the condition and the scene."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from qa_service.core.tags import Evidence, Tag
from qa_service.core.texts import Reason
from qa_service.core.time import Span
from qa_service.rules.conditions import (
    Absent,
    AllOf,
    AnyOf,
    Condition,
    Distance,
    Lacking,
    Nearby,
    Repeated,
    Scope,
    Tagged,
    roles_of,
)
from qa_service.rules.scene import Scene


@dataclass(frozen=True, slots=True)
class Hit:
    """A place where a condition became true: the tag that made it true, and those it rests on."""

    anchor: Tag
    support: tuple[Tag, ...] = ()

    @property
    def tags(self) -> tuple[Tag, ...]:
        """The anchor first, then its support, each once."""
        return tuple(dict.fromkeys((self.anchor, *self.support)))

    @property
    def confidence(self) -> float:
        """A chain is as sure as its weakest tag."""
        return min(tag.confidence for tag in (self.anchor, *self.support))


def hits(condition: Condition, scene: Scene) -> list[Hit]:
    """All hits in time order of their anchors, one per anchor."""
    match condition:
        case Tagged():
            return [Hit(tag) for tag in scene.labelled(condition.labels) if _fits(tag, condition, scene)]
        case AnyOf():
            return _once(hit for part in condition.parts for hit in hits(part, scene))
        case AllOf():
            return _all(condition, scene)
        case Repeated():
            return _repeated(condition, scene)
        case Absent():
            return (
                []
                if hits(condition.what, scene) or _misheard(condition, scene)
                else _absence(condition, scene)
            )
        case Nearby():
            return hits(condition.what, scene)
        case Lacking():
            return []


def is_unsure(condition: Condition, scene: Scene) -> bool:
    """Whether something counts as not said only because what was said there could not be heard."""
    match condition:
        case Absent():
            return not hits(condition.what, scene) and _misheard(condition, scene)
        case AllOf() | AnyOf():
            return any(is_unsure(part, scene) for part in condition.parts)
        case Repeated():
            return is_unsure(condition.what, scene)
        case _:
            return False


def may_be_hidden(condition: Condition, anchor: Tag, scene: Scene) -> bool:
    """Whether what should not stand beside `anchor` may be there, where nobody could hear it."""
    match condition:
        case Lacking():
            return scene.may_hide(anchor.span, roles_of(condition.what), condition.distance)
        case AllOf() | AnyOf():
            return any(may_be_hidden(part, anchor, scene) for part in condition.parts)
        case Repeated():
            return may_be_hidden(condition.what, anchor, scene)
        case _:
            return False


def _misheard(condition: Absent, scene: Scene) -> bool:
    return scene.is_misheard(condition.role, condition.scope)


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
        if all(tags is not None for tags in support):
            extra = tuple(tag for tags in support if tags for tag in tags)
            found.append(Hit(hit.anchor, hit.support + extra))
    return found


def _inner(part: Condition, scene: Scene) -> list[Hit]:
    """All hits of a part, or of what an anchor looks for."""
    return hits(part.what if isinstance(part, Nearby | Lacking) else part, scene)


def _support(anchor: Tag, part: Condition, inner: Sequence[Hit], scene: Scene) -> tuple[Tag, ...] | None:
    """The tags through which `part` holds beside `anchor`; nothing at all if it does not hold.

    Nothing stands beside itself: the anchor's own tag is no neighbour of it.
    """
    match part:
        case Nearby():
            near = _near(anchor, inner, part.distance, scene)
            return _best(near, anchor).tags if near else None
        case Lacking():
            return None if _near(anchor, inner, part.distance, scene) else ()
        case _:
            return _best(inner, anchor).tags if inner else None


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
        before = tuple(tag for hit in surest for tag in hit.tags)
        repeated.append(Hit(found[at].anchor, found[at].support + before))
    return repeated


def _absence(condition: Absent, scene: Scene) -> list[Hit]:
    """A tag that stands for what was not said; none while the role never spoke in the scope."""
    said = scene.edge_utterance(condition.role, condition.scope)
    if said is None:
        return []
    tag = Tag(
        evidence=(Evidence.said(said),),
        label=condition.label,
        detector="rules@1",
        confidence=min(1.0, 0.5 + said.confidence / 2),
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
