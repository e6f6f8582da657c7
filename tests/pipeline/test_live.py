"""A call is heard, not loaded: with the shipped detectors, live ends with the tags that batch finds."""

from __future__ import annotations

from dataclasses import replace
from itertools import cycle
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from qa_service.core.calls import CallFacts, Leg
from qa_service.core.measured import PartName
from qa_service.core.tags import Tag
from qa_service.core.time import Span
from qa_service.detectors.base import event_order
from qa_service.pipeline.live import CallSession, replay
from tests.make import Call, calls, facts
from tests.pipeline.cases import BAD, BOOK, said


def _about(call: Call) -> CallFacts:
    """The facts of the call as one agent's leg."""
    return replace(call.about, leg=Leg(Span(0, call.end_ms)))


def _live(call: Call, ticks: list[int]) -> list[Tag]:
    """Hears what has ended, waits for whoever still talks, then hears on."""
    session, tags, heard = CallSession(BOOK.detectors, _about(call)), list[Tag](), 0
    events = sorted(call.events, key=event_order)
    now_ms = 0
    for tick_ms in cycle(ticks):
        now_ms += tick_ms
        if now_ms > call.end_ms:
            break
        while heard < len(events) and events[heard].span.end_ms <= now_ms:
            tags += session.hear(events[heard])
            heard += 1
        tags += session.wait(min([now_ms, *(event.span.start_ms for event in events[heard:])]))
    for event in events[heard:]:
        tags += session.hear(event)
    return tags + list(session.finish(call.end_ms))


@given(call=calls(), ticks=st.lists(st.integers(50, 3_000), min_size=1, max_size=5))
def test_live_ends_with_the_tags_of_batch(call: Call, ticks: list[int]) -> None:
    assert set(_live(call, ticks)) == set(replay(BOOK.detectors, _about(call), call.events))


@given(call=calls(), random=st.randoms())
def test_the_order_in_which_events_are_handed_in_does_not_matter(call: Call, random: Random) -> None:
    mixed = sorted(call.events, key=lambda _: random.random())

    assert replay(BOOK.detectors, _about(call), mixed) == replay(BOOK.detectors, _about(call), call.events)


@given(one=calls(), other=calls())
def test_two_sessions_at_once_do_not_touch_each_other(one: Call, other: Call) -> None:
    ours, theirs = CallSession(BOOK.detectors, _about(one)), CallSession(BOOK.detectors, _about(other))
    tags: list[Tag] = []

    their_events = iter(sorted(other.events, key=event_order))
    for event in sorted(one.events, key=event_order):
        tags += ours.hear(event)
        for their_event in their_events:
            list(theirs.hear(their_event))
            break
    tags += ours.finish(one.end_ms)

    assert tuple(sorted(set(tags))) == replay(BOOK.detectors, _about(one), one.events)


def test_detectors_whose_parts_were_not_measured_hear_nothing() -> None:
    about = facts(parts={PartName.ACTIVITY.value})

    found = replay(BOOK.detectors, about, said(BAD))

    of_the_envelope = {
        label for detector in BOOK.detectors if not detector.needs for label in detector.labels
    }
    assert {tag.label for tag in found} - of_the_envelope <= {"silence.long"}
