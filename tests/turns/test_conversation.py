"""Facts about a conversation, and None where nobody can know."""

from __future__ import annotations

import pytest

from qa_service.core.measured import Layout, MeasuredCall, Problem
from qa_service.core.speech import Role, Sound, SoundKind, Utterance, Voice
from qa_service.core.time import Span
from qa_service.turns.conversation import Measurements, Overlap, measure_conversation
from qa_service.turns.latency import is_back_channel

A, C, S = Role.AGENT, Role.CUSTOMER, Role.SYSTEM
Line = tuple[Role, int, int, str]


def measured(
    *lines: Line,
    layout: Layout = Layout.TWO_CHANNEL,
    sounds: tuple[Sound, ...] = (),
    voiced: bool = True,
    problems: tuple[Problem, ...] = (),
) -> Measurements:
    said = tuple(
        Utterance(f"u{at:04d}", Span(start, end), role.value, text, speech_ms=end - start, role=role)
        for at, (role, start, end, text) in enumerate(lines)
    )
    voice = tuple(Voice(u.span, u.speaker, u.role) for u in said) if voiced else ()
    call = MeasuredCall("x", 100_000, layout, said, problems=problems)
    return measure_conversation(call, said, voice, sounds)


DIALOGUE: tuple[Line, ...] = ((A, 0, 6_000, "您好请问有什么可以帮您"), (C, 7_000, 9_000, "我想查一下订单"))


def test_talk_ratio_is_the_agents_share_of_both_parties_speech() -> None:
    found = measured(*DIALOGUE)

    assert (found.agent_speech_ms, found.customer_speech_ms, found.talk_ratio) == (6_000, 2_000, 0.75)


def test_a_machine_is_never_counted() -> None:
    with_menu = measured(
        (S, 0, 20_000, "查询请按1"), *[(r, s + 30_000, e + 30_000, t) for r, s, e, t in DIALOGUE]
    )

    assert (with_menu.talk_ratio, with_menu.turns) == (0.75, 2)
    assert with_menu.silences == ()


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param((DIALOGUE[0],), id="one side only"),
        pytest.param(
            ((Role.UNKNOWN, 0, 6_000, "您好"), (Role.UNKNOWN, 7_000, 9_000, "你好")), id="roles unknown"
        ),
        pytest.param((), id="nobody spoke"),
    ],
)
def test_what_takes_two_known_parties_is_unknown_without_them(lines: tuple[Line, ...]) -> None:
    found = measured(*lines)

    assert (found.talk_ratio, found.overlaps, found.interruptions, found.turns) == (None, None, None, None)


def test_overlap_is_unknown_on_one_channel_and_none_is_empty_on_two() -> None:
    two, one = measured(*DIALOGUE), measured(*DIALOGUE, layout=Layout.MONO)

    assert (two.overlaps, two.interruptions) == ((), 0)
    assert (one.overlaps, one.interruptions) == (None, None)


@pytest.mark.parametrize(
    ("code", "waits_known"),
    [
        pytest.param("legs_unproven", True, id="a third of a second makes no silence, but an overlap"),
        pytest.param("clocks_doubted", False, id="seconds make anything"),
    ],
)
def test_times_on_different_clocks_are_not_held_against_one_another(code: str, waits_known: bool) -> None:
    answered = ((C, 0, 3_000, "我想查一下订单"), (A, 7_000, 9_000, "好的，我帮您查"))

    found = measured(*answered, problems=(Problem(code, Span(0, 100_000)),))

    assert (found.overlaps, found.interruptions) == (None, None)
    assert (found.response_latency_ms is not None, found.non_talk_ms is not None) == (
        waits_known,
        waits_known,
    )
    assert found.talk_ratio == 0.4


@pytest.mark.parametrize(
    ("gap_ms", "sounds", "silences"),
    [
        pytest.param(2_999, (), 0, id="2.999 s is a pause"),
        pytest.param(3_000, (), 1, id="3 s is a silence"),
        pytest.param(9_000, (Sound(Span(1_000, 10_000), SoundKind.HOLD),), 0, id="hold is no silence"),
        pytest.param(9_000, (Sound(Span(1_000, 10_000), SoundKind.MUSIC),), 0, id="music is no silence"),
        pytest.param(
            9_000, (Sound(Span(3_000, 4_500), SoundKind.HOLD),), 1, id="what is left beside hold counts"
        ),
        pytest.param(9_000, (Sound(Span(1_000, 10_000), SoundKind.NOISE),), 1, id="noise fills no silence"),
    ],
)
def test_silences(gap_ms: int, sounds: tuple[Sound, ...], silences: int) -> None:
    found = measured((A, 0, 1_000, "您好"), (C, 1_000 + gap_ms, 12_000 + gap_ms, "你好"), sounds=sounds)

    assert len(found.silences) == silences


LOST_MS = (3_000, 7_000)


@pytest.mark.parametrize(
    ("code", "silences", "waits"),
    [
        pytest.param("gap", (Span(7_000, 10_500),), None, id="a gap is cut off, and what is left is silence"),
        pytest.param("damaged", (Span(7_000, 10_500),), None, id="damage too"),
        pytest.param("bad_snr", (Span(1_000, 10_500),), 9_500, id="noise is there, and nobody speaks in it"),
        pytest.param("foreign_voice", (Span(1_000, 10_500),), 9_500, id="what a neighbour says is no loss"),
    ],
)
def test_lost_sound_is_neither_silence_nor_waiting(
    code: str, silences: tuple[Span, ...], waits: int | None
) -> None:
    lines = ((C, 0, 1_000, "有人在吗"), (A, 10_500, 12_000, "您好请讲"))

    found = measured(*lines, problems=(Problem(code, Span(*LOST_MS)),))

    assert (found.silences, found.slowest_response_ms) == (silences, waits)


def test_non_talk_is_hold_and_silence_together() -> None:
    hold = Sound(Span(10_000, 20_000), SoundKind.HOLD)

    found = measured((A, 0, 10_000, "请稍等"), (A, 24_000, 25_000, "让您久等了"), sounds=(hold,))

    assert (found.hold_ms, found.silences, found.non_talk_ms) == (10_000, (Span(20_000, 24_000),), 14_000)


LONG = "我跟您说这个事情是这样的"


@pytest.mark.parametrize(
    ("lines", "by_agent", "by_customer"),
    [
        pytest.param(((C, 0, 6_000, LONG), (A, 4_000, 8_000, LONG)), 1, 0, id="the agent cuts in for 2 s"),
        pytest.param(((A, 0, 6_000, LONG), (C, 4_000, 8_000, LONG)), 0, 1, id="the customer does"),
        pytest.param(((C, 0, 6_000, LONG), (A, 5_100, 8_000, LONG)), 0, 0, id="0.9 s is eagerness"),
        pytest.param(((C, 0, 6_000, LONG), (A, 4_000, 5_500, "嗯，对对。")), 0, 0, id="listening aloud"),
        pytest.param(((C, 0, 6_000, LONG), (A, 500, 4_000, LONG)), 0, 0, id="both set out at once"),
        pytest.param(((C, 0, 6_000, LONG), (A, 6_000, 9_000, LONG)), 0, 0, id="touching is not overlapping"),
        pytest.param(
            ((C, 0, 6_000, LONG), (S, 4_000, 8_000, LONG)), None, None, id="a machine interrupts nobody"
        ),
    ],
)
def test_interruptions(lines: tuple[Line, ...], by_agent: int | None, by_customer: int | None) -> None:
    found = measured(*lines)

    assert (found.interruptions, found.customer_interruptions) == (by_agent, by_customer)


def test_an_overlap_names_who_began_first() -> None:
    found = measured((C, 0, 6_000, LONG), (A, 4_000, 8_000, LONG))

    assert found.overlaps == (Overlap(Span(4_000, 6_000), first=C, second=A),)


def test_the_customer_waits_from_the_end_of_the_question_to_the_answer() -> None:
    found = measured(
        (C, 0, 1_000, "能退吗我想退"),
        (A, 1_500, 2_000, "可以退的"),
        (C, 2_000, 3_000, "多久能到账呢"),
        (A, 7_000, 8_000, "三个工作日"),
        (C, 9_000, 9_500, "知道了谢谢"),
        (A, 9_400, 9_900, "不客气再见"),
    )

    assert (found.response_latency_ms, found.slowest_response_ms, found.turns) == (500, 4_000, 6)


def test_a_back_channel_breaks_no_turn_and_starts_no_wait() -> None:
    found = measured(
        (A, 0, 5_000, LONG), (C, 5_100, 5_400, "嗯"), (A, 9_000, 12_000, LONG), (C, 12_500, 14_000, LONG)
    )

    assert (found.turns, found.response_latency_ms) == (2, None)


def test_a_wait_on_hold_is_no_response_time() -> None:
    hold = Sound(Span(2_000, 20_000), SoundKind.HOLD)

    found = measured((C, 0, 1_000, "能退吗我想退"), (A, 21_000, 22_000, "让您久等了"), sounds=(hold,))

    assert found.response_latency_ms is None


def test_a_transcript_is_measured_by_its_own_times() -> None:
    found = measured(*DIALOGUE, layout=Layout.TEXT, voiced=False)

    assert (found.talk_ratio, found.overlaps) == (0.75, None)


@pytest.mark.parametrize(
    ("text", "listens"),
    [
        ("嗯。", True),
        ("好的好的", True),
        ("對對對", True),
        ("不对", False),
        ("好的我知道了", False),
        ("不行", False),
        ("喂", False),
        ("", False),
        ("。", False),
    ],
)
def test_back_channels(text: str, listens: bool) -> None:
    assert is_back_channel(text) is listens
