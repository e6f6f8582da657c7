"""Rules about how something sounded, judged from stored measures: found, met, or no question at all."""

from __future__ import annotations

from dataclasses import replace

import pytest

from qa_service.core.evaluation import Answer, Verdict
from qa_service.core.measured import Layout, PartName, Problem
from qa_service.core.speech import Utterance
from qa_service.pipeline.judge import Case, judge
from qa_service.usecases.measured_file import pack, unpack
from tests.make import utterance
from tests.pipeline.cases import AGENT, CUSTOMER, case
from tests.rulebook.books import book, rules

TEXT = "我先给您说一下办理的步骤和需要准备的材料"
CHANNELS, NOTHING = "not_applicable.one_channel", "not_applicable.nothing_to_compare"
CLOCKS, MET = "not_applicable.clocks_doubted", "answer.met"


def heard(agent_dbfs: tuple[float, ...], *, speech_ms: int = 4_000) -> list[Utterance]:
    """The agent at these levels, and a customer on a quieter line who never changes."""
    said = []
    for at, dbfs in enumerate(agent_dbfs):
        for role, level, since in ((AGENT, dbfs, 0), (CUSTOMER, -40.0, 7_000)):
            said.append(
                utterance(
                    TEXT,
                    500 + 14_000 * at + since,
                    role=role,
                    speech_ms=speech_ms,
                    loudness_dbfs=level,
                    pitch_hz=200,
                )
            )
    return said


CALM = (-26.0,) * 8
LOUD = (*CALM[:7], -14.0)


def asked(when: str, told: Case) -> Answer:
    written = f"id: one\ntitle: 规则\nstage: score\ncriterion: listens\nwhen: {when}"
    (leg,) = judge(told, book(rules(written))).legs
    assert leg.evaluation is not None
    return leg.evaluation.answers[0]


def without(told: Case, part: PartName) -> Case:
    kept = tuple(one for one in told.measured.parts if one.name is not part)
    return replace(told, measured=replace(told.measured, parts=kept))


def doubted(told: Case) -> Case:
    problem = Problem("clocks_doubted", told.measured.span)
    return replace(told, measured=replace(told.measured, problems=(problem,)))


LOUDER = "{loudness: {above: 6}, role: agent}"
ANSWERS_LOUDER = "{loudness: {above: 6, to: other}, role: agent}"
FAST, SLOW = "{pace: {above: 270}}", "{pace: {below: 270, min_speech: 60s}}"


@pytest.mark.parametrize(
    ("when", "told", "verdict", "because"),
    [
        pytest.param(LOUDER, case(heard(LOUD)), Verdict.NOT_MET, "answer.not_met", id="louder than usual"),
        pytest.param(LOUDER, case(heard(CALM)), Verdict.MET, MET, id="as usual"),
        pytest.param(
            LOUDER,
            case(heard(LOUD), layout=Layout.MONO),
            Verdict.NOT_APPLICABLE,
            CHANNELS,
            id="on one channel",
        ),
        pytest.param(LOUDER, case(heard(CALM[:5])), Verdict.NOT_APPLICABLE, NOTHING, id="too few to compare"),
        pytest.param(
            LOUDER, case(heard(LOUD, speech_ms=800)), Verdict.NOT_APPLICABLE, NOTHING, id="all too short"
        ),
        pytest.param(
            LOUDER,
            without(case(heard(LOUD)), PartName.PROSODY),
            Verdict.UNDECIDED,
            "undecided.not_measured",
            id="not measured",
        ),
        pytest.param(
            LOUDER,
            doubted(case(heard(LOUD))),
            Verdict.NOT_MET,
            "answer.not_met",
            id="own sound, doubted clocks",
        ),
        pytest.param(
            ANSWERS_LOUDER,
            case(heard(LOUD)),
            Verdict.NOT_MET,
            "answer.not_met",
            id="louder than the customer",
        ),
        pytest.param(
            ANSWERS_LOUDER,
            doubted(case(heard(LOUD))),
            Verdict.NOT_APPLICABLE,
            CLOCKS,
            id="nobody knows who answers",
        ),
        pytest.param(
            "{pitch: {above: 4}, role: agent}",
            case(heard(CALM), layout=Layout.MONO),
            Verdict.NOT_APPLICABLE,
            CHANNELS,
            id="pitch on one channel",
        ),
        pytest.param(FAST, case(heard(CALM)), Verdict.NOT_MET, "answer.not_met", id="fast on average"),
        pytest.param(
            FAST,
            case(heard(CALM), layout=Layout.MONO),
            Verdict.NOT_MET,
            "answer.not_met",
            id="pace on one channel",
        ),
        pytest.param(
            SLOW,
            case(heard(CALM)),
            Verdict.NOT_APPLICABLE,
            "not_applicable.too_little_speech",
            id="half a minute where a minute is asked",
        ),
    ],
)
def test_what_a_scorecard_says(when: str, told: Case, verdict: Verdict, because: str) -> None:
    answer = asked(when, told)

    assert (answer.answer, answer.because.code) == (verdict, because)


@pytest.mark.parametrize("when", [LOUDER, ANSWERS_LOUDER, FAST, "{loudness: {jump: 6}, role: agent}"])
def test_a_stored_call_is_judged_as_it_was(when: str) -> None:
    told = case(heard(LOUD))
    stored = replace(told, measured=unpack(pack(told.measured), source="stored"))

    assert asked(when, stored) == asked(when, told)
    assert asked(when, told).answer is Verdict.NOT_MET
