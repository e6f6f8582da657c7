"""Which patterns matter only beside another: the context of `near` and `not_near` with `within: 0 utterances`.

Such a context is made of everyday words (可以, 谢谢, 一下) and would otherwise be located in every second utterance.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from qa_service.detectors.patterns import PatternRule
from qa_service.rules.about import labels_of
from qa_service.rules.conditions import (
    AllOf,
    AnyOf,
    Capped,
    Condition,
    Lacking,
    Nearby,
    Tagged,
    Which,
    inside,
)


def placed(patterns: Sequence[PatternRule], condition: Condition) -> list[PatternRule]:
    """One rule's patterns; a context says which patterns it stands beside, if only patterns are read there."""
    own = {pattern.label for pattern in patterns}
    beside = {context: heads for heads, context in _contexts(condition) if heads <= own}
    return [
        replace(pattern, beside=beside[pattern.label]) if pattern.label in beside else pattern
        for pattern in patterns
    ]


def _contexts(condition: Condition) -> Iterator[tuple[frozenset[str], str]]:
    """The labels of what is anchored, with each label that is read in its utterance only."""
    if isinstance(condition, AllOf):
        head, *others = condition.parts
        for part in others:
            if _is_of_one_utterance(part):
                yield from ((labels_of(head), label) for label in labels_of(part))
    for part in inside(condition):
        yield from _contexts(part)


def _is_of_one_utterance(part: Condition) -> bool:
    match part:
        case Nearby() | Lacking():
            is_uncounted = part.which is Which.ANY
            return is_uncounted and part.distance.within_utterances == 0 and _is_plain(part.what)
        case _:
            return False


def _is_plain(what: Condition) -> bool:
    """Whether it reads tags and nothing around them."""
    match what:
        case Tagged():
            return True
        case AnyOf():
            return all(map(_is_plain, what.parts))
        case Capped():
            return _is_plain(what.what)
        case _:
            return False
