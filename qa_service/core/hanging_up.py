"""Who hung up, and when, by what was signalled."""

from __future__ import annotations

from qa_service.core.calls import CallEvent, Envelope, EventKind, ParticipantKind


def hang_up(envelope: Envelope, duration_ms: int) -> CallEvent | None:
    """The hang-up with which the call was over: the customer's first, else the last that left nobody on the line."""
    hung_up = [event for event in envelope.events if event.kind is EventKind.HANGUP]
    theirs = [event for event in hung_up if envelope.kind_by(event) is ParticipantKind.CUSTOMER]
    if theirs:
        return min(theirs, key=lambda event: event.at_ms)
    over = (event for event in hung_up if not _others_stay(event, envelope, duration_ms))
    return max(over, key=lambda event: event.at_ms, default=None)


def _others_stay(event: CallEvent, envelope: Envelope, duration_ms: int) -> bool:
    """Whether an agent hung up and left the customer to another."""
    agents = [who for who in envelope.participants if who.kind is ParticipantKind.AGENT]
    if envelope.kind_by(event) is not ParticipantKind.AGENT:
        return False
    others = [a for a in agents if a.id != event.by and a.span(duration_ms).end_ms > event.at_ms]
    # Where one of several did it, and nobody says which, one of these is the one who left.
    return len(others) > (0 if any(a.id == event.by for a in agents) else 1)
