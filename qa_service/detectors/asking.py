"""What detectors share that ask what a store knows of the customer. Not a detector; those that ask import it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from qa_service.core.calls import CallFacts, Envelope
from qa_service.core.history import History
from qa_service.core.texts import Reason

DAY_MS = 24 * 3_600_000


@dataclass(frozen=True, slots=True)
class Asked:
    """A call of a known customer that began at a known time, and what the store answered about it."""

    envelope: Envelope
    began: datetime
    history: History


def asked(facts: CallFacts) -> Asked | Reason:
    """What the store answered, or why nobody could ask it."""
    if facts.history is None:
        return Reason("undecided.no_store")
    if not facts.envelope.customer:
        return Reason("undecided.no_customer")
    if facts.envelope.started_at is None:
        return Reason("undecided.no_start")
    return Asked(facts.envelope, facts.envelope.started_at, facts.history)


def days(length_ms: int) -> int | float:
    """A length in days, as people say it.

    >>> days(7 * DAY_MS), days(36 * 3_600_000)
    (7, 1.5)
    """
    count = round(length_ms / DAY_MS, 1)
    return int(count) if count == int(count) else count
