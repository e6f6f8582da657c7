"""What is said about a leg as a whole: which call it is, how long, how many turns, whose talking, who came first."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest

from qa_service.core.calls import (
    CallEvent,
    CallFacts,
    Direction,
    Envelope,
    EventKind,
    Leg,
    Participant,
    ParticipantKind,
)
from qa_service.core.speech import Role
from qa_service.core.time import Span
from qa_service.detectors.base import Detector, Event
from qa_service.detectors.call_is import CallIs
from qa_service.detectors.own import Own
from qa_service.detectors.silence import LongSilence
from qa_service.detectors.talk_ratio import TalkRatio
from qa_service.detectors.who_spoke import FirstSpeaker, HungUp, LastSpeaker
from qa_service.detectors.whole import CallLength, Turns
from tests.make import ALL_PARTS, facts, spoken, tags_of, utterance, voice

AGENT, CUSTOMER, SYSTEM, UNKNOWN = Role.AGENT, Role.CUSTOMER, Role.SYSTEM, Role.UNKNOWN
#: A Thursday in Beijing.
MORNING = datetime(2026, 11, 26, 9, 30, tzinfo=timezone(timedelta(hours=8)))
OUT = Envelope(direction=Direction.OUTBOUND, line="400-a", skill_group="投诉组", started_at=MORNING)


def found(
    detector: Detector,
    events: tuple[Event, ...] = (),
    *,
    about: CallFacts | None = None,
    end_ms: int = 60_000,
) -> int:
    return len(tags_of(detector, events, end_ms=end_ms, about=about or facts()))


@pytest.mark.parametrize(
    ("asked", "envelope", "holds"),
    [
        pytest.param(CallIs(direction=("outbound",)), OUT, True, id="outbound"),
        pytest.param(CallIs(direction=("inbound",)), OUT, False, id="the other direction"),
        pytest.param(CallIs(direction=("inbound", "outbound")), OUT, True, id="one of two"),
        pytest.param(CallIs(direction=("inbound",)), Envelope(), None, id="nobody said"),
        pytest.param(CallIs(direction=("inbound", "unknown")), Envelope(), True, id="not said is fine"),
        pytest.param(CallIs(line=("400-A",)), OUT, True, id="case does not matter"),
        pytest.param(CallIs(line=("400",)), OUT, False, id="part of a name is not it"),
        pytest.param(CallIs(skill_group=("投诉组",), line=("b",)), OUT, False, id="both have to hold"),
        pytest.param(
            CallIs(skill_group=("投诉组",), business=("车险",)), OUT, None, id="one holds, one is open"
        ),
        pytest.param(CallIs(line=("b",), business=("车险",)), OUT, False, id="one is wrong, one is open"),
        pytest.param(CallIs(days=("thu",)), OUT, True, id="the day"),
        pytest.param(CallIs(days=("sat", "sun")), OUT, False, id="no weekend"),
        pytest.param(CallIs(hours=("09:00", "18:00")), OUT, True, id="office hours"),
        pytest.param(CallIs(hours=("09:30", "10:00")), OUT, True, id="the first minute belongs to it"),
        pytest.param(CallIs(hours=("08:00", "09:30")), OUT, False, id="the last minute does not"),
        pytest.param(CallIs(hours=("22:00", "08:00")), OUT, False, id="not at night"),
        pytest.param(CallIs(hours=("00:00", "24:00")), OUT, True, id="the whole day"),
        pytest.param(CallIs(hours=("00:00", "09:30")), OUT, False, id="from midnight up to that minute"),
        pytest.param(
            CallIs(hours=("22:00", "08:00")),
            replace(OUT, started_at=MORNING.replace(hour=23)),
            True,
            id="over midnight",
        ),
        pytest.param(CallIs(hours=("22:00", "08:00")), Envelope(), None, id="no time was said"),
    ],
)
def test_which_call_it_is(asked: CallIs, envelope: Envelope, holds: bool | None) -> None:
    about = replace(facts(), envelope=envelope)

    assert asked.holds(envelope) is holds
    assert found(asked, about=about) == (1 if holds else 0)


def test_which_call_it_is_stands_at_the_beginning_of_the_leg() -> None:
    about = CallFacts(OUT, Leg(Span(5_000, 60_000), index=1, count=2), ALL_PARTS)
    (tag,) = tags_of(CallIs(line=("400-a",)), [voice(6_000, 7_000)], end_ms=60_000, about=about)

    assert tag.span == Span(5_000, 5_000)


@pytest.mark.parametrize(
    ("detector", "times"),
    [
        pytest.param(CallLength(above_ms=59_999), 1, id="longer"),
        pytest.param(CallLength(above_ms=60_000), 0, id="as long is not longer"),
        pytest.param(CallLength(below_ms=60_001), 1, id="shorter"),
        pytest.param(CallLength(above_ms=30_000, below_ms=90_000), 1, id="between"),
        pytest.param(CallLength(above_ms=70_000, below_ms=90_000), 0, id="not between"),
    ],
)
def test_how_long(detector: Detector, times: int) -> None:
    assert found(detector) == times


TALK = spoken(
    utterance("您好请问有什么可以帮您", 1_000, role=AGENT),
    utterance("我的宽带断了", 8_000, role=CUSTOMER),
    utterance("嗯嗯", 12_000, role=AGENT),
    utterance("三天了", 14_000, role=CUSTOMER),
    utterance("我帮您查一下", 20_000, role=AGENT),
    utterance("请您稍等", 26_000, role=AGENT),
    utterance("欢迎致电", 30_000, role=SYSTEM, speaker="ivr"),
)


@pytest.mark.parametrize(
    ("detector", "times"),
    [
        pytest.param(Turns(above=2), 1, id="three turns of both"),
        pytest.param(Turns(above=3), 0, id="no more than three"),
        pytest.param(Turns(above=1, role="agent"), 1, id="two of the agent's"),
        pytest.param(Turns(below=2, role="customer"), 1, id="嗯嗯 in between parts no turn"),
        pytest.param(Turns(below=2, role="agent"), 0, id="not so few of the agent's"),
    ],
)
def test_how_many_turns(detector: Detector, times: int) -> None:
    assert found(detector, TALK) == times


HALF = (voice(0, 6_000, AGENT), voice(6_000, 8_000, CUSTOMER), voice(9_000, 30_000, SYSTEM, "ivr"))


@pytest.mark.parametrize(
    ("detector", "events", "times"),
    [
        pytest.param(TalkRatio(above=0.7), HALF, 1, id="three quarters, machines aside"),
        pytest.param(TalkRatio(above=0.75), HALF, 0, id="no more than that"),
        pytest.param(TalkRatio(role="customer", below=0.3), HALF, 1, id="the customer hardly speaks"),
        pytest.param(
            TalkRatio(above=0.1), (*HALF, voice(40_000, 41_000, UNKNOWN, "x")), 0, id="somebody unknown"
        ),
        pytest.param(TalkRatio(below=0.9), (), 0, id="nobody spoke"),
    ],
)
def test_whose_talking(detector: Detector, events: tuple[Event, ...], times: int) -> None:
    assert found(detector, events) == times


@pytest.mark.parametrize(
    ("detector", "times"),
    [
        pytest.param(FirstSpeaker(role="agent"), 1, id="the agent opened"),
        pytest.param(FirstSpeaker(role="customer"), 0, id="the customer did not"),
        pytest.param(LastSpeaker(role="agent"), 1, id="the agent spoke last, machines aside"),
        pytest.param(LastSpeaker(role="customer"), 0, id="the customer did not speak last"),
    ],
)
def test_who_spoke_first_and_last(detector: Detector, times: int) -> None:
    assert found(detector, TALK) == times


@pytest.mark.parametrize(
    "first",
    [
        pytest.param(utterance("喂", 0, role=UNKNOWN, speaker="x"), id="nobody knows who"),
        pytest.param(utterance("您好", 0, role=AGENT, unreliable="quality.noise"), id="not heard well"),
    ],
)
def test_a_doubtful_first_line_leaves_open_who_opened(first: Event) -> None:
    assert found(FirstSpeaker(role="agent"), (first, *TALK)) == 0


def hang_up(by: str) -> CallFacts:
    parties = (Participant("a", ParticipantKind.AGENT), Participant("c", ParticipantKind.CUSTOMER))
    envelope = Envelope(participants=parties, events=(CallEvent(EventKind.HANGUP, 59_000, by),))
    return CallFacts(envelope, Leg(Span(0, 60_000)), ALL_PARTS)


@pytest.mark.parametrize(
    ("detector", "by", "times"),
    [
        pytest.param(HungUp(), "a", 1, id="the agent did"),
        pytest.param(HungUp(by="customer"), "c", 1, id="the customer did"),
        pytest.param(HungUp(), "c", 0, id="the other did"),
        pytest.param(HungUp(), "", 0, id="nobody says who"),
    ],
)
def test_who_hung_up(detector: Detector, by: str, times: int) -> None:
    assert found(detector, TALK, about=hang_up(by)) == times


def test_who_hung_up_is_a_question_about_the_last_agent() -> None:
    first = replace(hang_up("a"), leg=Leg(Span(0, 60_000), index=0, count=2))

    assert found(HungUp(), TALK, about=first) == 0


def test_a_detector_of_ones_own_says_the_rules_name_and_nothing_else() -> None:
    events = (voice(0, 2_000), voice(9_000, 10_000, CUSTOMER))
    own = Own("rule.demo.1", LongSilence(limit_ms=3_000), "silence.long")

    tags = tags_of(own, events, end_ms=60_000)

    assert {tag.label for tag in tags} == {"rule.demo.1"}
    assert len(tags) == len(tags_of(LongSilence(limit_ms=3_000), events, end_ms=60_000))
