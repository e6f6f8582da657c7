"""Which tags satisfy a condition: a pure function of the condition and the scene."""

from __future__ import annotations

from bisect import insort
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple

from qa_service.core.tags import Evidence, Tag
from qa_service.core.texts import Reason
from qa_service.core.time import Span
from qa_service.rules.about import waits_for_end
from qa_service.rules.conditions import (
    Absent,
    AllOf,
    AnyOf,
    Capped,
    Condition,
    Distance,
    Every,
    Lacking,
    Nearby,
    Repeated,
    Scope,
    Steps,
    Tagged,
    Which,
)
from qa_service.rules.each import every, lacking_hits
from qa_service.rules.hit import Hit, absence_confidence
from qa_service.rules.neighbours import Neighbours
from qa_service.rules.scene import Scene
from qa_service.rules.steps import faults
from qa_service.rules.work import ASKED, LOOKED_AT, RESTED

#: What a scene says of a condition that it was not asked.
_NOT_ASKED: tuple[None, list[Hit]] = (None, [])


def hits(condition: Condition, scene: Scene) -> list[Hit]:
    """All hits in time order of their anchors, one per anchor; while the leg goes on, those that will stay.

    Raises:
        TooCostlyError: the rule that is being asked has nothing left of its work.
    """
    asked, found = scene.answers.get(id(condition), _NOT_ASKED)
    if asked is not condition:
        scene.work.spend(ASKED)
        found = [] if scene.goes_on and waits_for_end(condition) else _hits(condition, scene)
        scene.answers[id(condition)] = (condition, found)
    return found


def _hits(condition: Condition, scene: Scene) -> list[Hit]:
    match condition:
        case Tagged():
            return _tagged(condition, scene)
        case AnyOf():
            return _once(hit for part in condition.parts for hit in hits(part, scene))
        case AllOf():
            return _all(condition, scene)
        case Repeated():
            return _repeated(condition, scene)
        case Capped():
            return _capped(condition, scene)
        case Nearby() | Lacking():
            return hits(condition.what, scene) if isinstance(condition, Nearby) else []
    return _of_many(condition, scene)


def _of_many(condition: Absent | Every | Steps, scene: Scene) -> list[Hit]:
    """What can be said only of several utterances together."""
    match condition:
        case Absent():
            return _absence(condition, scene)
        case Steps():
            return list(faults(condition, scene, hits).hits)
        case Every():
            return every(condition, hits(condition.what, scene), scene)


def _tagged(wanted: Tagged, scene: Scene) -> list[Hit]:
    tags = scene.labelled(wanted.labels)
    scene.work.spend(LOOKED_AT * len(tags))
    return [Hit(tag) for tag in tags if _fits(tag, wanted, scene)]


def _fits(tag: Tag, wanted: Tagged, scene: Scene) -> bool:
    return (
        (wanted.role is None or tag.role is wanted.role)
        and tag.confidence >= wanted.min_confidence
        and scene.holds(tag, wanted.scope, wanted.role)
    )


def _all(condition: AllOf, scene: Scene) -> list[Hit]:
    """Each part is asked of the hits for which those before it hold; what has to stand beside every hit, last."""
    first, *others = condition.parts
    found = hits(first, scene)
    for part in sorted(others, key=asks_every):
        found = beside(found, part, scene) if found else []
    return found


def asks_every(part: Condition) -> bool:
    """Whether the part has to stand beside every hit, so that it is asked last."""
    return isinstance(part, Nearby) and part.which is Which.EVERY


def beside(found: Sequence[Hit], part: Condition, scene: Scene) -> list[Hit]:
    """The hits beside which `part` holds, resting on it."""
    inner = Neighbours(_inner(part, found, scene), scene)
    supported = ((hit, _support(hit.anchor, part, inner)) for hit in found)
    return [_resting_on(hit, [support]) for hit, support in supported if support is not None]


def _resting_on(hit: Hit, support: Sequence[_Support]) -> Hit:
    extra = tuple(tag for one in support for tag in one.tags)
    most = min(hit.most, *(one.most for one in support), 1.0)
    return replace(hit, support=hit.support + extra, most=most)


def _inner(part: Condition, found: Sequence[Hit], scene: Scene) -> list[Hit]:
    """All hits of a part, or those that count of what an anchor looks for."""
    if not isinstance(part, Nearby | Lacking):
        return hits(part, scene)
    counted = chosen(hits(part.what, scene), part.which)
    return _all_met(counted, found, part.distance, scene) if asks_every(part) else counted


def chosen(found: list[Hit], which: Which | int) -> list[Hit]:
    """The hits that count: all of them, the last, or the n-th."""
    match which:
        case Which.ANY | Which.EVERY:
            return found
        case Which.LAST:
            return found[-1:]
        case _:
            return found[which - 1 : which]


def _all_met(counted: list[Hit], found: Sequence[Hit], distance: Distance, scene: Scene) -> list[Hit]:
    """What is counted, if one of `found` stands beside each: then no surer than the one that is met least surely."""
    around = Neighbours(found, scene)
    met = [around.best(around.having_near(one.anchor, distance), one.anchor) for one in counted]
    best = [hit for hit in met if hit is not None]
    if len(best) < len(met):
        return []
    least = min((hit.confidence for hit in best), default=1.0)
    return [replace(one, most=min(one.most, least)) for one in counted]


class _Support(NamedTuple):
    """What a hit rests on beside its anchor."""

    tags: tuple[Tag, ...] = ()
    most: float = 1.0


def _support(anchor: Tag, part: Condition, inner: Neighbours) -> _Support | None:
    """That through which `part` holds beside `anchor`; nothing at all if it does not hold.

    Nothing stands beside itself: the anchor's own tag is no neighbour of it.
    """
    match part:
        case Nearby():
            best = inner.best(inner.near(anchor, part.distance), anchor)
        case Lacking():
            return None if inner.near(anchor, part.distance) else _Support()
        case _:
            best = inner.best(inner.all, anchor)
    return None if best is None else _Support(best.tags, best.most)


def _repeated(condition: Repeated, scene: Scene) -> list[Hit]:
    """Each hit from the n-th on, resting on the surest n - 1 before it."""
    found, needed = hits(condition.what, scene), condition.at_least - 1
    if len(found) <= needed:
        return []
    repeated = []
    before_it = sorted((-hit.confidence, at) for at, hit in enumerate(found[:needed]))
    for at in range(needed, len(found)):
        surest = [found[which] for _, which in before_it[:needed]]
        insort(before_it, (-found[at].confidence, at))
        scene.work.spend(RESTED * (1 + needed))
        before = [_Support(hit.tags, hit.most) for hit in surest]
        repeated.append(_resting_on(found[at], before))
    return repeated


def _capped(condition: Capped, scene: Scene) -> list[Hit]:
    found = hits(condition.what, scene)
    return [replace(hit, most=min(hit.most, condition.confidence)) for hit in found]


def _absence(condition: Absent, scene: Scene) -> list[Hit]:
    """A tag that stands for what was not said; none while the role never spoke in the scope, or unclearly."""
    if isinstance(condition.what, Every):
        return lacking_hits(condition, condition.what, hits(condition.what.what, scene), scene)
    said = scene.edge_utterance(condition.role, condition.scope)
    if said is None or hits(condition.what, scene) or scene.is_misheard(condition.role, condition.scope):
        return []
    tag = Tag(
        evidence=(Evidence.said(said),),
        label=condition.label,
        detector="rules@1",
        confidence=absence_confidence(said.confidence),
        because=_absence_reason(condition.scope, scene.window(condition.scope, condition.role)),
        speaker=said.speaker,
        role=said.role,
    )
    return [Hit(tag)]


def _absence_reason(scope: Scope, window: Span) -> Reason:
    """Where nobody said it, as the author measures it."""
    edge = "last" if scope.is_of_end else "first"
    share = scope.last_share if scope.first_share is None else scope.first_share
    if scope == Scope():
        return Reason.of("absent.call")
    if scope.between is not None:
        start, end = (round(edge / 1000) for edge in (window.start_ms, window.end_ms))
        return Reason.of("absent.between", start=start, end=end)
    if scope.utterances is not None:
        return Reason.of(f"absent.{edge}_utterances", count=scope.utterances)
    if share is not None:
        return Reason.of(f"absent.{edge}_share", percent=round(100 * share, 1))
    return Reason.of(f"absent.{edge}", seconds=round(window.duration_ms / 1000))


def _once(found: Iterable[Hit]) -> list[Hit]:
    by_anchor: dict[Tag, Hit] = {}
    for hit in found:
        by_anchor.setdefault(hit.anchor, hit)
    return sorted(by_anchor.values(), key=lambda hit: (hit.anchor.span.end_ms, hit.anchor.span.start_ms))
