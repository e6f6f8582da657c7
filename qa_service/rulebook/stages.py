"""Rules that a new version of a rulebook lets reach further: from seen to told, from told to points."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from qa_service.core.findings import Stage
from qa_service.rulebook.book import Rulebook

#: How far each reaches.
_REACH = {stage: place for place, stage in enumerate((Stage.OBSERVE, Stage.COACH, Stage.SCORE))}


@dataclass(frozen=True, slots=True)
class Rise:
    """A rule that reaches further than it did; `was` is None for one that is new and costs points at once."""

    rule: str
    was: Stage | None
    now: Stage


def rises(book: Rulebook, before: Mapping[str, Stage], *, is_first: bool) -> Sequence[Rise]:
    """The rules of `book` that reach further than `before` says, by their names.

    A rule that `before` does not know is new: where it is not the book's first version, it rises when it costs points.
    """
    rules = [
        (rule.id, before.get(rule.id), rule.stage) for rule in sorted(book.rules, key=lambda rule: rule.id)
    ]
    return [
        Rise(rule, was, now)
        for rule, was, now in rules
        if (_REACH[now] > _REACH[was] if was else now is Stage.SCORE and not is_first)
    ]


def stages_of(book: Rulebook) -> Mapping[str, Stage]:
    """How far each rule of a rulebook reaches; those that are switched off are not among its rules."""
    return {rule.id: rule.stage for rule in book.rules}
