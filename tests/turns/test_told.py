"""Roles that a transcript tells: what a machine said is no agent's, and no customer's."""

from __future__ import annotations

import pytest

from qa_service.core.calls import CallEvent, Envelope, EventKind, Participant, ParticipantKind
from qa_service.core.roles import RoleMap
from qa_service.core.speech import Role, Utterance
from qa_service.turns.told import is_told, told
from tests.make import utterance

AGENT, CUSTOMER, SYSTEM = Role.AGENT, Role.CUSTOMER, Role.SYSTEM
ROBOT, IVR, PERSON = ParticipantKind.ROBOT, ParticipantKind.IVR, ParticipantKind.AGENT
C = Participant("c", ParticipantKind.CUSTOMER)
A = Participant("a", PERSON, "3056")


def line(role: Role, text: str, from_ms: int, name: str = "") -> Utterance:
    return utterance(text, from_ms, speaker=role.value, role=role, name=name or f"u{from_ms:06d}")


LINES = (
    line(AGENT, "您好，请问您要办理什么业务", 0),
    line(CUSTOMER, "我要查账单", 5_000),
    line(AGENT, "好的，您的账单是八十九元", 10_000),
    line(CUSTOMER, "知道了", 20_000),
    line(AGENT, "还有其他可以帮您的吗", 30_000),
)


def roles(lines: tuple[Utterance, ...], *who: Participant, events: tuple[CallEvent, ...] = ()) -> str:
    """One letter for each line, in order: Agent, Customer, System, Other, Unknown."""
    found = told(lines, Envelope(participants=who, events=events), lines[-1].span.end_ms)
    return "".join(said.role.value[0].upper() for said in found.spoken(lines))


def test_speakers_are_who_they_are_called() -> None:
    assert told(LINES, Envelope(), 40_000).of("agent").role is AGENT
    assert roles(LINES) == "ACACA"
    assert told((), Envelope(), 0) == RoleMap()


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        pytest.param((Participant("r", ROBOT, to_ms=40_000), C), "SCSCS", id="a robot all the time"),
        pytest.param(
            (Participant("r", ROBOT), C), "SCSCS", id="a robot, and nobody says when: there is no agent"
        ),
        pytest.param((Participant("m", IVR, to_ms=9_000), C, A), "SCACA", id="a menu before the agent"),
        pytest.param(
            (Participant("r", ROBOT, from_ms=25_000), C, A),
            "ACACS",
            id="a robot asks for marks after the agent",
        ),
        pytest.param(
            (Participant("r", ROBOT, channel=0, to_ms=40_000), C), "SCSCS", id="a channel means nothing"
        ),
        pytest.param(
            (Participant("r", ROBOT), C, A), "ACACA", id="an agent and a robot, both without a time"
        ),
        pytest.param(
            (Participant("r", ROBOT, to_ms=40_000), C, Participant("a", PERSON, from_ms=9_000)),
            "SCACA",
            id="the agent comes while the robot listens on",
        ),
        pytest.param(
            (Participant("m", IVR, to_ms=500), C, A), "ACACA", id="a menu that ends in mid-sentence"
        ),
        pytest.param(
            (Participant("o", ParticipantKind.OTHER), C, A), "ACACA", id="somebody else is no machine"
        ),
        pytest.param((C, A), "ACACA", id="people only"),
        pytest.param((C,), "ACACA", id="a customer, and nobody named the agent"),
    ],
)
def test_what_the_envelopes_machines_say(who: tuple[Participant, ...], expected: str) -> None:
    assert roles(LINES, *who) == expected


@pytest.mark.parametrize("role", [AGENT, CUSTOMER, Role.UNKNOWN])
@pytest.mark.parametrize(
    "text",
    [
        "您拨打的用户已关机，请稍后再拨。",
        "对不起，您拨打的号码是空号，请查证后再拨。",
        "您拨打的电话暂时无法接通",
        "您好，您所拨打的用户正在通话中",
        "您呼叫的用户不在服务区",
        "Sorry, the number you dialed is not in service.",
        "Sorry, the person you are calling is not available, please call again later",
        "请在嘀声后留言。",
    ],
)
def test_the_carrier_is_nobody_whosever_it_was_written_down_as(role: Role, text: str) -> None:
    assert roles((line(role, text, 0), line(AGENT, "您好，我是安心宽带的客服，打扰您了。", 9_000))) == "SA"


@pytest.mark.parametrize(
    ("role", "text"),
    [
        pytest.param(CUSTOMER, "我打过去说您拨打的用户已关机", id="a customer tells what they heard"),
        pytest.param(CUSTOMER, "怎么老是提示我拨打的用户不在服务区", id="and asks why"),
        pytest.param(CUSTOMER, "师傅的电话一直无法接通", id="whose telephone it is"),
        pytest.param(AGENT, "您的手机是不是关机了，我这边打不通", id="an agent asks"),
        pytest.param(AGENT, "您说的这个号码是空号，麻烦您再核对一下", id="an agent reads back"),
        pytest.param(
            AGENT, "您好，为保证服务质量通话将被录音，请问有什么可以帮您", id="the notice within a greeting"
        ),
        pytest.param(AGENT, "好的，感谢您的来电，再见", id="a goodbye"),
        pytest.param(CUSTOMER, "the number I dialed last week was yours", id="English of a person's own"),
        pytest.param(Role.OTHER, "您拨打的用户已关机，请稍后再拨。", id="somebody else's stays theirs"),
    ],
)
def test_a_person_stays_a_person(role: Role, text: str) -> None:
    lines = (*LINES[:3], line(role, text, 20_000))

    assert roles(lines)[-1] == role.value[0].upper()


def test_what_comes_after_the_hang_up_and_between_agents_is_nobodys() -> None:
    over = (CallEvent(EventKind.HANGUP, 15_000, "c"),)
    both = (Participant("a", PERSON, to_ms=20_000), Participant("b", PERSON, from_ms=9_000), C)

    assert roles(LINES, C, A, events=over) == "ACAOO"
    assert roles(LINES, *both) == "ACOCA"


def test_names_that_are_no_roles_are_not_told() -> None:
    assert is_told(LINES)
    assert not is_told([utterance("您好", 0, speaker="s0")])
