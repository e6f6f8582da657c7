"""Who did what the telephone system reports: a participant of the envelope, or a word for a kind of them."""

from __future__ import annotations

from collections.abc import Sequence

from qa_service.core.calls import BY_KIND, CallEvent, Participant
from qa_service.core.errors import EnvelopeError


def placed(
    events: Sequence[CallEvent], participants: Sequence[Participant], *, source: str
) -> tuple[CallEvent, ...]:
    """The events in time order; a word for a kind is the only participant of that kind, where there is one.

    Raises:
        EnvelopeError: names the first event by somebody who does not take part; who was written is not repeated.
    """
    ids = {who.id for who in participants}
    for place, event in enumerate(events):
        if event.by and event.by not in ids and event.by not in BY_KIND:
            raise _unknown(place, participants, source)
    return tuple(sorted((_by_id(event, participants) for event in events), key=lambda event: event.at_ms))


def _by_id(event: CallEvent, participants: Sequence[Participant]) -> CallEvent:
    if any(who.id == event.by for who in participants):
        return event
    alike = [who for who in participants if who.kind is BY_KIND.get(event.by)]
    return CallEvent(event.kind, event.at_ms, alike[0].id) if len(alike) == 1 else event


def _unknown(place: int, participants: Sequence[Participant], source: str) -> EnvelopeError:
    field = f"events.{place}.by"
    may_be = ", ".join((*(who.id for who in participants), *BY_KIND))
    return EnvelopeError(
        "envelope_invalid",
        where=f"{source}: {field}",
        problem=f"is no participant's id; may be {may_be}",
        fix="See docs/envelope.md for the fields",
        field=field,
        why="nobody",
        limit=may_be,
    )
