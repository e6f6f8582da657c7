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
    """A rule that reaches further than it did."""

    rule: str
    was: Stage
    now: Stage


def rises(book: Rulebook, before: Mapping[str, Stage]) -> Sequence[Rise]:
    """The rules of `book` that reach further than `before` says, by their names; new rules are not among them."""
    return [
        Rise(rule.id, before[rule.id], rule.stage)
        for rule in sorted(book.rules, key=lambda rule: rule.id)
        if rule.id in before and _REACH[rule.stage] > _REACH[before[rule.id]]
    ]


def stages_of(book: Rulebook) -> Mapping[str, Stage]:
    """How far each rule of a rulebook reaches; those that are switched off are not among its rules."""
    return {rule.id: rule.stage for rule in book.rules}
