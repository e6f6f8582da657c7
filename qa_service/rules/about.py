"""What conditions ask: which labels, which roles, what stands around, what only the end of the leg tells."""

from __future__ import annotations

from dataclasses import replace

from qa_service.core.speech import Role
from qa_service.rules.conditions import (
    Absent,
    AllOf,
    AnyOf,
    Branch,
    Capped,
    Condition,
    Every,
    Lacking,
    Nearby,
    Repeated,
    Scope,
    Side,
    Step,
    Steps,
    Tagged,
    Which,
    inside,
    steps_of,
)


def labels_of(condition: Condition) -> frozenset[str]:
    """All tag labels that the condition reads."""
    if isinstance(condition, Tagged):
        return frozenset(condition.labels)
    return frozenset().union(*map(labels_of, inside(condition)))


def always(condition: Condition) -> frozenset[str]:
    """The labels without one of which the condition never holds: of everything that it asks for at once."""
    match condition:
        case Tagged():
            return frozenset(condition.labels) if len(condition.labels) == 1 else frozenset()
        case AllOf():
            return frozenset().union(*map(always, condition.parts))
        case AnyOf():
            return frozenset.intersection(*map(always, condition.parts))
        case Repeated() | Capped() | Every():
            return always(condition.what)
        case _:
            return frozenset()


def deciding(condition: Condition) -> frozenset[str]:
    """The labels without which the condition says nothing: those it always asks for, and those it wants not to be.

    Where nobody can tell whether there are such tags, there being none is no answer.
    """
    match condition:
        case AllOf():
            return frozenset().union(*map(deciding, condition.parts))
        case AnyOf():
            return frozenset.intersection(*map(deciding, condition.parts))
        case Absent() | Lacking():
            return labels_of(condition.what)
        case Repeated() | Capped() | Nearby() | Every():
            return deciding(condition.what)
        case _:
            return always(condition)


def looks_around(condition: Condition) -> bool:
    """Whether it asks what stands in other utterances than its own."""
    match condition:
        case Steps():
            return True
        case Nearby() | Lacking():
            is_counted = condition.which is not Which.ANY
            return is_counted or condition.distance.within_utterances != 0 or looks_around(condition.what)
        case _:
            return any(map(looks_around, inside(condition)))


def roles_of(condition: Condition) -> frozenset[Role]:
    """All roles that the condition names."""
    named = frozenset().union(*map(roles_of, inside(condition)))
    match condition:
        case Tagged() | Every():
            return named | frozenset(() if condition.role is None else (condition.role,))
        case Absent():
            return named | {condition.role}
        case Steps():
            return named | {part.role for part in steps_of(condition.parts) if isinstance(part, Step)}
        case _:
            return named


def waits_for_end(condition: Condition) -> bool:
    """Whether what comes later may take its hits away, so that while a leg goes on it has none.

    Parts of `AnyOf` wait each for itself; steps have limits of their own.
    """
    match condition:
        case Tagged():
            return condition.scope.is_settled_late
        case Absent() | Every() | Lacking():
            return True
        case Nearby():
            return condition.which is not Which.ANY or waits_for_end(condition.what)
        case AnyOf():
            return all(map(waits_for_end, condition.parts))
        case Steps():
            return False
        case _:
            return any(map(waits_for_end, inside(condition)))


def is_prompt(condition: Condition) -> bool:
    """Whether its hits up to any time are known by then: nothing that begins later can add one."""
    match condition:
        case Tagged():
            return not condition.scope.is_settled_late
        case AnyOf():
            return all(map(is_prompt, condition.parts))
        case Capped():
            return is_prompt(condition.what)
        case AllOf():
            first, *others = condition.parts
            return is_prompt(first) and all(map(_is_prompt_beside, others))
        case _:
            return False


def _is_prompt_beside(part: Condition) -> bool:
    if not isinstance(part, Nearby) or part.which is not Which.ANY or not is_prompt(part.what):
        return False
    return part.distance.side is Side.BEFORE and part.distance.within_utterances is None


def is_about_end(condition: Condition) -> bool:
    """Whether it holds only where the agent did not say something at the end of the leg."""
    match condition:
        case Absent():
            return condition.role is Role.AGENT and condition.scope.is_of_end
        case AnyOf():
            return all(map(is_about_end, condition.parts))
        case AllOf():
            return any(map(is_about_end, condition.parts))
        case Repeated() | Capped():
            return is_about_end(condition.what)
        case _:
            return False


def narrowed(condition: Condition, scope: Scope, min_confidence: float = 0.0) -> Condition:
    """The condition in a part of the leg, for surer tags; parts that have a scope of their own keep it.

    Anchors (Nearby, Lacking) are left as they are: their distance says where they look.
    """
    match condition:
        case Tagged():
            own = scope if condition.scope == Scope() else condition.scope
            least = max(condition.min_confidence, min_confidence)
            return replace(condition, scope=own, min_confidence=least)
        case AllOf() | AnyOf():
            parts = tuple(narrowed(part, scope, min_confidence) for part in condition.parts)
            return replace(condition, parts=parts)
        case Repeated() | Capped():
            return replace(condition, what=narrowed(condition.what, scope, min_confidence))
        case Steps():
            own = scope if condition.scope == Scope() else condition.scope
            return Steps(tuple(_narrower(part, own, min_confidence) for part in condition.parts), own)
        case Absent() | Every():
            own = scope if condition.scope == Scope() else condition.scope
            what = narrowed(condition.what, own, min_confidence)
            return replace(condition, what=what, scope=own)
        case _:
            return condition


def _narrower(part: Step | Branch, scope: Scope, min_confidence: float) -> Step | Branch:
    if isinstance(part, Step):
        return replace(part, what=narrowed(part.what, scope, min_confidence))
    then, otherwise = (
        tuple(_narrower(one, scope, min_confidence) for one in parts) for parts in (part.then, part.otherwise)
    )
    return replace(part, on=narrowed(part.on, scope, min_confidence), then=then, otherwise=otherwise)
