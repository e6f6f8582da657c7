"""Signalling is believed before sound."""

from __future__ import annotations

import pytest

from qa_service.core.calls import CallEvent, Envelope, EventKind, Participant, ParticipantKind
from qa_service.core.speech import Sound, SoundKind
from qa_service.core.time import Span
from qa_service.turns.line import ended_ms, line_sounds

END_MS = 60_000
HOLD, UNHOLD, HANGUP, ANSWER = EventKind.HOLD, EventKind.UNHOLD, EventKind.HANGUP, EventKind.ANSWER


def music(start_ms: int, end_ms: int) -> Sound:
    return Sound(Span(start_ms, end_ms), SoundKind.MUSIC)


def holds(events: list[tuple[EventKind, int]], *sounds: Sound) -> list[tuple[int, int, str]]:
    envelope = Envelope(events=tuple(CallEvent(kind, at_ms) for kind, at_ms in events))
    return [
        (sound.span.start_ms, sound.span.end_ms, sound.source)
        for sound in line_sounds(envelope, sounds, END_MS)
        if sound.kind is SoundKind.HOLD
    ]


@pytest.mark.parametrize(
    ("events", "sounds", "expected"),
    [
        pytest.param([(HOLD, 1_000), (UNHOLD, 9_000)], [], [(1_000, 9_000, "event")], id="hold to unhold"),
        pytest.param([(HOLD, 1_000)], [], [(1_000, END_MS, "event")], id="never unheld: until the end"),
        pytest.param(
            [(HOLD, 1_000), (HANGUP, 5_000)], [], [(1_000, 5_000, "event")], id="until they hang up"
        ),
        pytest.param(
            [(HOLD, 1_000), (HOLD, 2_000), (UNHOLD, 3_000)], [], [(1_000, 3_000, "event")], id="doubled"
        ),
        pytest.param([(UNHOLD, 3_000)], [], [], id="unheld without hold"),
        pytest.param([(HOLD, 90_000)], [], [], id="after the recording's end"),
        pytest.param(
            [], [music(10_000, 30_000)], [(10_000, 30_000, "heard")], id="music is hold without events"
        ),
        pytest.param(
            [], [music(0, 8_000), music(10_000, 20_000)], [(0, 20_000, "heard")], id="music breathes"
        ),
        pytest.param([], [music(10_000, 13_000)], [], id="a jingle is no hold"),
        pytest.param(
            [(HOLD, 1_000), (UNHOLD, 9_000)],
            [music(20_000, 40_000)],
            [(1_000, 9_000, "event")],
            id="one event and music is believed no more",
        ),
        pytest.param(
            [(ANSWER, 35_000)], [music(10_000, 30_000)], [], id="music before the answer is the queue"
        ),
        pytest.param([], [Sound(Span(0, 20_000), SoundKind.NOISE)], [], id="noise is no hold"),
        pytest.param([], [], [], id="silence is never taken for hold"),
    ],
)
def test_holds(
    events: list[tuple[EventKind, int]], sounds: list[Sound], expected: list[tuple[int, int, str]]
) -> None:
    assert holds(events, *sounds) == expected


def test_other_sounds_stay() -> None:
    assert line_sounds(Envelope(), [music(10_000, 12_000)], END_MS) == (music(10_000, 12_000),)


A, B = (Participant(name, ParticipantKind.AGENT) for name in "ab")
CUSTOMER = Participant("c", ParticipantKind.CUSTOMER)


@pytest.mark.parametrize(
    ("people", "hung_up", "over_ms"),
    [
        pytest.param((), [], END_MS, id="nobody said that anybody hung up"),
        pytest.param((), [("", 30_000)], 32_000, id="somebody did; two clocks differ a little"),
        pytest.param((), [("", 59_500)], END_MS, id="at the end"),
        pytest.param((A, CUSTOMER), [("a", 30_000)], 32_000, id="the only agent"),
        pytest.param((A, CUSTOMER), [("c", 30_000), ("a", 50_000)], 32_000, id="the customer first"),
        pytest.param((A, CUSTOMER), [("a", 30_000), ("c", 30_400)], 32_400, id="the agent first"),
        pytest.param((A, B, CUSTOMER), [("a", 30_000)], END_MS, id="an agent who leaves the other there"),
        pytest.param((A, B, CUSTOMER), [("a", 30_000), ("c", 50_000)], 52_000, id="until the customer goes"),
    ],
)
def test_when_it_was_over(
    people: tuple[Participant, ...], hung_up: list[tuple[str, int]], over_ms: int
) -> None:
    events = tuple(CallEvent(HANGUP, at_ms, by) for by, at_ms in hung_up)

    assert ended_ms(Envelope(participants=people, events=events), END_MS) == over_ms
