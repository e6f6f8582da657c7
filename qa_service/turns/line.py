"""The state of the line: hold, from signalling first, from the sound second."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from qa_service.core.calls import Envelope, EventKind
from qa_service.core.hanging_up import hang_up
from qa_service.core.speech import Sound, SoundKind
from qa_service.core.time import Span, merge

_HOLD_EVENTS = (EventKind.HOLD, EventKind.UNHOLD)
#: Signalling and recording run on two clocks: what begins within so much of the hang-up was still said to somebody.
SKEW_MS = 2_000
#: Music shorter than this is a jingle or somebody's radio, not hold.
_MUSIC_MS = 5_000
#: Hold music breathes, and announcements break it.
_BREATH_MS = 4_000


def line_sounds(envelope: Envelope, sounds: Sequence[Sound], duration_ms: int) -> tuple[Sound, ...]:
    """All sounds of the call in order, with its holds.

    One hold event and signalling is believed for the whole call; only where it is silent is music on
    the line taken for hold, and never before the call was answered: that is the queue.
    """
    told = any(event.kind in _HOLD_EVENTS for event in envelope.events)
    others = [sound for sound in sounds if sound.kind is not SoundKind.HOLD]
    heard = [sound for sound in sounds if sound.kind is SoundKind.HOLD]
    holds = event_holds(envelope, duration_ms) if told else (*heard, *_music_holds(envelope, others))
    return tuple(sorted({*others, *holds}))


def event_holds(envelope: Envelope, duration_ms: int) -> tuple[Sound, ...]:
    """Holds as signalled: from hold to unhold, hang-up or the end; doubled events count once."""
    spans: list[Span] = []
    since_ms: int | None = None
    for event in sorted(envelope.events, key=lambda event: event.at_ms):
        at_ms = min(event.at_ms, duration_ms)
        if event.kind is EventKind.HOLD:
            since_ms = at_ms if since_ms is None else since_ms
        elif since_ms is not None and event.kind in {EventKind.UNHOLD, EventKind.HANGUP}:
            spans.append(Span(since_ms, at_ms))
            since_ms = None
    if since_ms is not None:
        spans.append(Span(since_ms, duration_ms))
    return tuple(Sound(span, SoundKind.HOLD, source="event") for span in merge(spans) if span.duration_ms)


def ended_ms(envelope: Envelope, duration_ms: int) -> int:
    """Until when the parties were on the line: shortly after the hang-up that was signalled, else the whole call.

    With the customer's hang-up it is over; an agent's ends it only where no other agent stays.
    """
    event = hang_up(envelope, duration_ms)
    return duration_ms if event is None else min(duration_ms, event.at_ms + SKEW_MS)


def _music_holds(envelope: Envelope, sounds: Iterable[Sound]) -> tuple[Sound, ...]:
    """Long music after the answer, its breaths closed."""
    answered_ms = min((e.at_ms for e in envelope.events if e.kind is EventKind.ANSWER), default=0)
    music = merge(
        (
            sound.span
            for sound in sounds
            if sound.kind is SoundKind.MUSIC and sound.span.start_ms >= answered_ms
        ),
        gap_ms=_BREATH_MS,
    )
    return tuple(Sound(span, SoundKind.HOLD) for span in music if span.duration_ms >= _MUSIC_MS)
