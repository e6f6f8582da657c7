"""What a condition asks for, by the labels that it reads: which measurements, how many channels, which clocks."""

from __future__ import annotations

from collections.abc import Iterable, Set
from dataclasses import dataclass, field
from typing import NamedTuple

from qa_service.core.calls import Clocks
from qa_service.detectors.contrast import Contrast
from qa_service.detectors.means import Means
from qa_service.detectors.phrases import Phrases
from qa_service.detectors.registry import BY_LABEL, ORDERED_LABELS, TWO_CHANNEL_LABELS, clocks_for
from qa_service.rulebook.own import ASKING, MEASURING
from qa_service.rulebook.parts import Parts
from qa_service.rulebook.shipped import Shipped
from qa_service.rules.about import deciding, labels_of, looks_around
from qa_service.rules.conditions import Condition
from qa_service.rules.rule import Asks, Measured

_ALL_CLOCKS = clocks_for(frozenset())


class Asked(NamedTuple):
    """What has to be there before a condition can be answered."""

    #: Parts of the measurements (core.measured.PART_NAMES).
    needs: frozenset[str]
    two_channels: bool
    clocks: frozenset[Clocks]
    #: Whether it is about what was said to what.
    rests_on_order: bool
    #: What it rests on that takes enough speech to be measured.
    measures: tuple[Measured, ...]
    #: The operators that may have no answer: they ask a store, or what an encoder made.
    asks: tuple[Asks, ...]


@dataclass(slots=True)
class Conditions:
    """Answers for the conditions of one book."""

    shipped: Shipped
    parts: Parts
    means: Means = field(init=False)
    #: Every label that is not just words of the rule's own: most rules of a large book have none.
    special: Set[str] = field(init=False)

    def __post_init__(self) -> None:
        parts = self.parts
        self.means = Means(tuple(parts.means))
        self.special = (
            BY_LABEL.keys() | parts.own.by_label.keys() | parts.answers.labels | {*self.means.labels}
        )

    def asked(self, when: Condition) -> Asked:
        """What `when` asks for."""
        labels = labels_of(when)
        if self.special.isdisjoint(labels):
            return Asked(Phrases.needs, False, _ALL_CLOCKS, looks_around(when), (), ())
        shipped, contrasts = self._shipped(labels), self._contrasts(labels)
        return Asked(
            needs=self._needs(labels),
            two_channels=bool(shipped & TWO_CHANNEL_LABELS or contrasts),
            clocks=clocks_for(shipped).intersection(*(one.clocks for one in contrasts)),
            rests_on_order=looks_around(when) or bool(shipped & (ORDERED_LABELS | self.parts.answers.labels)),
            measures=self._measures(when),
            asks=self._asks(labels),
        )

    def _needs(self, labels: Iterable[str]) -> frozenset[str]:
        """What must have been measured for the rule to be answered; phrases and patterns read words."""
        own = self.parts.own.by_label
        parts = [
            self.shipped.emitting(label).needs if label in BY_LABEL else own.get(label, Phrases).needs
            for label in labels
        ]
        return frozenset().union(*parts)

    def _shipped(self, labels: Iterable[str]) -> frozenset[str]:
        """The labels, an own detector's by what it stands for."""
        return frozenset(self.parts.own.stands_for.get(label, label) for label in labels)

    def _contrasts(self, labels: Iterable[str]) -> tuple[Contrast, ...]:
        """The operators that hold one voice against itself or another: on one channel nobody knows whose it is."""
        found = (self.parts.own.by_label.get(label) for label in sorted(labels))
        return tuple(detector for detector in found if isinstance(detector, Contrast))

    def _measures(self, when: Condition) -> tuple[Measured, ...]:
        found = (self.parts.own.by_label.get(label) for label in sorted(deciding(when)))
        return tuple(detector for detector in found if isinstance(detector, MEASURING))

    def _asks(self, labels: Set[str]) -> tuple[Asks, ...]:
        found = (self.parts.own.by_label.get(label) for label in sorted(labels))
        asking = [one for one in found if isinstance(one, ASKING)]
        means = self.means.only(labels)
        return (*asking, means) if means.rules else tuple(asking)
