"""What is not a conversation between an agent and a customer is not scored."""

from __future__ import annotations

from dataclasses import replace

import pytest

from qa_service.core.calls import Envelope, Participant, ParticipantKind
from qa_service.core.measured import Layout, MeasuredCall, Problem, Unheard
from qa_service.core.speech import Role, Sound, SoundKind, Voice
from qa_service.core.texts import Reason
from qa_service.core.time import Span
from qa_service.turns.roles import RoleHints, assign
from qa_service.turns.scorable import Scorable, Status, scorable
from tests.turns.lines import call

GOOD = (
    "A 您好，请问有什么可以帮您？",
    "C 我想问一下我的订单什么时候能到。",
    "A 麻烦您提供一下订单号，我帮您查询。",
)
MAILBOX = "C 您拨打的电话暂时无人接听，请在嘀声后留言。"
#: Nothing in it says plainly whether an agent or a customer speaks.
UNCLEAR = "A 师傅明天上午九点上门，要改时间的话再打这个电话。"
#: People speak, and a person has to say which of them is the agent.
NOBODY_TO_SCORE = Scorable(Status.PARTIAL, (Reason("scorable.agent_unknown"),))
MENU = "A 查询话费请按1，人工服务请按0。"


def decided(
    *lines: str,
    unheard: tuple[Unheard, ...] = (),
    problems: tuple[Problem, ...] = (),
    unreliable: tuple[int, ...] = (),
    layout: Layout = Layout.TWO_CHANNEL,
    sounds: tuple[Sound, ...] = (),
    envelope: Envelope = Envelope(),  # noqa: B008 - frozen
    doubt: str = "noise",
) -> Scorable:
    said = call(*lines, mono=layout is Layout.MONO)
    roles = assign(said, RoleHints(envelope))
    said = tuple(
        replace(line, unreliable=doubt if at in unreliable else "")
        for at, line in enumerate(roles.spoken(said))
    )
    voice = roles.active([Voice(line.span, line.speaker) for line in said], said)
    measured = MeasuredCall("x", 60_000, layout, said, voice, sounds, unheard, problems)
    return scorable(measured, said, voice)


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        pytest.param((), "no_speech", id="silence"),
        pytest.param((MENU, "A 您的输入有误，请重新输入。"), "no_human_customer", id="a menu alone"),
        pytest.param(
            ("C 您拨打的用户已关机，请稍后再拨。", "A 您好，我是安心宽带的客服，打扰您了。"),
            "no_human_customer",
            id="the agent talks to the carrier",
        ),
        pytest.param(
            ("C 请在嘀声后留言。", "A 您好，这里是安心宽带客服中心，请您方便的时候给我们回电，谢谢您。"),
            "no_human_customer",
            id="the agent talks to a voicemail",
        ),
        pytest.param(
            (MENU, "C 喂，我想问一下我的宽带怎么还没修好，有人吗？"), "no_agent", id="no agent came"
        ),
        pytest.param(
            ("A 您好，请问有什么可以帮您？", "A 您好，您能听到我说话吗？"), "one_sided", id="nobody answers"
        ),
        pytest.param(("A 嗯，您好。", "C 喂？"), "too_little_speech", id="a wrong number"),
    ],
)
def test_not_scorable(lines: tuple[str, ...], reason: str) -> None:
    found = decided(*lines)

    assert (found.status, [because.code for because in found.reasons]) == (
        Status.NOT_SCORABLE,
        [f"scorable.{reason}"],
    )
    assert not found.may_judge


def test_a_conversation_is_scored() -> None:
    assert decided(MENU, *GOOD, "A 对本次服务满意请按1。") == Scorable(Status.SCORED)


def test_two_people_whose_roles_are_unclear_are_still_a_conversation() -> None:
    lines = ("A 明天下午三点在老地方。", "C 三点可以的没问题。", "A 那就三点在老地方见。", "C 三点见。")

    assert decided(*lines) == NOBODY_TO_SCORE


def test_a_mono_call_in_one_voice_with_both_parties_words_is_not_one_sided() -> None:
    lines = ["A" + line[1:] for line in (*GOOD, "C 我要投诉你们。", "A 给您带来不便非常抱歉，祝您愉快。")]

    assert decided(*lines, layout=Layout.MONO) == NOBODY_TO_SCORE


@pytest.mark.parametrize(
    ("lines", "layout", "ringing", "reason"),
    [
        pytest.param(
            (MAILBOX, UNCLEAR), Layout.TWO_CHANNEL, False, "no_human_customer", id="beside a voicemail"
        ),
        pytest.param((MAILBOX, UNCLEAR), Layout.MONO, False, "no_human_customer", id="on the same channel"),
        pytest.param(
            (UNCLEAR,), Layout.TWO_CHANNEL, True, "no_human_customer", id="it rings, nobody answers"
        ),
        pytest.param((UNCLEAR,), Layout.TWO_CHANNEL, False, "one_sided", id="the other channel is silent"),
        pytest.param((UNCLEAR,), Layout.MONO, False, "one_sided", id="alone on a mono call"),
        pytest.param(
            ("C 我想问一下我的订单怎么还没到，你们到底什么时候能到？",),
            Layout.TWO_CHANNEL,
            False,
            "one_sided",
            id="a customer, and a silent channel",
        ),
        pytest.param(
            ("C 我想问一下我的订单怎么还没到，你们到底什么时候能到？",),
            Layout.MONO,
            False,
            "no_agent",
            id="a customer alone on a mono call",
        ),
    ],
)
def test_one_person_is_no_conversation_even_where_nobody_knows_who_it_is(
    lines: tuple[str, ...], layout: Layout, ringing: bool, reason: str
) -> None:
    sounds = (Sound(Span(0, 900), SoundKind.RINGBACK, 1),) if ringing else ()

    found = decided(*lines, layout=layout, sounds=sounds)

    assert (found.status, found.reasons) == (Status.NOT_SCORABLE, (Reason(f"scorable.{reason}"),))


def test_a_short_mono_call_that_was_not_told_apart_stays_a_conversation() -> None:
    lines = ("A 喂，你们怎么还没修好？", "A 您好，麻烦您提供一下您的地址。", "A 我想问今天几点能到？")

    assert decided(*lines, layout=Layout.MONO) == NOBODY_TO_SCORE


def test_a_call_of_which_most_was_taken_for_somebody_elses_is_not_scored() -> None:
    doubted = Problem("voices_doubted", Span(0, 60_000), 33_400)

    found = decided(*GOOD, problems=(doubted,))

    assert found == Scorable(Status.NOT_SCORABLE, (Reason.of("scorable.voices_doubted", seconds=33.4),))


def test_an_envelope_that_puts_agents_and_machines_on_every_channel_leaves_no_customer() -> None:
    kinds = (ParticipantKind.AGENT, ParticipantKind.IVR)
    everywhere = tuple(
        Participant(f"{kind.value}{channel}", kind, channel=channel) for kind in kinds for channel in (0, 1)
    )

    found = decided(*GOOD, envelope=Envelope(participants=everywhere))

    assert found.reasons == (Reason("scorable.no_human_customer"),)


def test_what_only_agents_say_to_each_other_is_not_scored() -> None:
    said = tuple(line.spoken_by(Role.OTHER, 0.9) for line in call(*GOOD))
    voice = tuple(Voice(line.span, line.speaker, Role.OTHER) for line in said)

    found = scorable(MeasuredCall("x", 60_000, Layout.TWO_CHANNEL, said, voice), said, voice)

    assert found.reasons == (Reason("scorable.no_human_customer"),)


def test_a_transcript_without_times_has_no_order() -> None:
    roles = (Role.AGENT, Role.CUSTOMER, Role.AGENT)
    said = tuple(
        replace(line, span=Span(0, 0), speech_ms=0).spoken_by(role, 1.0)
        for line, role in zip(call(*GOOD), roles, strict=True)
    )

    found = scorable(MeasuredCall("x", 0, Layout.TEXT, said), said, ())

    assert found.reasons == (Reason("scorable.no_times"),)


@pytest.mark.parametrize(
    ("unreliable", "status"),
    [
        pytest.param((), Status.SCORED, id="all clear"),
        pytest.param((1,), Status.NOT_SCORABLE, id="the customer's third is unreliable: 36 %"),
    ],
)
def test_unreliable_speech(unreliable: tuple[int, ...], status: Status) -> None:
    assert decided(*GOOD, unreliable=unreliable).status is status


LONG = (
    "A 您好，请问有什么可以帮您？这里是星辰宽带客户服务中心，很高兴为您服务，请讲。",
    "C 我想问一下我的订单什么时候能到，我已经等了三天了，打了好几次电话都没有人给我一个准信。",
    "A 麻烦您提供一下订单号，我帮您查询，查到了马上告诉您，您看可以吗？",
    "C 订单号是一二三四五六七八，收货人是我自己，地址在城东的那个新小区，你们送货的人不认识路。",
)


@pytest.mark.parametrize(
    ("lines", "unreliable", "status"),
    [
        pytest.param(LONG, (0, 2), Status.NOT_SCORABLE, id="everything of the agent's, under half of all"),
        pytest.param(
            LONG, (1, 3), Status.NOT_SCORABLE, id="more than a third of all, none of it the agent's"
        ),
        pytest.param(LONG, (0,), Status.SCORED, id="one sentence of the agent's"),
    ],
)
def test_the_agents_speech_counts_by_itself(
    lines: tuple[str, ...], unreliable: tuple[int, ...], status: Status
) -> None:
    assert decided(*lines, unreliable=unreliable).status is status


def test_what_is_too_faint_to_be_surely_somebodys_does_not_count_as_heard_badly() -> None:
    assert decided(*LONG, unreliable=(0, 2), doubt="unreliable.faint").status is Status.SCORED


@pytest.mark.parametrize(
    ("lost_ms", "status"),
    [
        pytest.param(400, Status.SCORED, id="4 % unheard is within the limit"),
        pytest.param(2_000, Status.PARTIAL, id="20 % unheard is not the whole call"),
    ],
)
def test_unheard_speech(lost_ms: int, status: Status) -> None:
    assert decided(*GOOD, unheard=(Unheard(Span(0, lost_ms), "s0", "empty"),)).status is status


@pytest.mark.parametrize(
    ("problem", "status"),
    [
        pytest.param(
            Problem("truncated", Span(60_000, 60_000)), Status.PARTIAL, id="cut off, nobody knows how much"
        ),
        pytest.param(Problem("damaged", Span(0, 9_000), 1_200), Status.PARTIAL, id="1.2 s lost"),
        pytest.param(
            Problem("gap", Span(0, 9_000), 500), Status.PARTIAL, id="half a second that was never stored"
        ),
        pytest.param(
            Problem("bad_snr", Span(0, 9_000), 900),
            Status.SCORED,
            id="noise makes a stretch unreliable, not lost",
        ),
        pytest.param(
            Problem("channels_identical", Span(0, 60_000)),
            Status.SCORED,
            id="nothing is lost",
        ),
        pytest.param(
            Problem("voice_left_out", Span(0, 60_000), 9_000),
            Status.PARTIAL,
            id="much faint voice taken for a background",
        ),
        pytest.param(
            Problem("foreign_voice", Span(0, 9_000), 900), Status.SCORED, id="a neighbour's voice taken off"
        ),
    ],
)
def test_problems(problem: Problem, status: Status) -> None:
    assert decided(*GOOD, problems=(problem,)).status is status
