"""Which tags satisfy a condition: a pure function of the condition and the scene."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from qa_service.core.tags import Evidence, Tag
from qa_service.core.texts import Reason
from qa_service.core.time import Span
from qa_service.rules.conditions import (
    Absent,
    AllOf,
    AnyOf,
    Condition,
    Lacking,
    Nearby,
    Repeated,
    Scope,
    Tagged,
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
            return [] if hits(condition.what, scene) else _absence(condition, scene)
        case Nearby():
            return hits(condition.what, scene)
        case Lacking():
            return []


def _fits(tag: Tag, wanted: Tagged, scene: Scene) -> bool:
    return (
        (wanted.role is None or tag.role is wanted.role)
        and tag.confidence >= wanted.min_confidence
        and scene.within(tag.span, wanted.scope)
    )


def _all(condition: AllOf, scene: Scene) -> list[Hit]:
    first, *others = condition.parts
    found = []
    for hit in hits(first, scene):
        support = [_support(hit.anchor, part, scene) for part in others]
        if all(tags is not None for tags in support):
            extra = tuple(tag for tags in support if tags for tag in tags)
            found.append(Hit(hit.anchor, hit.support + extra))
    return found


def _support(anchor: Tag, part: Condition, scene: Scene) -> tuple[Tag, ...] | None:
    """The tags through which `part` holds beside `anchor`; nothing at all if it does not hold."""
    match part:
        case Nearby():
            near = [h for h in hits(part.what, scene) if scene.are_near(anchor, h.anchor, part.distance)]
            return near[-1].tags if near else None
        case Lacking():
            near = [h for h in hits(part.what, scene) if scene.are_near(anchor, h.anchor, part.distance)]
            return None if near else ()
        case _:
            found = hits(part, scene)
            return found[0].tags if found else None


def _repeated(condition: Repeated, scene: Scene) -> list[Hit]:
    found = hits(condition.what, scene)
    if len(found) < condition.at_least:
        return []
    earlier = tuple(tag for hit in found[: condition.at_least - 1] for tag in hit.tags)
    first = found[condition.at_least - 1]
    return [Hit(first.anchor, first.support + earlier), *found[condition.at_least :]]


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
