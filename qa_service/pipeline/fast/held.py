"""Which rules of a book are no question for a leg, whatever is said in it: the same for many legs, and remembered."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from qa_service.core.calls import CallFacts, Envelope, Leg
from qa_service.pipeline.fast.book import FastBook
from qa_service.pipeline.fast.ready import ReadyCall, ReadyLeg
from qa_service.pipeline.fast.standing import Blocked
from qa_service.pipeline.unanswered import held_up
from qa_service.scoring.tally import Base

#: So many kinds of legs are remembered of one book.
_MOST = 512


class Told(NamedTuple):
    """What came with a call, and whose law it stands under."""

    envelope: Envelope
    jurisdiction: str


@dataclass(frozen=True, slots=True)
class Held:
    """What is known of a kind of leg before its words are looked at."""

    #: Rules that are no answer while nothing is found, and those that are not asked at all.
    blocked: Blocked
    unasked: frozenset[int]
    #: What the scorecard comes to while nothing is found.
    base: Base


@dataclass(slots=True)
class Holding:
    """Of one book. What it remembers is only ever the same again."""

    fast: FastBook
    _known: dict[object, Held] = field(default_factory=dict)

    def of(self, call: ReadyCall, leg: ReadyLeg, told: Told) -> Held:
        """For one leg of a call."""
        began = told.envelope.started_at
        kind = (
            call.about,
            leg.unplaced,
            leg.is_waiting,
            leg.leg.is_first,
            leg.leg.is_last,
            told.jurisdiction,
            began.date() if began and self.fast.asks_day else began is None,
        )
        known = self._known.get(kind)
        if known is None:
            if len(self._known) >= _MOST:
                self._known.clear()
            known = self._known[kind] = self._made(leg, facts_of(call, leg.leg, told))
        return known

    def _made(self, leg: ReadyLeg, facts: CallFacts) -> Held:
        index, blocked, unasked = self.fast.index, dict[str, bool](), set[int]()
        for alike in index.alike:
            if because := held_up(alike.first, facts, leg.unplaced, ()):
                unasked.update(alike.positions)
                blocked |= {index.rules[at].id: because.undecided for at in alike.positions}
        for rule in self.fast.waiting if leg.is_waiting else ():
            if index.position_of(rule) is not None:
                blocked.setdefault(rule, True)
        return Held(blocked, frozenset(unasked), self.fast.tally.base(blocked))


def facts_of(call: ReadyCall, leg: Leg, told: Told) -> CallFacts:
    """What rules know of a leg before anybody has spoken."""
    about = call.about
    return CallFacts(
        envelope=about.believed(told.envelope),
        leg=leg,
        parts=frozenset(about.parts),
        overlap_known=about.overlap_known,
        clocks=about.clocks,
        jurisdiction=told.jurisdiction,
        encoder=about.encoder,
    )
