"""Judging calls of which a part was lost: it is held against nobody, and passes nobody."""

from __future__ import annotations

from dataclasses import replace

import pytest

from qa_service.core.evaluation import Verdict
from qa_service.core.measured import Problem
from qa_service.core.time import Span
from qa_service.pipeline.judge import judge
from tests.pipeline.cases import AGENT, BAD, BOOK, CUSTOMER, GOOD, Line, answers_of, case, rules_of, said


@pytest.mark.parametrize(
    ("lines", "lost", "passed", "fatal"),
    [
        pytest.param(GOOD, 0.0, True, Verdict.MET, id="all of a good call"),
        pytest.param(GOOD, 0.05, True, Verdict.MET, id="nearly all of it"),
        pytest.param(
            GOOD, 0.5, None, Verdict.UNDECIDED, id="half of it: nobody knows the worst was not said"
        ),
        pytest.param(BAD, 0.5, False, Verdict.NOT_MET, id="half of a bad one: what was said was said"),
    ],
)
@pytest.mark.parametrize("how", ["an end that is missing", "a gap", "damage that nobody can place"])
def test_a_call_is_not_passed_on_the_part_that_was_recorded(
    how: str, lines: tuple[Line, ...], lost: float, passed: bool | None, fatal: Verdict
) -> None:
    told = case(said(lines))
    whole_ms = told.measured.duration_ms
    ms = round(whole_ms * (lost / (1 - lost) if how.startswith("an end") else lost))
    problem = {
        "an end that is missing": Problem("truncated", Span(whole_ms, whole_ms), ms),
        "a gap": Problem("gap", Span(0, whole_ms), ms),
        "damage that nobody can place": Problem("damaged", Span(0, whole_ms), ms),
    }[how]
    told = replace(told, measured=replace(told.measured, problems=(problem,) if ms else ()))

    assessment = judge(told, BOOK)

    assert answers_of(assessment)["no-guarantee"] is fatal
    assert assessment.evaluations[0].passed is passed


@pytest.mark.parametrize(("lines", "passed"), [(GOOD, None), (BAD, False)], ids=["good", "bad"])
def test_an_end_of_unknown_length_may_have_held_anything(
    lines: tuple[Line, ...], passed: bool | None
) -> None:
    told = case(said(lines))
    end_ms = told.measured.duration_ms
    cut = Problem("truncated", Span(end_ms, end_ms))
    told = replace(told, measured=replace(told.measured, problems=(cut,)))

    assert judge(told, BOOK).evaluations[0].passed is passed


def test_a_call_of_which_a_neighbour_may_have_said_much_is_not_passed() -> None:
    told = case(said((*GOOD, (AGENT, "完全没有风险，我向您保证。"))))
    overheard = replace(told.measured.utterances[-1], unreliable="unreliable.faint")
    told = replace(
        told, measured=replace(told.measured, utterances=(*told.measured.utterances[:-1], overheard))
    )

    assessment = judge(told, BOOK)

    assert "guaranteed-return" not in rules_of(assessment)
    assert answers_of(assessment)["no-guarantee"] is Verdict.UNDECIDED
    assert assessment.evaluations[0].passed is None


@pytest.mark.parametrize(
    ("code", "gap_ms", "found", "greeting"),
    [
        pytest.param(
            "gap", (0, 20_000), False, Verdict.UNDECIDED, id="a gap in the silence and the greeting"
        ),
        pytest.param("damaged", (0, 20_000), False, Verdict.UNDECIDED, id="damage there"),
        pytest.param("damaged", (7_000, 7_300), True, Verdict.NOT_MET, id="damage too short for a word"),
        pytest.param("damaged", (60_000, 61_000), True, Verdict.NOT_MET, id="damage elsewhere"),
        pytest.param("bad_snr", (0, 20_000), True, Verdict.NOT_MET, id="noise is no damage"),
    ],
)
def test_what_was_lost_is_held_against_nobody(
    code: str, gap_ms: tuple[int, int], found: bool, greeting: Verdict
) -> None:
    told = case(
        said([(AGENT, "喂，哪位，什么事啊"), (CUSTOMER, "我家宽带断了三天了"), *BAD[2:]], gap_ms=8_500)
    )
    told = replace(told, measured=replace(told.measured, problems=(Problem(code, Span(*gap_ms)),)))

    assessment = judge(told, BOOK)

    in_gap = [
        f for f in assessment.findings if f.rule.endswith("long-silence") and f.span.overlap_ms(Span(*gap_ms))
    ]
    silences = [
        f for f in assessment.findings if f.rule.endswith("long-silence") and f.span.start_ms < 20_000
    ]
    assert bool(silences) is found
    assert code == "bad_snr" or not in_gap
    assert answers_of(assessment)["greeting"] is greeting
