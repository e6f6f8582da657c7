"""Transferred calls have one leg per agent who served the customer."""

from __future__ import annotations

import pytest

from qa_service.core.calls import CallEvent, Envelope, EventKind, Leg, Participant, ParticipantKind
from qa_service.core.speech import Role
from qa_service.core.time import Span
from qa_service.turns.legs import consultations, late_lines, legs_of
from tests.make import utterance

END_MS = 100_000


def agent(name: str, from_ms: int = 0, to_ms: int | None = None) -> Participant:
    return Participant(name, ParticipantKind.AGENT, agent_id=name.upper(), from_ms=from_ms, to_ms=to_ms)


def event(kind: EventKind, at_ms: int, by: str = "") -> CallEvent:
    return CallEvent(kind, at_ms, by)


def legs(*participants: Participant, events: tuple[CallEvent, ...] = ()) -> list[tuple[int, int, str]]:
    found = legs_of(Envelope(participants=participants, events=events), END_MS)
    return [(leg.span.start_ms, leg.span.end_ms, leg.participant) for leg in found]


CUSTOMER = Participant("c", ParticipantKind.CUSTOMER)
MENU = Participant("ivr", ParticipantKind.IVR, to_ms=10_000)
HELD = (event(EventKind.HOLD, 40_000), event(EventKind.UNHOLD, 60_000))
ONE = [(0, END_MS, "a")]
NOBODYS = [(0, END_MS, "")]
TWO = [(0, 60_000, "a"), (60_000, END_MS, "b")]


@pytest.mark.parametrize(
    ("participants", "events", "expected"),
    [
        pytest.param((), (), [(0, END_MS, "")], id="nothing known: one nameless leg"),
        pytest.param(
            (CUSTOMER, MENU, agent("a", 10_000)),
            (),
            [(8_000, END_MS, "a")],
            id="a menu and one agent: one leg, from when the agent came, give or take two clocks",
        ),
        pytest.param((agent("a", 0, 60_000), agent("b", 60_000)), (), TWO, id="a blind transfer"),
        pytest.param((agent("b", 60_000), agent("a", 0, 60_000)), (), TWO, id="listed in any order"),
        pytest.param(
            (agent("a", 0, 60_000), agent("b", 40_000)), HELD, TWO, id="a transfer after consultation"
        ),
        pytest.param((agent("a"), agent("b", 40_000, 60_000)), HELD, ONE, id="only consulted: no leg"),
        pytest.param(
            (agent("a", 0, 60_000), agent("b", 30_000)),
            (event(EventKind.CONFERENCE, 50_000),),
            [(0, 50_000, "a"), (50_000, END_MS, "b")],
            id="taken over in a conference",
        ),
        pytest.param(
            (agent("a"), agent("b")), (event(EventKind.TRANSFER, 60_000, "a"),), TWO, id="by the event"
        ),
        pytest.param(
            (agent("a"), agent("b", 60_000)),
            (event(EventKind.TRANSFER, 60_000, "a"), event(EventKind.ANSWER, 60_000, "b")),
            TWO,
            id="nobody said when the first left: with the transfer",
        ),
        pytest.param(
            (agent("a", 0, END_MS), agent("b", 60_000)),
            (event(EventKind.TRANSFER, 52_000),),
            TWO,
            id="it rang for eight seconds, and the first agent's end is the call's",
        ),
        pytest.param(
            (agent("a"), agent("b", 40_000)),
            (*HELD, event(EventKind.TRANSFER, 60_000, "a")),
            TWO,
            id="consulted, then transferred",
        ),
        pytest.param(
            (agent("a"), agent("b", 20_000), agent("c", 60_000)),
            (event(EventKind.TRANSFER, 20_000, "a"), event(EventKind.TRANSFER, 60_000, "b")),
            [(0, 20_000, "a"), (20_000, 60_000, "b"), (60_000, END_MS, "c")],
            id="transferred twice, nobody's end is known",
        ),
        pytest.param(
            (agent("a"), agent("b", 40_000, 60_000)),
            (event(EventKind.TRANSFER, 40_000, "a"), event(EventKind.UNHOLD, 60_000, "a")),
            ONE,
            id="the transfer only began a consultation",
        ),
        pytest.param(
            (agent("a"), agent("b", 20_000, 40_000)),
            (event(EventKind.TRANSFER, 60_000, "a"),),
            ONE,
            id="who was consulted had gone before the transfer out of the house",
        ),
        pytest.param(
            (agent("a", 0, 120_000), agent("b", 120_000)),
            (),
            ONE,
            id="the second came after the recording ended",
        ),
        pytest.param(
            (agent("a"), agent("b")), (), NOBODYS, id="two agents and no times: nobody's, nobody guesses"
        ),
        pytest.param(
            (agent("a"), agent("b"), agent("d")),
            (event(EventKind.TRANSFER, 40_000),),
            NOBODYS,
            id="three agents and one transfer: nobody's",
        ),
        pytest.param(
            (agent("a"), agent("b"), agent("d", 60_000)), (), NOBODYS, id="two were there all the time"
        ),
        pytest.param((agent("a", 1_500),), (), ONE, id="one agent who answers after a second"),
        pytest.param((agent("a", 40_000),), (), [(38_000, END_MS, "a")], id="one agent who came late"),
        pytest.param(
            (agent("a", 20_000, 60_000), agent("b", 60_000)),
            (),
            [(18_000, 60_000, "a"), (60_000, END_MS, "b")],
            id="the first of two came late",
        ),
        pytest.param(
            (MENU, agent("a")), (event(EventKind.TRANSFER, 10_000, "ivr"),), ONE, id="the menu transfers"
        ),
        pytest.param(
            (agent("a", 0, 30_000), agent("b", 30_000, 60_000), agent("a2", 60_000)),
            (),
            [(0, 30_000, "a"), (30_000, 60_000, "b"), (60_000, END_MS, "a2")],
            id="three agents",
        ),
    ],
)
def test_legs(
    participants: tuple[Participant, ...],
    events: tuple[CallEvent, ...],
    expected: list[tuple[int, int, str]],
) -> None:
    assert legs(*participants, events=events) == expected


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        pytest.param("c", [(0, 60_000, "a"), (60_000, 82_000, "b")], id="the customer hung up"),
        pytest.param("b", [(0, 60_000, "a"), (60_000, 82_000, "b")], id="the last agent did"),
        pytest.param("a", TWO, id="the first agent left the customer to the second"),
        pytest.param("customer", [(0, 60_000, "a"), (60_000, 82_000, "b")], id="a customer, by a word"),
        pytest.param(
            "agent", [(0, 60_000, "a"), (60_000, 82_000, "b")], id="an agent, and only the last was there"
        ),
        pytest.param("system", [(0, 60_000, "a"), (60_000, 82_000, "b")], id="the system"),
    ],
)
def test_the_last_leg_ends_with_the_hang_up(by: str, expected: list[tuple[int, int, str]]) -> None:
    people = (agent("a", 0, 60_000), agent("b", 60_000), CUSTOMER)

    assert legs(*people, events=(event(EventKind.HANGUP, 80_000, by),)) == expected


@pytest.mark.parametrize(
    ("by", "count"),
    [
        pytest.param("", 2, id="nobody says who transferred"),
        pytest.param("agent", 2, id="an agent did"),
        pytest.param("ivr", 1, id="a menu did"),
        pytest.param("customer", 1, id="no customer parts agents"),
    ],
)
def test_timeless_agents_are_parted_by_an_agents_transfer(by: str, count: int) -> None:
    assert (
        len(legs(agent("a"), agent("b"), CUSTOMER, events=(event(EventKind.TRANSFER, 40_000, by),))) == count
    )


def test_what_is_said_after_the_hang_up_is_nobodys_part() -> None:
    said = (utterance("再见。", 79_000, name="u1"), utterance("这人真烦。", 85_000, name="u2"))
    envelope = Envelope(participants=(agent("a"), CUSTOMER), events=(event(EventKind.HANGUP, 80_000, "c"),))

    assert [(line.utterance, line.role) for line in late_lines(said, envelope)] == [("u2", Role.OTHER)]
    assert late_lines(said, Envelope()) == ()


def test_a_leg_knows_its_agent_and_its_place() -> None:
    people = (agent("a", 0, 60_000), agent("b", 60_000))

    assert legs_of(Envelope(participants=people), END_MS) == (
        Leg(Span(0, 60_000), 0, 2, "A", "a"),
        Leg(Span(60_000, END_MS), 1, 2, "B", "b"),
    )


@pytest.mark.parametrize(
    ("participants", "events", "expected"),
    [
        pytest.param((agent("a"),), HELD, (), id="one agent consults nobody"),
        pytest.param((agent("a", 0, 50_000), agent("b", 50_000)), (), (), id="a blind transfer is none"),
        pytest.param(
            (agent("a", 0, 60_000), agent("b", 40_000)), (), (Span(40_000, 60_000),), id="both on the line"
        ),
        pytest.param(
            (agent("a"), agent("b", 30_000, 90_000)), HELD, (Span(40_000, 60_000),), id="while on hold"
        ),
        pytest.param(
            (agent("a", 0, 60_000), agent("b", 40_000)),
            (event(EventKind.CONFERENCE, 45_000),),
            (Span(40_000, 45_000),),
            id="until the customer is let in",
        ),
        pytest.param((agent("a"), agent("b")), (), (), id="no times, no consultation"),
        pytest.param(
            (agent("a"), agent("b")),
            (event(EventKind.TRANSFER, 60_000, "a"),),
            (),
            id="no times but a transfer, no consultation",
        ),
        pytest.param(
            (agent("a"), agent("b", 60_000)),
            (event(EventKind.TRANSFER, 60_000, "a"),),
            (),
            id="who transferred has left",
        ),
        pytest.param(
            (agent("a"), agent("b", 40_000)),
            (event(EventKind.TRANSFER, 60_000, "a"),),
            (Span(40_000, 60_000),),
            id="until the transfer",
        ),
    ],
)
def test_consultations(
    participants: tuple[Participant, ...], events: tuple[CallEvent, ...], expected: tuple[Span, ...]
) -> None:
    assert consultations(Envelope(participants=participants, events=events), END_MS) == expected
