"""Pace of the whole call: one party's average by the time in which they spoke, where there is enough of it."""

from __future__ import annotations

import pytest

from qa_service.core.speech import Role, Utterance
from qa_service.core.texts import Reason
from qa_service.core.time import Span
from qa_service.detectors.call_pace import CallPace
from qa_service.detectors.unfit import Unfit
from tests.make import facts, tags_of, utterance

TEXT = "我先给您说一下办理的步骤和要准备的材料"  # 19 characters
NUMBER = "号码是一三八零零一三八零零零，请您记一下"
ENGLISH = "please hold on for a moment"
FAST = CallPace(above=280, min_speech_ms=10_000)
SLOW = CallPace(below=150, min_speech_ms=10_000)


def said(*speech_ms: int, text: str = TEXT, role: Role = Role.AGENT, unreliable: str = "") -> list[Utterance]:
    """An utterance every twenty seconds: 3,800 ms are 300 characters a minute, 4,560 are 250."""
    return [
        utterance(text, 20_000 * at, role=role, speech_ms=ms, unreliable=unreliable)
        for at, ms in enumerate(speech_ms)
    ]


@pytest.mark.parametrize(
    ("pace", "heard", "cpm"),
    [
        pytest.param(FAST, said(3_800, 3_800, 3_800), [300], id="300 a minute"),
        pytest.param(
            FAST, said(3_800, 4_400, 3_800), [285], id="one slower sentence, still above on average"
        ),
        pytest.param(FAST, said(3_800, 4_560, 4_560), [], id="265 on average, though one is faster"),
        pytest.param(FAST, said(3_800, 3_800), [], id="7.6 seconds are too little to tell"),
        pytest.param(FAST, said(3_800, 3_800, 3_800, role=Role.CUSTOMER), [], id="the other party"),
        pytest.param(FAST, said(3_800, 3_800, 3_800, role=Role.UNKNOWN), [], id="nobody knows whose"),
        pytest.param(FAST, said(3_800, 3_800, 3_800, role=Role.SYSTEM), [], id="a machine"),
        pytest.param(
            FAST, said(3_800, 3_800, 3_800, unreliable="unreliable.bad_snr"), [], id="not understood"
        ),
        pytest.param(FAST, said(3_000, 3_000, 3_000, 3_000, text=ENGLISH), [], id="letters are no syllables"),
        pytest.param(SLOW, said(9_000, 9_000), [127], id="slow"),
        pytest.param(SLOW, said(9_000, 9_000, text=NUMBER), [], id="numbers are read out slowly on purpose"),
        pytest.param(SLOW, said(0, 0, 0), [], id="nobody measured speech"),
        pytest.param(
            CallPace(role="customer", below=150, min_speech_ms=10_000),
            said(9_000, 9_000, role=Role.CUSTOMER),
            [127],
            id="the customer's, where that is asked",
        ),
        pytest.param(
            CallPace(above=240, below=260, min_speech_ms=9_000), said(4_560, 4_560), [250], id="between two"
        ),
    ],
)
def test_the_average(pace: CallPace, heard: list[Utterance], cpm: list[int]) -> None:
    tags = tags_of(pace, heard, end_ms=90_000)

    assert [dict(tag.because.values)["cpm"] for tag in tags] == cpm


def test_it_is_about_the_whole_leg_and_says_over_how_much_speech() -> None:
    (tag,) = tags_of(FAST, said(3_800, 3_800, 3_800), end_ms=90_000)

    assert tag.because == Reason.of("call.pace", cpm=300, seconds=11)
    assert (tag.span, tag.quotes, tag.role) == (Span(0, 90_000), (), Role.AGENT)


@pytest.mark.parametrize(
    ("limit", "confidence"),
    [
        pytest.param(299, 0.52, id="just beyond: as good as a toss"),
        pytest.param(291, 0.7, id="three percent beyond"),
        pytest.param(283, 0.84, id="six percent beyond"),
        pytest.param(200, 1.0, id="far beyond"),
    ],
)
def test_confidence_falls_near_the_limit(limit: int, confidence: float) -> None:
    (tag,) = tags_of(CallPace(above=limit, min_speech_ms=10_000), said(3_800, 3_800, 3_800))

    assert tag.confidence == confidence


def test_between_two_limits_the_nearer_one_counts() -> None:
    (tag,) = tags_of(CallPace(above=200, below=301, min_speech_ms=10_000), said(3_800, 3_800, 3_800))

    assert tag.confidence == 0.52


def test_too_little_speech_is_told_in_seconds() -> None:
    heard = [
        *said(3_800, 3_800),
        *said(30_000, role=Role.CUSTOMER),
        *said(9_000, unreliable="unreliable.clipped"),
    ]

    assert FAST.unjudged(heard, frozenset()) == Reason.of(
        "not_applicable.too_little_speech", seconds=8, limit=10
    )
    assert FAST.unjudged([*heard, *said(3_000)], frozenset()) is None


@pytest.mark.parametrize("parts", [{"words"}, {"activity"}], ids=["no speech times", "no words"])
def test_deaf_without_words_and_speech_times(parts: set[str]) -> None:
    assert tags_of(FAST, said(3_800, 3_800, 3_800), about=facts(parts=parts)) == []


@pytest.mark.parametrize(
    "settings",
    [
        pytest.param({}, id="no limit"),
        pytest.param({"above": 300, "below": 200}, id="nothing between"),
        pytest.param({"above": 300, "role": "boss"}, id="nobody"),
        pytest.param({"above": 300, "role": ""}, id="both parties together have no pace"),
    ],
)
def test_settings_that_mean_nothing(settings: dict[str, object]) -> None:
    with pytest.raises(Unfit):
        CallPace(**settings)  # type: ignore[arg-type]
