"""Ten thousand rules asked as if they were ten: those are looked at of which something was heard in the call.

What a rule asks of the call itself (which leg, what was measured, whose law) most rules of a book have in common; it is
asked once for all of them. What it listens for is known from its condition: without such a tag it has no hit.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from qa_service.core.calls import CallFacts
from qa_service.core.per_object import per_object
from qa_service.rules.about import roles_of
from qa_service.rules.conditions import (
    Absent,
    AllOf,
    AnyOf,
    Capped,
    Condition,
    Every,
    Lacking,
    Repeated,
    Steps,
    Tagged,
)
from qa_service.rules.rule import Rule
from qa_service.rules.scene import Scene


@dataclass(frozen=True, slots=True)
class Alike:
    """Rules that ask the same of a call before anything was said: the first, and where in their list they stand."""

    first: Rule
    positions: tuple[int, ...]

    def is_asked(self, scene: Scene, facts: CallFacts) -> bool:
        """Whether these rules are a question for this leg, and can be answered."""
        rule = self.first
        return (
            rule.not_applicable(facts) is None
            and rule.undecided(facts, scene.unplaced) is None
            and rule.unjudged(scene.utterances) is None
        )


class RuleIndex:
    """The rules of a book by what wakes them. Nothing in it changes; all calls share it."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self.rules = rules
        alike: defaultdict[object, list[int]] = defaultdict(list)
        woken: defaultdict[str, list[int]] = defaultdict(list)
        sleepless: list[int] = []
        for at, rule in enumerate(rules):
            alike[_asks(rule)].append(at)
            labels = wakes(rule.when)
            if labels is None:
                sleepless.append(at)
            else:
                for label in labels:
                    woken[label].append(at)
        self.alike = tuple(Alike(rules[held[0]], tuple(held)) for held in alike.values())
        self._alike_of = {at: which for which, held in enumerate(self.alike) for at in held.positions}
        self._woken = {label: tuple(held) for label, held in woken.items()}
        #: Rules that may have a hit though no tag is there.
        self.sleepless = tuple(sleepless)
        self._positions = {rule.id: at for at, rule in enumerate(rules)}
        #: Rules that ask a store about other calls.
        self.asking = tuple(rule for rule in rules if rule.asks)
        #: Rules that may rest on something not said.
        self.rests_on_silence = tuple(at for at, rule in enumerate(rules) if _has_absence(rule.when))

    def position_of(self, rule_id: str) -> int | None:
        """Where a rule stands; nothing for one of another list."""
        return self._positions.get(rule_id)

    def woken(self, labels: Iterable[str]) -> set[int]:
        """Where the rules stand that may have a hit because of tags with these labels."""
        return {at for label in labels for at in self._woken.get(label, ())}

    def awake(self, scene: Scene, facts: CallFacts) -> Iterator[Rule]:
        """The rules, in their order, that are asked of the leg and may have hits where tags bear these labels."""
        is_asked = [held.is_asked(scene, facts) for held in self.alike]
        for at in sorted(self.woken(scene.labels).union(self.sleepless)):
            if is_asked[self._alike_of[at]]:
                yield self.rules[at]


def wakes(condition: Condition) -> frozenset[str] | None:
    """The labels without any of which the condition has no hit; None where it may have one without any tag.

    >>> from qa_service.rules.conditions import Distance
    >>> sorted(wakes(AnyOf((Tagged(("a",)), AllOf((Tagged(("b",)), Lacking(Tagged(("c",)), Distance())))))))
    ['a', 'b']
    """
    match condition:
        case Tagged():
            return frozenset(condition.labels)
        case AnyOf():
            return _either([wakes(part) for part in condition.parts])
        case AllOf():
            asked = (wakes(part) for part in condition.parts if not isinstance(part, Lacking))
            return next((labels for labels in asked if labels is not None), None)
        case Absent() | Steps():
            return None
        case Lacking():
            return frozenset()  # stands beside nothing, and never holds
        case _:
            return wakes(condition.what)


def _either(parts: Sequence[frozenset[str] | None]) -> frozenset[str] | None:
    known = [labels for labels in parts if labels is not None]
    return frozenset().union(*known) if len(known) == len(parts) else None


def _has_absence(condition: Condition) -> bool:
    """Whether `rules.unheard.is_unsure` can say yes."""
    match condition:
        case Absent() | Every() | Steps():
            return True
        case AllOf() | AnyOf():
            return any(map(_has_absence, condition.parts))
        case Repeated() | Capped():
            return _has_absence(condition.what)
        case _:
            return False


def _asks(rule: Rule) -> object:
    """Everything that `not_applicable`, `undecided` and `unjudged` read of a rule."""
    return (
        rule.jurisdictions,
        rule.since,
        rule.until,
        rule.calls,
        rule.leg,
        rule.needs_two_channels,
        rule.clocks,
        rule.needs,
        rule.measures,
        roles_of(rule.when),
    )


#: The index of a book's rules, made when the book first judges.
indexed = per_object(RuleIndex)
