"""Loudness and pitch: how far an utterance is from its speaker's usual, from the one before, from the other party."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_service.core.calls import Clocks
from qa_service.core.speech import Role, Utterance
from qa_service.core.tags import Tag
from qa_service.core.texts import Reason
from qa_service.detectors.contrast import Contrast
from qa_service.detectors.loudness import Loudness
from qa_service.detectors.pitch import Pitch
from qa_service.detectors.unfit import Unfit, Why
from tests.make import facts, tags_of, utterance

AGENT, CUSTOMER = Role.AGENT, Role.CUSTOMER
TEXT = "我给您说一下办理的步骤"
USUAL = (-27.0, -26.0, -26.0, -25.0, -26.0)  # median −26
LOUDER, QUIETER = Loudness(above=6), Loudness(below=-6)


def said(
    dbfs: float | None,
    at: float,
    role: Role = AGENT,
    *,
    hz: float | None = None,
    speech_ms: int = 2_000,
    unreliable: str = "",
    text: str = TEXT,
) -> Utterance:
    """Something said in the `at`-th ten seconds."""
    return utterance(
        text,
        round(10_000 * at),
        role=role,
        speech_ms=speech_ms,
        loudness_dbfs=dbfs,
        pitch_hz=hz,
        unreliable=unreliable,
    )


def row(levels: Sequence[float | None], role: Role = AGENT, *, since: float = 0) -> list[Utterance]:
    return [said(dbfs, since + at, role) for at, dbfs in enumerate(levels)]


def by(detector: Contrast, heard: Sequence[Utterance]) -> list[tuple[str, float]]:
    """How, and by how much, what was found differs."""
    return [_told(tag) for tag in tags_of(detector, heard)]


def _told(tag: Tag) -> tuple[str, float]:
    values = dict(tag.because.values)
    return tag.because.code, float(values.get("db", values.get("semitones", 0)))


@pytest.mark.parametrize(
    ("detector", "heard", "found"),
    [
        pytest.param(
            LOUDER, [*row(USUAL), said(-18, 5)], [("loudness.louder_usual", 8)], id="8 dB above the usual"
        ),
        pytest.param(LOUDER, [*row(USUAL), said(-20, 5)], [], id="the limit itself is not above it"),
        pytest.param(LOUDER, [*row(USUAL), said(-34, 5)], [], id="quieter is not louder"),
        pytest.param(
            QUIETER, [*row(USUAL), said(-34, 5)], [("loudness.quieter_usual", 8)], id="8 dB below the usual"
        ),
        pytest.param(QUIETER, [*row(USUAL), said(-18, 5)], [], id="louder is not quieter"),
        pytest.param(LOUDER, row([-12.0] * 8), [], id="always loud is a loud line"),
        pytest.param(LOUDER, [*row(USUAL[:4]), said(-12, 5)], [], id="four sentences are no usual yet"),
        pytest.param(LOUDER, [*row(USUAL), said(-12, 5, speech_ms=600)], [], id="one short 喂"),
        pytest.param(LOUDER, [*row(USUAL), said(None, 5)], [], id="nobody measured it"),
        pytest.param(
            LOUDER, [*row(USUAL), said(-12, 5, unreliable="unreliable.clipped")], [], id="clipped sound"
        ),
        pytest.param(LOUDER, [*row(USUAL), said(-12, 5, text="……")], [], id="no words to quote"),
        pytest.param(
            LOUDER, [*row(USUAL), said(-12, 5, CUSTOMER)], [], id="the other party, who has no usual yet"
        ),
        pytest.param(
            LOUDER,
            [*row(USUAL, CUSTOMER), said(-12, 5, CUSTOMER)],
            [("loudness.louder_usual", 14)],
            id="customers too",
        ),
        pytest.param(
            LOUDER, [*row(USUAL, Role.SYSTEM), said(-12, 5, Role.SYSTEM)], [], id="machines are not judged"
        ),
        pytest.param(
            Loudness(above=6, below=10), [*row(USUAL), said(-12, 5)], [], id="14 is not between 6 and 10"
        ),
        pytest.param(
            Loudness(above=6, below=10),
            [*row(USUAL), said(-18, 5)],
            [("loudness.louder_usual", 8)],
            id="8 is between 6 and 10",
        ),
        pytest.param(
            Loudness(above=6, min_previous=2),
            row([-26, -26, -18]),
            [("loudness.louder_usual", 8)],
            id="two are enough where that is asked",
        ),
    ],
)
def test_louder_or_quieter_than_usual(
    detector: Loudness, heard: list[Utterance], found: list[tuple[str, float]]
) -> None:
    assert by(detector, heard) == found


@pytest.mark.parametrize(
    ("detector", "heard", "found"),
    [
        pytest.param(Loudness(jump=6), row([-26, -18]), [("loudness.louder_previous", 8)], id="up"),
        pytest.param(Loudness(jump=6), row([-18, -26]), [("loudness.quieter_previous", 8)], id="down"),
        pytest.param(Loudness(jump=8), row([-26, -18]), [], id="the limit itself is no jump"),
        pytest.param(Loudness(jump=6), row([-26, -22, -18]), [], id="in two steps"),
        pytest.param(
            Loudness(above=6, to="previous"),
            row([-18, -26, -18]),
            [("loudness.louder_previous", 8)],
            id="up only",
        ),
        pytest.param(
            Loudness(jump=6), [said(-26, 0), said(-18, 4)], [], id="after a hold it is a new beginning"
        ),
        pytest.param(
            Loudness(jump=6, within_ms=60_000),
            [said(-26, 0), said(-18, 4)],
            [("loudness.louder_previous", 8)],
            id="unless that is asked",
        ),
        pytest.param(
            Loudness(jump=6),
            [said(-26, 0), said(-18, 1, CUSTOMER)],
            [],
            id="the other party's line is another",
        ),
        pytest.param(
            Loudness(jump=6),
            [said(-26, 0), said(-10, 1, unreliable="unreliable.bad_snr"), said(-25, 2)],
            [],
            id="past what was not understood",
        ),
        pytest.param(
            Loudness(jump=6),
            [said(-26, 0), said(-10, 1, CUSTOMER), said(-18, 2)],
            [("loudness.louder_previous", 8)],
            id="past what the other said",
        ),
    ],
)
def test_a_jump_from_one_sentence_to_the_next(
    detector: Loudness, heard: list[Utterance], found: list[tuple[str, float]]
) -> None:
    assert by(detector, heard) == found


#: The customer's line is 14 dB quieter than the agent's, which says nothing about either.
SIX = (*USUAL, -26.0)
BOTH = [*row(SIX), *row([level - 14 for level in SIX], CUSTOMER, since=0.5)]


@pytest.mark.parametrize(
    ("heard", "found"),
    [
        pytest.param([said(-26, 6), said(-40, 6.5, CUSTOMER)], [], id="both as usual, 14 dB apart"),
        pytest.param(
            [said(-26, 6), said(-30, 6.5, CUSTOMER)],
            [("loudness.louder_other", 10)],
            id="one is 10 dB louder, the other as usual",
        ),
        pytest.param(
            [said(-18, 6), said(-30, 6.5, CUSTOMER)],
            [("loudness.louder_other", 8)],
            id="the first of two who both get loud",
        ),
        pytest.param([said(None, 6), said(-10, 6.5, Role.OTHER)], [], id="a third party has no other party"),
    ],
)
def test_against_the_other_party_each_is_relative_to_their_own_usual(
    heard: list[Utterance], found: list[tuple[str, float]]
) -> None:
    assert by(Loudness(above=6, to="other"), [*BOTH, *heard]) == found


def test_what_is_compared_is_quoted_the_newer_first() -> None:
    (tag,) = tags_of(Loudness(jump=6), row([-26, -18]))

    assert [quote.utterance for quote in tag.quotes] == ["s0-10000", "s0-0"]
    assert (tag.speaker, tag.role) == ("s0", AGENT)
    assert tag.because == Reason.of("loudness.louder_previous", db=8.0, limit=6.0)


@given(
    gain_db=st.floats(-20, 20),
    levels=st.lists(st.integers(-40, -10), min_size=6, max_size=12),
    detector=st.sampled_from(
        [LOUDER, QUIETER, Loudness(jump=6), Loudness(above=4, to="other", min_previous=2)]
    ),
)
def test_how_loud_a_line_is_changes_nothing(gain_db: float, levels: list[int], detector: Loudness) -> None:
    """Absolute levels belong to lines: the same customer on a quieter line is found at the same places."""
    theirs, ours = row(levels, CUSTOMER), row(levels[::-1], since=0.5)
    quieter = [replace(one, loudness_dbfs=(one.loudness_dbfs or 0.0) + round(gain_db)) for one in theirs]

    assert [tag.because for tag in tags_of(detector, [*theirs, *ours])] == [
        tag.because for tag in tags_of(detector, [*quieter, *ours])
    ]


@pytest.mark.parametrize(
    ("detector", "hertz", "found"),
    [
        pytest.param(Pitch(above=4), [200] * 5 + [267], [("pitch.higher_usual", 5.0)], id="a fourth higher"),
        pytest.param(Pitch(above=4), [200] * 5 + [238], [], id="three semitones are liveliness"),
        pytest.param(Pitch(below=-4), [200] * 5 + [150], [("pitch.lower_usual", 5.0)], id="a fourth lower"),
        pytest.param(Pitch(above=4), [300] * 6, [], id="a high voice is a high voice"),
        pytest.param(Pitch(jump=4), [200, 267], [("pitch.higher_previous", 5.0)], id="a jump"),
        pytest.param(Pitch(above=4), [200] * 5 + [None], [], id="no voice was found"),
    ],
)
def test_pitch_in_semitones(
    detector: Pitch, hertz: list[float | None], found: list[tuple[str, float]]
) -> None:
    assert by(detector, [said(-26, at, hz=hz) for at, hz in enumerate(hertz)]) == found


@pytest.mark.parametrize(("speech_ms", "found"), [(1_500, 1), (1_499, 0)])
def test_a_second_is_too_short_for_a_pitch(speech_ms: int, found: int) -> None:
    usual = [said(-26, at, hz=200) for at in range(5)]

    assert len(tags_of(Pitch(above=4), [*usual, said(-26, 5, hz=267, speech_ms=speech_ms)])) == found


@pytest.mark.parametrize(
    ("detector", "last", "confidence"),
    [
        pytest.param(LOUDER, -19.9, 0.52, id="just beyond: as good as a toss"),
        pytest.param(LOUDER, -18.0, 0.84, id="2 dB beyond"),
        pytest.param(LOUDER, -10.0, 0.95, id="never quite sure"),
        pytest.param(Loudness(above=6, to="previous"), -18.0, 0.76, id="less sure between two sentences"),
        pytest.param(Loudness(above=6, below=9), -18.0, 0.69, id="1 dB under the nearer of two limits"),
    ],
)
def test_confidence_falls_near_the_limit(detector: Loudness, last: float, confidence: float) -> None:
    (tag,) = tags_of(detector, [*row(USUAL), said(last, 5)])

    assert tag.confidence == confidence


@pytest.mark.parametrize(
    ("about", "to", "found"),
    [
        pytest.param(facts(), "usual", 1, id="two channels"),
        pytest.param(facts(overlap_known=False), "usual", 0, id="both on one channel"),
        pytest.param(facts(parts={"words", "activity"}), "usual", 0, id="no prosody, as in a transcript"),
        pytest.param(
            replace(facts(), clocks=Clocks.DOUBTED), "usual", 1, id="own sound needs no other clock"
        ),
        pytest.param(replace(facts(), clocks=Clocks.DOUBTED), "other", 0, id="what came before is not known"),
        pytest.param(replace(facts(), clocks=Clocks.UNPROVEN), "other", 1, id="0.3 s do not matter"),
    ],
)
def test_where_it_is_deaf(about: object, to: str, found: int) -> None:
    heard = [*BOTH, said(-26, 6), said(-30, 6.5, CUSTOMER)]

    assert len(tags_of(Loudness(above=6, to=to), heard, about=about)) == found  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("detector", "heard", "roles", "is_judged"),
    [
        pytest.param(LOUDER, row(USUAL), {AGENT}, False, id="a usual and nothing after it"),
        pytest.param(LOUDER, row([*USUAL, -26]), {AGENT}, True, id="one that is compared, and as usual"),
        pytest.param(LOUDER, row([*USUAL, -26]), {CUSTOMER}, False, id="of somebody else"),
        pytest.param(LOUDER, row([*USUAL, -26]), set(), True, id="of anybody"),
        pytest.param(LOUDER, row([None] * 9), {AGENT}, False, id="nothing measured"),
        pytest.param(Loudness(jump=6), row([-26, -26]), {AGENT}, True, id="two in a row"),
        pytest.param(Loudness(jump=6), row([-26]), {AGENT}, False, id="only one"),
        pytest.param(Pitch(above=4), row([*USUAL, -26]), {AGENT}, False, id="no pitch"),
    ],
)
def test_where_nothing_can_be_compared_that_is_told(
    detector: Contrast, heard: list[Utterance], roles: set[Role], is_judged: bool
) -> None:
    told = None if is_judged else Reason("not_applicable.nothing_to_compare")

    assert detector.unjudged(heard[::-1], roles) == told


@pytest.mark.parametrize("kind", [Loudness, Pitch])
@pytest.mark.parametrize(
    ("settings", "why"),
    [
        pytest.param({}, Why.NOTHING, id="no limit"),
        pytest.param({"above": 9, "below": 6}, Why.LIMITS, id="nothing between"),
        pytest.param({"below": 6}, Why.USUAL, id="everything that is not louder"),
        pytest.param({"above": -6}, Why.USUAL, id="everything that is not quieter"),
        pytest.param({"above": 0.5}, Why.USUAL, id="every other sentence"),
        pytest.param({"above": -3, "below": 3}, Why.USUAL, id="about as usual"),
        pytest.param({"jump": 6, "above": 6}, Why.EITHER, id="both ways and one way"),
        pytest.param({"above": 6, "to": "boss"}, Why.WORD, id="against nobody"),
    ],
)
def test_settings_that_mean_nothing(kind: type[Contrast], settings: dict[str, object], why: Why) -> None:
    with pytest.raises(Unfit) as refused:
        kind(**settings)  # type: ignore[arg-type]

    assert refused.value.why is why


@pytest.mark.parametrize(
    ("short", "full"),
    [
        pytest.param(Loudness(above=6), Loudness(above=6, to="usual"), id="against the usual"),
        pytest.param(
            Loudness(jump=6), Loudness(jump=6, to="previous"), id="jumps against the sentence before"
        ),
    ],
)
def test_what_is_not_written_is_the_same_as_what_is(short: Loudness, full: Loudness) -> None:
    assert short == full


@given(st.lists(st.integers(-400, -100), min_size=5, max_size=12), st.integers(-400, -100))
def test_the_usual_is_the_median_of_what_was_said_before(tenths: list[int], last: int) -> None:
    levels = [tenth / 10 for tenth in tenths]
    difference = round(last / 10 - median(levels), 1)

    found = by(LOUDER, [*row(levels), said(last / 10, len(levels))])

    assert ([how for how in found if how[1] == difference] != []) == (difference > 6)
