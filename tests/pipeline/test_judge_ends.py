"""Judging how a call ended: who had the time for a goodbye, and whether the end was recorded."""

from __future__ import annotations

from dataclasses import replace

import pytest

from qa_service.core.calls import CallEvent, Envelope, EventKind, Participant, ParticipantKind
from qa_service.core.evaluation import Verdict
from qa_service.core.measured import Problem
from qa_service.core.time import Span
from qa_service.pipeline.judge import judge
from tests.pipeline.cases import AGENT, BAD, BOOK, CUSTOMER, GOOD, Line, answers_of, case, rules_of, said


@pytest.mark.parametrize(
    ("code", "closing"),
    [
        pytest.param("truncated", Verdict.UNDECIDED, id="nobody knows how it ended"),
        pytest.param("channels_identical", Verdict.NOT_MET, id="the end was recorded"),
    ],
)
def test_nobody_is_blamed_for_an_end_that_was_not_recorded(code: str, closing: Verdict) -> None:
    told = case(said(BAD, gap_ms=5_500))
    at_end = Span(told.measured.duration_ms, told.measured.duration_ms)
    told = replace(told, measured=replace(told.measured, problems=(Problem(code, at_end),)))

    assessment = judge(told, BOOK)

    assert answers_of(assessment)["closing"] is closing
    assert ("closing" in rules_of(assessment)) is (closing is Verdict.NOT_MET)
    assert "guaranteed-return" in rules_of(assessment)


def test_what_is_said_after_the_hang_up_is_not_judged() -> None:
    told = case(said((*GOOD, (AGENT, "这个肯定保本，稳赚的。")), gap_ms=4_000))
    over_ms = told.measured.utterances[-2].span.end_ms
    events = (CallEvent(EventKind.HANGUP, over_ms),)

    assert "guaranteed-return" in rules_of(judge(told, BOOK))
    assessment = judge(replace(told, envelope=Envelope(events=events)), BOOK)

    assert "guaranteed-return" not in rules_of(assessment)
    assert "closing" not in rules_of(assessment)
    assert assessment.evaluations[0].leg.span.end_ms == over_ms + 2_000


LEAVES = (*GOOD[:2], (AGENT, "师傅今天下午三点上门"), (CUSTOMER, "好的再见"))


@pytest.mark.parametrize(
    ("lines", "by", "late_ms", "closing", "found"),
    [
        pytest.param(LEAVES, "c", 200, Verdict.NOT_APPLICABLE, False, id="the customer hung up at once"),
        pytest.param(LEAVES, "", 200, Verdict.NOT_APPLICABLE, False, id="the goodbye was the end"),
        pytest.param(
            LEAVES, "c", 4_000, Verdict.UNDECIDED, True, id="the customer hung up after four seconds"
        ),
        pytest.param(LEAVES, "c", 9_000, Verdict.NOT_MET, True, id="after nine seconds"),
        pytest.param(LEAVES, "a", 200, Verdict.NOT_MET, True, id="the agent hung up"),
        pytest.param(GOOD, "c", 200, Verdict.MET, False, id="the agent had said goodbye by then"),
    ],
)
def test_a_goodbye_is_asked_of_agents_who_had_the_time(
    lines: tuple[Line, ...], by: str, late_ms: int, closing: Verdict, found: bool
) -> None:
    told = case(said(lines))
    at_ms = told.measured.utterances[-1].span.end_ms + late_ms
    people = (Participant("c", ParticipantKind.CUSTOMER), Participant("a", ParticipantKind.AGENT))
    envelope = Envelope(participants=people, events=(CallEvent(EventKind.HANGUP, at_ms, by),))
    told = replace(told, envelope=envelope, measured=replace(told.measured, duration_ms=at_ms + 500))

    assessment = judge(told, BOOK)

    assert answers_of(assessment)["closing"] is closing
    assert ("closing" in rules_of(assessment)) is found


@pytest.mark.parametrize("code", ["hangup_contradicted", ""])
def test_where_the_hang_up_was_wrong_a_person_says_whether_a_goodbye_is_missing(code: str) -> None:
    told = case(said(BAD, gap_ms=5_500))
    problems = (Problem(code, Span(0, told.measured.duration_ms)),) if code else ()

    assessment = judge(replace(told, measured=replace(told.measured, problems=problems)), BOOK)

    missing = [finding for finding in assessment.findings if finding.rule == "service-zh/closing"]
    assert [finding.needs_human for finding in missing] == [bool(code)]
