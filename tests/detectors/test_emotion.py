"""Emotion and its course: whose, how it goes, and what nobody knows."""

from __future__ import annotations

import pytest

from qa_service.core.speech import Role, Sound, SoundKind, Utterance
from qa_service.detectors.base import Event
from qa_service.detectors.emotion import Emotion
from qa_service.detectors.emotion_course import EmotionCourse
from qa_service.detectors.unfit import Unfit
from tests.make import sound, tags_of, utterance

ROLES = {"坐": Role.AGENT, "客": Role.CUSTOMER, "机": Role.SYSTEM, "谁": Role.UNKNOWN}


def _lines(*written: str) -> list[Event]:
    return [
        utterance(text[2:], at * 3_000, at * 3_000 + 2_000, role=ROLES[text[0]], name=f"u{at}")
        for at, text in enumerate(written)
    ]


def _found(detector: Emotion | EmotionCourse, events: list[Event], end_ms: int | None = None) -> list[str]:
    last_ms = max(event.span.end_ms for event in events)
    tags = tags_of(detector, events, end_ms=last_ms if end_ms is None else end_ms)
    return [tag.because.code.partition(".")[2] for tag in tags]


CALM, ANGRY, DISPLEASED, PLEASED = "客：我问下退款", "客：气死我了", "客：你们太差了", "客：太好了，谢谢"
AGENT = "坐：好的，我看一下"


@pytest.mark.parametrize(
    ("detector", "written", "found"),
    [
        (Emotion(), [ANGRY, DISPLEASED, PLEASED, CALM], ["anger", "displeased"]),
        (Emotion(kinds=("anger",)), [ANGRY, DISPLEASED, PLEASED], ["anger"]),
        (Emotion(kinds=("pleased", "displeased")), [ANGRY, DISPLEASED, PLEASED], ["displeased", "pleased"]),
        (Emotion(), ["坐：气死我了", "机：气死我了", "谁：气死我了"], []),
        (Emotion(role="agent"), ["坐：气死我了", ANGRY], ["anger"]),
    ],
)
def test_feelings_of_the_party_and_the_kinds_that_were_asked_for(
    detector: Emotion, written: list[str], found: list[str]
) -> None:
    assert _found(detector, _lines(*written)) == found


def _pair(*customer: str) -> list[Event]:
    """The customer's sentences, each followed by the agent."""
    return _lines(*(line for said in customer for line in (said, AGENT)))


@pytest.mark.parametrize(
    ("course", "customer", "is_so"),
    [
        pytest.param("worsened", [CALM, CALM, ANGRY, CALM], True, id="calm, then angry"),
        pytest.param("worsened", [DISPLEASED, CALM, CALM, ANGRY], True, id="displeased, then angry"),
        pytest.param("worsened", [ANGRY, CALM, CALM, DISPLEASED], False, id="angry, then less so"),
        pytest.param("worsened", [CALM, CALM, ANGRY, PLEASED], False, id="came right"),
        pytest.param("worsened", [CALM, ANGRY], False, id="too little before"),
        pytest.param("worsened", [CALM, CALM, "客：我担心地址不对", CALM], False, id="worry is no fault"),
        pytest.param("recovered", [DISPLEASED, CALM, PLEASED], True, id="bad, then good"),
        pytest.param("recovered", [DISPLEASED, PLEASED, ANGRY], False, id="bad again"),
        pytest.param("recovered", [PLEASED, CALM], False, id="never bad"),
        pytest.param("recovered", ["客：刚才气死我了，现在我放心了"], False, id="told of it, never shown"),
        pytest.param("ends_negative", [CALM, CALM, CALM, ANGRY], True, id="to the very end"),
        pytest.param("ends_negative", [ANGRY, CALM, CALM, CALM], False, id="long ago"),
        pytest.param("ends_negative", [CALM, CALM, ANGRY, PLEASED], False, id="pleased since"),
    ],
)
def test_courses(course: str, customer: list[str], is_so: bool) -> None:
    assert _found(EmotionCourse(course=course), _pair(*customer)) == [course] * is_so


@pytest.mark.parametrize(
    ("course", "at_ms", "is_so"),
    [
        ("worsened", 1_000, False),
        ("worsened", 19_000, True),
        ("ends_negative", 1_000, True),
        ("ends_negative", 22_000, False),
        ("recovered", 1_000, True),
    ],
)
def test_what_was_lost_may_have_been_a_feeling(course: str, at_ms: int, is_so: bool) -> None:
    said = {"recovered": [DISPLEASED, CALM, CALM, PLEASED]}.get(course, [CALM, CALM, CALM, ANGRY])
    gap: Sound = sound(at_ms, at_ms + 500, SoundKind.LOST)

    assert _found(EmotionCourse(course=course), [*_pair(*said), gap]) == [course] * is_so


def test_an_utterance_that_was_not_heard_well_is_lost_too() -> None:
    events = _pair(CALM, CALM, CALM, ANGRY)
    last = utterance("嗯", 24_000, 25_000, role=Role.CUSTOMER, name="x", unreliable="low_confidence")
    assert isinstance(last, Utterance)

    assert _found(EmotionCourse(course="ends_negative"), events) == ["ends_negative"]
    assert _found(EmotionCourse(course="ends_negative"), [*events, last]) == []


@pytest.mark.parametrize(
    "settings", [{"kinds": ()}, {"kinds": ("furious",)}, {"role": "boss"}], ids=["none", "unknown", "nobody"]
)
def test_settings_that_mean_nothing_are_refused(settings: dict[str, object]) -> None:
    with pytest.raises(Unfit):
        Emotion(**settings)  # type: ignore[arg-type]


@pytest.mark.parametrize("settings", [{}, {"course": "up"}, {"course": "worsened", "role": "boss"}])
def test_a_course_must_be_one_of_the_three(settings: dict[str, str]) -> None:
    with pytest.raises(Unfit):
        EmotionCourse(**settings)  # type: ignore[arg-type]
