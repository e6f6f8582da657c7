"""A rule: a condition with what it means for the agent, the reviewer and the scorecard."""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol

from qa_service.core.calls import CallFacts, Clocks, Envelope
from qa_service.core.findings import Severity, Stage
from qa_service.core.speech import Role, Utterance
from qa_service.core.tags import Tag
from qa_service.core.texts import Reason, Text
from qa_service.rules.about import roles_of
from qa_service.rules.conditions import Condition


class LegScope(StrEnum):
    """Which agents of a transferred call a rule is about."""

    ANY = "any"
    FIRST = "first"
    LAST = "last"


class Calls(Protocol):
    """Calls of one kind, as their envelopes tell."""

    def holds(self, envelope: Envelope) -> bool | None:
        """Whether the call is one of them; None where the envelope leaves it open."""


class Measured(Protocol):
    """A question to how something was said, which takes enough of it."""

    def unjudged(self, said: Sequence[Utterance], roles: Set[Role]) -> Reason | None:
        """Why `said` is too little to tell anything of `roles` (of anybody, for none), or nothing."""


class Asks(Protocol):
    """A question to a store about other calls, which it may not have an answer to."""

    @property
    def reach_ms(self) -> int:
        """How far it looks back from the start of a call."""

    @property
    def told_reach_ms(self) -> int:
        """How far back it wants to know what was said; 0 for not at all."""

    def unanswered(self, facts: CallFacts) -> Reason | None:
        """Why there is no answer, or nothing."""

    def possible(self, facts: CallFacts, said: Sequence[Utterance]) -> Iterable[Tag]:
        """The tags that an answer could have given."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Conditions joined by and / or / not, with a severity, a stage and a criterion."""

    id: str
    title: Text
    #: `family.kind` of what the rule finds, for reports and for measuring accuracy.
    label: str
    severity: Severity
    stage: Stage
    when: Condition
    criterion: str = ""
    leg: LegScope = LegScope.ANY
    #: Measured parts its operators need; missing ones make the rule undecided.
    needs: frozenset[str] = frozenset()
    #: Whether it rests on telling simultaneous voices apart.
    needs_two_channels: bool = False
    #: On which clocks of the channels it can be asked.
    clocks: frozenset[Clocks] = frozenset(Clocks)
    #: Whose law it is about; empty is everybody's.
    jurisdictions: frozenset[str] = frozenset()
    #: The days on which it is asked, by when the call began, both included; None leaves that side open.
    since: date | None = None
    until: date | None = None
    #: Whether it rests on what was said to what: on the order of the two parties' words.
    rests_on_order: bool = False
    #: In which calls alone it is a question.
    calls: tuple[Calls, ...] = ()
    #: What has to be long enough to be measured at all.
    measures: tuple[Measured, ...] = ()
    #: What it asks of a store (rules/asks.py).
    asks: tuple[Asks, ...] = ()

    def not_applicable(self, facts: CallFacts) -> Reason | None:
        """Why the rule is not a question for this leg at all, or nothing."""
        if self.jurisdictions and facts.jurisdiction and facts.jurisdiction not in self.jurisdictions:
            return Reason.of("not_applicable.jurisdiction", jurisdiction=facts.jurisdiction)
        began = facts.envelope.started_at
        if began and not self._holds_on(began.date()):
            return Reason.of("not_applicable.other_day", date=began.date().isoformat())
        if any(calls.holds(facts.envelope) is False for calls in self.calls):
            return Reason("not_applicable.other_call")
        if self.leg is LegScope.FIRST and not facts.leg.is_first:
            return Reason.of("not_applicable.first_agent_only")
        if self.leg is LegScope.LAST and not facts.leg.is_last:
            return Reason.of("not_applicable.last_agent_only")
        if self.needs_two_channels and not facts.overlap_known:
            return Reason.of("not_applicable.one_channel")
        if facts.clocks not in self.clocks:
            return Reason.of(f"not_applicable.clocks_{facts.clocks}")
        return None

    def _holds_on(self, day: date) -> bool:
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)

    def unjudged(self, said: Sequence[Utterance]) -> Reason | None:
        """Why too little was said for the rule to be a question, or nothing."""
        if not self.measures:
            return None
        roles = roles_of(self.when)
        return next((because for one in self.measures if (because := one.unjudged(said, roles))), None)

    def undecided(self, facts: CallFacts, unplaced: Set[Role] = frozenset()) -> Reason | None:
        """Why the rule cannot be answered from what was measured, or nothing.

        A rule about a role that nobody is known to have waits for a person (decisions.md 9); one that names
        no role is about the agent.
        """
        if any(calls.holds(facts.envelope) is None for calls in self.calls):
            return Reason("undecided.call_unknown")
        if (self.since or self.until) and facts.envelope.started_at is None:
            return Reason("undecided.day_unknown")
        missing = sorted(self.needs - facts.parts)
        if missing:
            return Reason.of("undecided.not_measured", parts=", ".join(missing))
        if not unplaced:
            return None
        wanted = roles_of(self.when) or {Role.AGENT}
        return Reason.of("doubt.role") if wanted & unplaced else None
