"""The call envelope: what is known about a call beside its sound. Everything in it is optional."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from qa_service.core.time import Span

if TYPE_CHECKING:
    from qa_service.core.history import History


class ParticipantKind(StrEnum):
    """Who or what takes part in a call."""

    AGENT = "agent"
    CUSTOMER = "customer"
    ROBOT = "robot"
    IVR = "ivr"
    OTHER = "other"


#: Words that an event's `by` may hold where the telephone system names no participant, only what kind did it.
BY_KIND: Mapping[str, ParticipantKind] = {
    **{kind.value: kind for kind in ParticipantKind},
    "system": ParticipantKind.IVR,
}


class EventKind(StrEnum):
    """What the telephone system reports about a call."""

    RING = "ring"
    QUEUE = "queue"
    ANSWER = "answer"
    HOLD = "hold"
    UNHOLD = "unhold"
    TRANSFER = "transfer"
    CONFERENCE = "conference"
    MUTE = "mute"
    HANGUP = "hangup"


class Direction(StrEnum):
    """Who called whom; empty when nobody said."""

    INBOUND = "inbound"
    OUTBOUND = "outbound"
    UNKNOWN = ""


@dataclass(frozen=True, slots=True)
class Participant:
    """Somebody on the line, from when to when; `to_ms` is empty for "until the end"."""

    id: str
    kind: ParticipantKind
    agent_id: str = ""
    channel: int | None = None
    from_ms: int = 0
    to_ms: int | None = None

    def span(self, duration_ms: int) -> Span:
        """The participant's time on the call, cut to the call's length."""
        end_ms = duration_ms if self.to_ms is None else min(self.to_ms, duration_ms)
        return Span(min(self.from_ms, end_ms), end_ms)


@dataclass(frozen=True, slots=True)
class CallEvent:
    """One signalling event; `by` is a participant's id, a word for their kind (BY_KIND), or empty."""

    kind: EventKind
    at_ms: int
    by: str = ""


@dataclass(frozen=True, slots=True)
class Envelope:
    """What came with the recording. `customer` is a keyed hash, never a number."""

    call_id: str = ""
    leg_id: str = ""
    started_at: datetime | None = None
    direction: Direction = Direction.UNKNOWN
    line: str = ""
    skill_group: str = ""
    customer: str = ""
    #: What the call is about in the centre's own words (a product, a campaign); for routing.
    business: str = ""
    #: Whatever else the telephone system knows, key and value; for routing alone, and shown nowhere.
    metadata: tuple[tuple[str, str], ...] = ()
    participants: tuple[Participant, ...] = ()
    events: tuple[CallEvent, ...] = ()

    def kind_by(self, event: CallEvent) -> ParticipantKind | None:
        """What kind of participant did it; None where nobody said so."""
        known = (who.kind for who in self.participants if who.id == event.by)
        return next(known, BY_KIND.get(event.by))


@dataclass(frozen=True, slots=True)
class Leg:
    """One agent's part of a call; an untransferred call has one leg over its whole length."""

    span: Span
    index: int = 0
    count: int = 1
    agent_id: str = ""
    participant: str = ""

    @property
    def is_first(self) -> bool:
        """Whether the call opened with this agent."""
        return self.index == 0

    @property
    def is_last(self) -> bool:
        """Whether this agent was the one to say goodbye."""
        return self.index == self.count - 1


class Clocks(StrEnum):
    """Whether times of one party can be held against times of the other."""

    #: Both were recorded together, or one is heard on the other's channel where it should be.
    ONE = "one"
    #: Two files in which nothing of the other is heard: they may have begun at different times.
    UNPROVEN = "unproven"
    #: Both parties would talk over one another far less if one channel were moved.
    DOUBTED = "doubted"


@dataclass(frozen=True, slots=True)
class CallFacts:
    """What a detector may know before anybody has spoken."""

    envelope: Envelope = Envelope()
    leg: Leg = Leg(Span(0, 0))
    #: Names of the measured parts that exist for this call (core.measured.PART_NAMES).
    parts: frozenset[str] = frozenset()
    #: Whether simultaneous speech can be told apart (two channels): else overlap is unknown.
    overlap_known: bool = True
    clocks: Clocks = Clocks.ONE
    #: Whose law the call stands under, where its route says so.
    jurisdiction: str = ""
    #: The customer's calls up to this one; None where no store was asked.
    history: History | None = None
    #: Which encoder made the vectors of what was said; empty where nobody did (core.meanings).
    encoder: str = ""
