"""Judging: what is found in a call, by whose law, and what is left to a person."""

from __future__ import annotations

from dataclasses import replace

import pytest

from qa_service.core.calls import CallEvent, Direction, Envelope, EventKind
from qa_service.core.evaluation import Verdict
from qa_service.core.measured import HearingModel, Layout, Problem
from qa_service.core.speech import Role
from qa_service.core.time import Span
from qa_service.pipeline.judge import judge
from qa_service.turns.scorable import Status
from tests.make import utterance
from tests.pipeline.cases import AGENT, BAD, BOOK, CUSTOMER, answers_of, case, rules_of, said, swapped


def test_a_bad_call_is_found_out_and_coached() -> None:
    assessment = judge(case(said(BAD, gap_ms=5_500)), BOOK)

    wanted = {"closing", "hedges", "escalation-threat", "discourages-complaint", "guaranteed-return"}
    assert wanted <= set(rules_of(assessment))
    assert assessment.evaluation
    assert (assessment.evaluation.passed, assessment.evaluation.fatal) == (False, ("no-guarantee",))
    assert len(assessment.coaching) == 3


def test_what_happens_close_together_is_one_moment_with_two_notes_at_most() -> None:
    assessment = judge(case(said(BAD)), BOOK)

    assert (len(assessment.moments), len(assessment.coaching)) == (1, 2)


def test_exchanged_roles_are_judged_anew() -> None:
    told = case(said(BAD))

    assert "guaranteed-return" in rules_of(judge(told, BOOK))
    assert "guaranteed-return" not in rules_of(judge(swapped(told), BOOK))


@pytest.mark.parametrize("code", ["legs_unproven", "clocks_doubted"])
def test_who_spoke_over_whom_is_not_judged_where_both_may_not_have_begun_at_once(code: str) -> None:
    heard = case(
        [
            utterance("您好，这里是客服，请问有什么可以帮您", 0, 4_000),
            utterance(
                "我的宽带已经坏了三天了，打了好几次电话都没有人来修", 4_500, 12_000, role=Role.CUSTOMER
            ),
            utterance("您先听我说，这个我们这边查不到记录", 11_000, 16_000),
        ]
    )
    doubted = replace(heard.measured, problems=(Problem(code, Span(0, 16_500)),))

    assert [tag for tag in judge(heard, BOOK).tags if "crosstalk" in tag.because.code]
    assert not [
        tag for tag in judge(replace(heard, measured=doubted), BOOK).tags if "crosstalk" in tag.because.code
    ]


def test_what_was_said_to_what_is_for_a_person_where_the_clocks_are_doubted() -> None:
    heard = case(
        [
            utterance("您好，这里是客服，请问有什么可以帮您", 0, 4_000),
            utterance("到底几天能修好", 4_500, 7_000, role=Role.CUSTOMER),
            utterance("这个我也说不准，您再等等看吧", 7_500, 11_000),
        ]
    )
    doubted = replace(heard.measured, problems=(Problem("clocks_doubted", Span(0, 11_500)),))

    sure, unsure = judge(heard, BOOK), judge(replace(heard, measured=doubted), BOOK)

    (before,) = [f for f in sure.findings if f.rule.endswith("hedges")]
    (after,) = [f for f in unsure.findings if f.rule.endswith("hedges")]
    assert "doubt.clocks" not in [doubt.code for doubt in before.doubts]
    assert "doubt.clocks" in [doubt.code for doubt in after.doubts]
    assert any("几天能修好" in str(note.what_happened.values) for note in sure.coaching)
    assert not any("几天能修好" in str(note.what_happened.values) for note in unsure.coaching)


@pytest.mark.parametrize(
    ("jurisdiction", "is_asked"), [("", True), ("CN", True), ("TW", True), ("SG", False)]
)
def test_a_rule_of_one_law_is_not_asked_under_another(jurisdiction: str, is_asked: bool) -> None:
    told = replace(case(said(BAD)), jurisdiction=jurisdiction)

    assessment = judge(told, BOOK)

    assert ("guaranteed-return" in rules_of(assessment)) is is_asked
    assert (answers_of(assessment)["no-guarantee"] is Verdict.NOT_APPLICABLE) is not is_asked


def test_while_nobody_knows_who_is_who_everything_waits_for_a_person() -> None:
    nobody = [replace(u, role=Role.UNKNOWN) for u in said(BAD)]

    assessment = judge(case(nobody, layout=Layout.MONO), BOOK)

    assert assessment.scorable.may_judge
    assert assessment.evaluation
    assert assessment.evaluation.score is None
    assert assessment.evaluation.passed is None
    assert set(answers_of(assessment).values()) <= {Verdict.UNDECIDED, Verdict.NOT_APPLICABLE}


def test_on_one_channel_nobody_is_judged_on_interruptions() -> None:
    answers = answers_of(judge(case(said(BAD), layout=Layout.MONO), BOOK))

    assert answers["listens"] is Verdict.NOT_APPLICABLE
    assert answers["no-guarantee"] is Verdict.NOT_MET


@pytest.mark.parametrize(
    ("cer", "verdict"),
    [(None, Verdict.UNDECIDED), (0.3, Verdict.UNDECIDED), (0.1, Verdict.NOT_MET)],
    ids=["nobody measured the model", "a poor model", "a good model"],
)
def test_how_well_the_model_hears_decides_who_decides(cer: float | None, verdict: Verdict) -> None:
    heard = case(said(BAD), hearing=HearingModel("whisper-base", cer=cer))

    assessment = judge(heard, BOOK)

    assert answers_of(assessment)["no-guarantee"] is verdict
    assert "guaranteed-return" in rules_of(assessment)


class TestEnvelope:
    def test_facts_that_nothing_depends_on_change_no_judgement(self) -> None:
        told = case(said(BAD))
        about = Envelope(
            call_id="C-1", direction=Direction.INBOUND, line="10001", skill_group="宽带", customer="f0"
        )

        before, after = judge(told, BOOK), judge(replace(told, envelope=about), BOOK)

        assert replace(after, envelope=told.envelope) == before

    def test_hold_signalled_later_takes_the_silence_away_and_nothing_else(self) -> None:
        first, second = said(BAD[:3]), said(BAD[3:], from_ms=60_000)
        told = case((*first, *second))
        quiet_ms = first[-1].span.end_ms
        held = Envelope(events=(CallEvent(EventKind.HOLD, quiet_ms), CallEvent(EventKind.UNHOLD, 60_000)))

        before, after = judge(told, BOOK), judge(replace(told, envelope=held), BOOK)

        assert "long-silence" in rules_of(before)
        assert rules_of(after) == [rule for rule in rules_of(before) if rule != "long-silence"]
        assert after.evaluation == before.evaluation


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param([], id="nobody says anything"),
        pytest.param([(AGENT, "您好，这款产品保本的，稳赚不赔")], id="only the agent speaks"),
        pytest.param([(CUSTOMER, "喂？你们说的保本的有人吗有人吗")], id="only the customer speaks"),
        pytest.param([(Role.SYSTEM, "您拨打的电话暂时无法接通，请稍后再拨")], id="a machine speaks"),
    ],
)
def test_what_is_no_conversation_is_not_judged(lines: list[tuple[Role, str]]) -> None:
    assessment = judge(case(said(lines)), BOOK)

    assert assessment.scorable.status is Status.NOT_SCORABLE
    assert assessment.scorable.reasons
    assert (assessment.findings, assessment.coaching, assessment.evaluation) == ((), (), None)
