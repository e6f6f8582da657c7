"""Tone: louder than usual for this person, which is not the same as loud."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_service.core.calls import CallFacts
from qa_service.core.speech import Role, Utterance
from qa_service.core.texts import Reason
from qa_service.detectors.tone import RaisedVoice
from tests.make import facts, tags_of, utterance

RAISED = RaisedVoice(rise_db=6.0)
TEXT = "我不是跟您说过了吗"
USUAL = [-27.0, -26.0, -26.0, -25.0, -26.0]  # median -26, so the limit is -20


def heard(
    dbfs: float | None,
    at: int,
    *,
    pitch_hz: float | None = None,
    speech_ms: int = 2_000,
    role: Role = Role.AGENT,
    unreliable: str = "",
) -> Utterance:
    return utterance(
        TEXT,
        10_000 * at,
        role=role,
        speech_ms=speech_ms,
        loudness_dbfs=dbfs,
        pitch_hz=pitch_hz,
        unreliable=unreliable,
    )


def before(
    levels: Sequence[float], pitch_hz: float | None = None, role: Role = Role.AGENT
) -> list[Utterance]:
    return [heard(dbfs, at, pitch_hz=pitch_hz, role=role) for at, dbfs in enumerate(levels)]


@pytest.mark.parametrize(
    ("usual", "last", "tagged"),
    [
        pytest.param(USUAL, heard(-18.0, 9), True, id="eight dB above the usual"),
        pytest.param(USUAL, heard(-20.0, 9), True, id="six dB are the limit and count"),
        pytest.param([-12.0, *USUAL], heard(-18.0, 9), True, id="one outburst does not move the baseline"),
        pytest.param(USUAL, heard(-21.0, 9), False, id="five dB are liveliness"),
        pytest.param([-12.0] * 5, heard(-11.0, 9), False, id="always loud is a loud line"),
        pytest.param(USUAL[:4], heard(-12.0, 9), False, id="four sentences are no baseline yet"),
        pytest.param(USUAL, heard(-12.0, 9, speech_ms=600), False, id="one loud 喂 does not last"),
        pytest.param(USUAL, heard(None, 9), False, id="nobody measured it"),
        pytest.param(USUAL, heard(-12.0, 9, unreliable="quality.clipped"), False, id="clipped sound"),
        pytest.param(
            USUAL, heard(-12.0, 9, role=Role.CUSTOMER), False, id="the customer, who has no baseline"
        ),
        pytest.param(USUAL, heard(-40.0, 9), False, id="quieter is not raised"),
    ],
)
def test_raised_voice(usual: list[float], last: Utterance, tagged: bool) -> None:
    assert [tag.label for tag in tags_of(RAISED, [*before(usual), last])] == ["tone.raised_voice"] * tagged


@pytest.mark.parametrize("role", [Role.CUSTOMER, Role.UNKNOWN, Role.SYSTEM, Role.OTHER])
def test_only_agents_are_judged(role: Role) -> None:
    said = [*before(USUAL, role=role), heard(-10.0, 9, role=role)]

    assert tags_of(RAISED, said) == []


@pytest.mark.parametrize(
    ("usual_hz", "hz", "speech_ms", "confidence"),
    [
        pytest.param(200.0, 220.0, 2_000, 0.75, id="louder and 1.7 semitones higher: surely"),
        pytest.param(200.0, 220.0, 1_600, 0.83, id="and a quarter faster: more surely"),
        pytest.param(None, None, 2_000, 0.59, id="nobody measured pitch: a person decides"),
        pytest.param(200.0, 200.0, 2_000, 0.55, id="not higher: perhaps nearer to the microphone"),
        pytest.param(200.0, 180.0, 1_600, 0.57, id="lower, though faster: a person decides"),
    ],
)
def test_pitch_and_pace_support_it(
    usual_hz: float | None, hz: float | None, speech_ms: int, confidence: float
) -> None:
    said = [*before(USUAL, usual_hz), heard(-18.0, 9, pitch_hz=hz, speech_ms=speech_ms)]

    (tag,) = tags_of(RAISED, said)

    assert tag.confidence == confidence


@given(
    hz=st.floats(120, 400),
    wander=st.floats(1.0, 1.09),
    rise_db=st.floats(6, 20),
    speech_ms=st.integers(1_200, 3_000),
)
def test_pitch_that_wanders_moves_confidence_a_little(
    hz: float, wander: float, rise_db: float, speech_ms: int
) -> None:
    """The same sentence measured at another offset: up to 9 % in pitch, 3 % in length, 0.5 dB."""
    usual = before(USUAL, 200.0)
    once = heard(-26.0 + rise_db, 9, pitch_hz=hz, speech_ms=speech_ms)
    again = heard(-25.5 + rise_db, 9, pitch_hz=hz * wander, speech_ms=round(speech_ms * 0.97))

    first, second = (tags_of(RAISED, [*usual, last])[0].confidence for last in (once, again))

    # 1.5 semitones at 0.12 each, 3 % of pace at 0.33 each, half a dB at 0.02, and rounding
    assert 0 <= second - first <= 1.5 * 0.12 + 1.25 * 0.04 * 0.34 + 0.01 + 0.02


def test_the_reason_says_by_how_much() -> None:
    (tag,) = tags_of(RAISED, [*before(USUAL), heard(-18.0, 9)])

    assert tag.because == Reason.of("tone.raised_voice", db=8.0, limit=6.0, baseline=-26.0)
    assert [quote.text for quote in tag.quotes] == [TEXT]


@pytest.mark.parametrize(
    "about",
    [
        pytest.param(facts(overlap_known=False), id="both on one channel"),
        pytest.param(facts(parts={"words", "activity"}), id="no prosody"),
        pytest.param(facts(parts={"prosody"}), id="no words to quote"),
    ],
)
def test_deaf_without_a_level_of_ones_own(about: CallFacts) -> None:
    said = [*before(USUAL), heard(-10.0, 9)]

    assert tags_of(RAISED, said, about=about) == []
