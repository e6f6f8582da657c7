"""What nobody could hear: where a condition rests on silence, the words may be in what was not heard."""

from __future__ import annotations

from qa_service.core.speech import Role
from qa_service.core.tags import Tag
from qa_service.rules.about import roles_of
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
    Steps,
    Tagged,
    Which,
)
from qa_service.rules.each import lacking
from qa_service.rules.match import chosen, hits
from qa_service.rules.scene import Scene
from qa_service.rules.steps import faults


def is_unsure(condition: Condition, scene: Scene) -> bool:
    """Whether something counts as not said only because what was said there could not be heard."""
    match condition:
        case Steps():
            return faults(condition, scene, hits).is_unsure
        case Every():
            missing = lacking(condition, hits(condition.what, scene), scene)
            return bool(missing) and all(one.unreliable for one in missing)
        case Absent() if isinstance(condition.what, Every):
            missing = lacking(condition.what, hits(condition.what.what, scene), scene)
            return any(one.unreliable for one in missing)
        case Absent():
            return not hits(condition.what, scene) and scene.is_misheard(condition.role, condition.scope)
        case AllOf() | AnyOf():
            return any(is_unsure(part, scene) for part in condition.parts)
        case Repeated() | Capped():
            return is_unsure(condition.what, scene)
        case _:
            return False


def may_be_hidden(condition: Condition, anchor: Tag, scene: Scene) -> bool:
    """Whether what should not stand beside `anchor` may be there, or more than was counted, where nobody heard."""
    match condition:
        case Tagged():
            return scene.may_miscount(condition.scope, condition.role)
        case Nearby() | Lacking() if condition.which is not Which.ANY:
            return _may_be_another(condition, scene)
        case Every():
            return scene.is_misheard_in(scene.window(condition.scope, condition.role), _of(condition.role))
        case Lacking():
            return scene.may_hide(anchor.span, roles_of(condition.what), condition.distance)
        case AllOf():
            return any(may_be_hidden(part, anchor, scene) for part in condition.parts)
        case AnyOf():
            return any(may_be_hidden(part, anchor, scene) for part in _that_hold(condition, anchor, scene))
        case Repeated() | Capped():
            return may_be_hidden(condition.what, anchor, scene)
        case _:
            return False


def _that_hold(condition: AnyOf, anchor: Tag, scene: Scene) -> tuple[Condition, ...]:
    """The parts by which the anchor counts as surely as it does; what the others rest on is nothing to it."""
    sure = [
        (part, hit.confidence)
        for part in condition.parts
        for hit in hits(part, scene)
        if hit.anchor is anchor
    ]
    if not sure:
        return condition.parts
    most = max(confidence for _, confidence in sure)
    return tuple(part for part, confidence in sure if confidence == most)


def _of(role: Role | None) -> frozenset[Role]:
    return frozenset() if role is None else frozenset({role})


def _may_be_another(beside: Nearby | Lacking, scene: Scene) -> bool:
    """Whether the hit that counts may be another one, for something like it was not heard before or after."""
    counted, roles = chosen(hits(beside.what, scene), beside.which), roles_of(beside.what)
    if beside.which is Which.EVERY or not counted:
        return scene.may_hide(scene.leg.span, roles, Distance())
    if beside.which is Which.LAST:
        return scene.may_follow(counted[0].anchor.span, roles)
    return scene.may_precede(counted[0].anchor.span, roles)
