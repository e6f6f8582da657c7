"""What was told about a call is not believed against what is plainly heard in it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from qa_service.core.calls import CallEvent, Envelope, EventKind, Participant, ParticipantKind
from qa_service.core.measured import Layout, MeasuredCall
from qa_service.core.speech import Role, Utterance
from qa_service.turns.belief import believed, doubted, is_doubted
from qa_service.turns.roles import RoleHints, assign, swap
from qa_service.turns.told import told
from tests.turns.lines import call

PLAIN = (
    "A 您好，顺路快递客服，工号6031，请问有什么可以帮您？",
    "C 你好，我有一个包裹，三天前就显示正在派送，到现在还没有收到。",
    "A 请您报一下快递单号的最后四位。",
    "C 七七二九，你们能不能快点。",
    "A 我帮您查询一下，感谢您的耐心等待。",
    "C 我家里有老人要照顾，我走不开。",
    "A 感谢您的来电，祝您生活愉快，再见。",
)
#: Who sounds like neither: nobody greets, nobody asks.
BLURRED = ("A 喂。", "C 那个东西到了没有。", "A 到了，昨天。", "C 行，知道了。")
#: The customer has worked in a call centre, too.
POLITE = (
    "A 您好，请问有什么可以帮您？",
    "C 您好，麻烦您帮我查一下我的订单，感谢您。",
    "A 麻烦您提供一下订单号，我帮您查询。",
    "C 好的，您稍等，我给您念一下。",
)


def measured(utterances: tuple[Utterance, ...], layout: Layout = Layout.TWO_CHANNEL) -> MeasuredCall:
    end_ms = max(said.span.end_ms for said in utterances)
    return MeasuredCall("c", end_ms, layout, utterances, separation=0.9 if layout is Layout.MONO else 1.0)


def parties(agent: int, customer: int, *events: CallEvent) -> Envelope:
    who = (
        Participant("a", ParticipantKind.AGENT, agent_id="8012", channel=agent),
        Participant("c", ParticipantKind.CUSTOMER, channel=customer),
    )
    return Envelope(participants=who, events=events)


def codes(heard: MeasuredCall, envelope: Envelope, *, agent_channel: int | None = None) -> list[str]:
    hints = RoleHints(envelope, agent_channel=agent_channel, separation=heard.separation)
    told = doubted(heard, assign(heard.utterances, hints), envelope)
    return [problem.code for problem in told.problems]


@pytest.mark.parametrize(
    ("lines", "envelope", "agent_channel", "expected"),
    [
        pytest.param(
            PLAIN, parties(1, 0), None, ["roles_contradicted"], id="the envelope has it the wrong way round"
        ),
        pytest.param(PLAIN, Envelope(), 1, ["roles_contradicted"], id="somebody named the wrong channel"),
        pytest.param(PLAIN, parties(0, 1), None, [], id="the envelope is right"),
        pytest.param(PLAIN, Envelope(), 0, [], id="the channel is right"),
        pytest.param(PLAIN, Envelope(), None, [], id="nobody said anything"),
        pytest.param(BLURRED, parties(1, 0), None, [], id="words that tell nothing contradict nothing"),
        pytest.param(BLURRED, parties(0, 1), None, [], id="nor the other way round"),
        pytest.param(POLITE, parties(0, 1), None, [], id="a customer who speaks like an agent"),
        pytest.param(PLAIN, parties(0, 0), None, ["channels_ambiguous"], id="both on one channel"),
        pytest.param(PLAIN, parties(0, 0), 0, [], id="both on one channel, and somebody named the agent's"),
    ],
)
def test_channels_that_the_words_contradict_are_told(
    lines: tuple[str, ...], envelope: Envelope, agent_channel: int | None, expected: list[str]
) -> None:
    assert codes(measured(call(*lines)), envelope, agent_channel=agent_channel) == expected


def test_both_parties_on_one_channel_of_a_mono_call_are_where_they_are() -> None:
    assert codes(measured(call(*PLAIN, mono=True), Layout.MONO), parties(0, 0)) == []


def test_where_the_envelope_has_both_on_one_channel_the_words_decide() -> None:
    roles = assign(call(*PLAIN), RoleHints(parties(0, 0)))

    assert [(roles.of(name).role, roles.of(name).because.code) for name in ("s0", "s1")] == [
        (Role.AGENT, "role.words"),
        (Role.CUSTOMER, "role.words"),
    ]


def test_the_envelope_decides_until_a_person_exchanges_the_roles() -> None:
    heard, envelope = measured(call(*PLAIN)), parties(1, 0)
    roles = assign(heard.utterances, RoleHints(envelope))
    once = doubted(heard, roles, envelope)

    assert roles.of("s1").role is Role.AGENT
    assert is_doubted(once)
    assert not is_doubted(doubted(believed(once, envelope)[0], swap(roles), envelope))


def test_a_person_who_exchanges_right_roles_clears_nobody() -> None:
    heard = measured(call(*PLAIN))
    roles = assign(heard.utterances, RoleHints(parties(0, 1)))

    assert is_doubted(doubted(heard, swap(roles), parties(0, 1)))


@pytest.mark.parametrize("is_turned", [False, True], ids=["as it was", "the wrong way round"])
def test_a_transcript_whose_parties_are_the_wrong_way_round_is_told(is_turned: bool) -> None:
    names = {"s0": "customer", "s1": "agent"} if is_turned else {"s0": "agent", "s1": "customer"}
    said = tuple(replace(one, speaker=names[one.speaker]) for one in call(*PLAIN))
    written = measured(said, Layout.TEXT)

    assert is_doubted(doubted(written, told(said, Envelope(), written.duration_ms), Envelope())) is is_turned


def hangup(place: int, by: str = "c", kind: EventKind = EventKind.HANGUP) -> CallEvent:
    return CallEvent(kind, call(*PLAIN)[place].span.end_ms, by)


@pytest.mark.parametrize("by", ["a", "c", ""])
def test_a_hang_up_after_which_both_go_on_talking_is_told_and_not_believed(by: str) -> None:
    heard, envelope = believed(measured(call(*PLAIN)), parties(0, 1, hangup(0, by)))

    assert [problem.code for problem in heard.problems] == ["hangup_contradicted"]
    assert envelope.events == ()


def but(lines: tuple[str, ...], mono: bool = False) -> MeasuredCall:
    return measured(call(*lines, mono=mono), Layout.MONO if mono else Layout.TWO_CHANNEL)


@pytest.mark.parametrize(
    ("heard", "event"),
    [
        pytest.param(but(PLAIN), hangup(6), id="at the end"),
        pytest.param(but(PLAIN), hangup(5), id="before the goodbye"),
        pytest.param(but(PLAIN), hangup(4), id="one more line of each"),
        pytest.param(
            but((*PLAIN[:3], *(f"A {line[2:]}" for line in PLAIN[3:]))),
            hangup(0),
            id="the agent talks to a colleague at the next desk",
        ),
        pytest.param(
            but(
                (
                    *PLAIN[:2],
                    "A 请您对本次服务作出评价，满意请按1，不满意请按2。",
                    "C 一。",
                    "A 感谢您的评价，再见。",
                    "C 嗯。",
                )
            ),
            hangup(1),
            id="a survey",
        ),
        pytest.param(but(PLAIN, mono=True), hangup(0), id="on one channel nobody knows who goes on"),
        pytest.param(but(PLAIN), hangup(0, kind=EventKind.HOLD), id="no hang-up"),
    ],
)
def test_other_hang_ups_are_believed(heard: MeasuredCall, event: CallEvent) -> None:
    envelope = parties(0, 1, event)

    assert believed(heard, envelope) == (heard, envelope)


def test_what_cannot_be_relied_on_contradicts_nobody() -> None:
    faint = tuple(replace(said, unreliable="unreliable.faint") for said in call(*PLAIN))

    assert believed(measured(faint), parties(0, 1, hangup(0)))[0].problems == ()
