"""Silence: nobody speaks, or the agent takes too long; and the quiet that is neither."""

from __future__ import annotations

from dataclasses import replace

import pytest

from qa_service.core.calls import CallEvent, CallFacts, Clocks, Envelope, EventKind
from qa_service.core.speech import Role, SoundKind
from qa_service.core.texts import Reason
from qa_service.core.time import Span
from qa_service.detectors.base import Event
from qa_service.detectors.late_response import LateResponse
from qa_service.detectors.silence import LongSilence
from tests.make import ALL_PARTS, Session, facts, sound, spoken, tags_of, utterance, voice

LONG = LongSilence(limit_ms=8_000)
LATE = LateResponse(limit_ms=5_000)
LOST = SoundKind.LOST
AGENT, CUSTOMER, SYSTEM = Role.AGENT, Role.CUSTOMER, Role.SYSTEM
BEGUN = voice(0, 2_000)


@pytest.mark.parametrize(
    ("events", "starts_ms"),
    [
        pytest.param([BEGUN, voice(12_000, 13_000)], [2_000], id="ten seconds of nobody"),
        pytest.param([BEGUN, voice(10_000, 11_000)], [2_000], id="eight seconds are the limit and count"),
        pytest.param([BEGUN], [2_000], id="nobody ever speaks again"),
        pytest.param([BEGUN, voice(30_000, 31_000, CUSTOMER)], [2_000], id="one tag, however long it lasts"),
        pytest.param(
            [BEGUN, sound(2_000, 30_000), voice(39_000, 40_000)], [30_000], id="left alone after hold"
        ),
        pytest.param([BEGUN, sound(5_000, 6_000, SoundKind.BEEP)], [2_000], id="a recorder's beep is nobody"),
        pytest.param([BEGUN, sound(3_000, 18_000, SoundKind.NOISE)], [2_000], id="keyboard noise is nobody"),
        pytest.param(
            [BEGUN, sound(5_000, 9_000, LOST), voice(17_000, 18_000)], [9_000], id="what is left after a gap"
        ),
        pytest.param([BEGUN, sound(10_000, 14_000, LOST)], [2_000], id="what was silent before a gap"),
        pytest.param(
            [BEGUN, sound(10_000, 14_000, LOST), voice(30_000, 31_000)], [2_000], id="one tag, gap or not"
        ),
        pytest.param(
            [BEGUN, sound(5_000, 12_000, LOST), voice(14_000, 15_000)],
            [],
            id="a gap in the recording is none",
        ),
        pytest.param([BEGUN, sound(9_999, 20_000, LOST)], [], id="a gap a millisecond before the limit"),
        pytest.param([BEGUN, sound(0, 30_000, LOST)], [], id="nobody knows where the damage is"),
        pytest.param([sound(0, 3_000, LOST), voice(15_000, 16_000)], [], id="a gap is no first word"),
        pytest.param(
            [BEGUN, voice(2_500, 5_000, SYSTEM), sound(6_000, 7_000, LOST)],
            [],
            id="a gap does not end the waiting after a robot",
        ),
        pytest.param([BEGUN, voice(9_999, 20_000)], [], id="a millisecond less than the limit"),
        pytest.param([voice(15_000, 20_000)], [], id="before the first voice there is no conversation"),
        pytest.param(
            [voice(0, 5_000, SYSTEM), voice(19_000, 20_000)], [], id="waiting after an announcement"
        ),
        pytest.param([BEGUN, sound(2_500, 19_000)], [], id="a declared hold is not silence"),
        pytest.param([BEGUN, sound(4_000, 18_000, SoundKind.MUSIC)], [], id="hold music is not silence"),
        pytest.param(
            [BEGUN, sound(3_000, 18_000, SoundKind.UNKNOWN)], [], id="something sounds: it is not quiet"
        ),
        pytest.param([BEGUN, sound(3_000, 20_000, SoundKind.RINGBACK)], [], id="ringing is not silence"),
        pytest.param(
            [BEGUN, sound(2_100, 2_600, SoundKind.BUSY)], [], id="after the busy tone nobody is there"
        ),
        pytest.param([BEGUN, voice(2_500, 5_000, SYSTEM)], [], id="the survey robot is waiting for keys"),
        pytest.param([voice(0, 19_000), voice(500, 1_000, CUSTOMER)], [], id="one long talker, one short"),
        pytest.param(
            [BEGUN, voice(6_000, 12_000, Role.UNKNOWN), voice(19_000, 20_000)], [], id="unknown voices count"
        ),
        pytest.param([], [], id="an empty call"),
    ],
)
def test_long_silence(events: list[Event], starts_ms: list[int]) -> None:
    ends_ms = max([14_000, *(event.span.end_ms for event in events)])

    tags = tags_of(LONG, events, end_ms=ends_ms)

    assert [tag.span for tag in tags] == [Span(start_ms, start_ms + 8_000) for start_ms in starts_ms]


def test_a_live_call_hears_of_the_silence_as_soon_as_it_is_one() -> None:
    session = Session.of([LONG], [BEGUN, voice(60_000, 61_000)], facts())

    assert session.until(9_999) == []
    (tag,) = session.until(10_000)
    assert tag.because == Reason.of("silence.long", seconds=8.0)
    assert session.until(59_000) == session.finish(61_000) == []


def test_a_voice_that_is_still_open_is_not_silence() -> None:
    session = Session.of([LONG], [BEGUN, voice(3_000, 40_000)], facts())

    assert session.until(30_000) == session.finish(41_000) == []


@pytest.mark.parametrize(
    ("hung_up_ms", "tagged"),
    [
        pytest.param(4_000, False, id="the recorder ran on after hang-up"),
        pytest.param(0, False, id="a call hung up before it began"),
        pytest.param(10_000, True, id="hung up after eight seconds of silence"),
    ],
)
def test_nothing_is_silent_after_hang_up(hung_up_ms: int, tagged: bool) -> None:
    envelope = Envelope(events=(CallEvent(EventKind.HANGUP, hung_up_ms),))

    tags = tags_of(LONG, [BEGUN], end_ms=60_000, about=CallFacts(envelope, parts=ALL_PARTS))

    assert [tag.label for tag in tags] == ["silence.long"] * tagged


def test_deaf_where_nobody_listened_for_voice() -> None:
    said = spoken(utterance("到底几天能修好", role=CUSTOMER), utterance("我看一下您的工单", 90_000))

    assert tags_of([LONG, LATE], said, about=facts(parts={"words"})) == []


def test_deaf_where_one_channel_seems_to_be_late() -> None:
    said = [BEGUN, voice(60_000, 61_000)]

    assert tags_of([LONG, LATE], said) != []
    assert tags_of([LONG, LATE], said, about=replace(facts(), clocks=Clocks.UNPROVEN)) != []
    assert tags_of([LONG, LATE], said, about=replace(facts(), clocks=Clocks.DOUBTED)) == []


QUESTION = utterance("到底几天能修好？", 0, 2_000, role=CUSTOMER)


def answer(text: str, start_ms: int, unreliable: str = "", role: Role = AGENT) -> tuple[Event, ...]:
    return spoken(utterance(text, start_ms, start_ms + 1_500, unreliable=unreliable, role=role))


def customer(text: str, start_ms: int) -> tuple[Event, ...]:
    return answer(text, start_ms, role=CUSTOMER)


@pytest.mark.parametrize(
    ("events", "seconds"),
    [
        pytest.param(answer("我查一下工单", 9_000), [7.0], id="seven seconds until the agent answers"),
        pytest.param(answer("我查一下工單", 9_000), [7.0], id="in either script"),
        pytest.param((*answer("嗯", 3_000), *answer("我查一下工单", 9_000)), [5.5], id="嗯 is no answer"),
        pytest.param((*customer("嗯", 5_000), *answer("周五修好", 9_000)), [5.5], id="nor a new question"),
        pytest.param((sound(2_100, 4_000), *answer("让您久等了", 9_100)), [5.2], id="hold is taken off"),
        pytest.param(
            (sound(7_500, 8_000, LOST), *answer("我查一下工单", 9_000)), [5.5], id="late before the gap"
        ),
        pytest.param(
            (sound(1_000, 1_500, LOST), *answer("我查一下工单", 9_000)), [7.0], id="a gap before it"
        ),
        pytest.param(
            (sound(3_000, 3_500, LOST), *answer("我查一下工单", 9_000)), [], id="the answer may be in the gap"
        ),
        pytest.param(
            (sound(1_000, 30_000, LOST), *answer("我查一下工单", 9_000)),
            [],
            id="nobody knows where it is damaged",
        ),
        pytest.param(answer("我查一下工单", 7_000), [], id="five seconds are the limit, not over it"),
        pytest.param((sound(2_500, 8_000), *answer("让您久等了", 9_000)), [], id="most of it was hold"),
        pytest.param(
            (sound(2_500, 8_000, SoundKind.MUSIC), *answer("让您久等了", 9_000)), [], id="or hold music"
        ),
        pytest.param(
            (voice(3_000, 8_000, SYSTEM), *answer("您好请讲", 9_000)), [], id="a robot spoke meanwhile"
        ),
        pytest.param(
            (*customer("喂您还在吗", 7_000), *answer("在的在的我在查", 9_000)), [], id="asked again, answered"
        ),
        pytest.param(
            (*answer("请稍等我查一下", 3_000), *customer("好的", 5_000), *answer("周五修好", 20_000)),
            [],
            id="好的 to 请稍等 asks for nothing",
        ),
        pytest.param(
            answer("我查一下工单", 9_000, unreliable="quality.noise"), [], id="the answer was not heard well"
        ),
        pytest.param((voice(9_000, 9_400),), [], id="a sound of the agent that nobody understood"),
        pytest.param(answer("我查一下工单", 9_000, role=Role.UNKNOWN), [], id="nobody knows who answered"),
        pytest.param((), [], id="the call ends with the question"),
        pytest.param(answer("我先插一句", 1_000), [], id="the agent is early, not late"),
    ],
)
def test_late_response(events: tuple[Event, ...], seconds: list[float]) -> None:
    tags = tags_of(LATE, (*spoken(QUESTION), *events))

    assert [tag.because for tag in tags] == [
        Reason.of("silence.late_response", seconds=s, limit=5.0) for s in seconds
    ]


def test_a_late_response_quotes_the_answer_and_the_question() -> None:
    (tag,) = tags_of(LATE, (*spoken(QUESTION), *answer("我查一下工单", 9_000)))

    assert [quote.text for quote in tag.quotes] == ["我查一下工单", "到底几天能修好？"]
    assert (tag.span, tag.speaker, tag.role) == (Span(2_000, 9_000), "s0", AGENT)
