"""Judging a process: what is missing costs, what the call ended before does not, what was not heard waits."""

from __future__ import annotations

from dataclasses import replace

import pytest

from qa_service.core.calls import CallEvent, Envelope, EventKind, Participant, ParticipantKind
from qa_service.core.evaluation import Verdict
from qa_service.core.speech import Utterance
from qa_service.i18n.catalogue import catalogue
from qa_service.pipeline.judge import judge
from tests.pipeline.cases import AGENT, CUSTOMER, Line, answers_of, case, said
from tests.rulebook.books import book, rules

_RULE = """\
id: consent
title: 告知流程
stage: score
criterion: listens
points: {deduct: 4, per: hit}
when:
  role: agent
  steps:
    - {title: 核实身份, any: [身份证后四位]}
    - {title: 宣读条款, any: [年化利率]}
    - if: {phrases: [同意], role: customer}
      within: 3 utterances
      then:
        - {title: 宣读B条款, any: [提前还款], within: 2 utterances}
"""
BOOK = book(rules(_RULE))
ASKS: Line = (AGENT, "请问您的身份证后四位是多少？")
SAYS: Line = (CUSTOMER, "八零一二，你们要我的身份证做什么？")
RATE: Line = (AGENT, "我们的年化利率是百分之三，您看可以接受吗？")
YES: Line = (CUSTOMER, "嗯，我同意，就这样办吧。")
CLAUSE: Line = (AGENT, "好的，另外提前还款要收百分之一的费用。")
OTHER: Line = (AGENT, "好的，我这边已经帮您提交申请了。")
WAITS: Line = (CUSTOMER, "那我等你们的电话，大概多久？")


@pytest.mark.parametrize(
    ("lines", "by", "answer", "points"),
    [
        pytest.param((ASKS, SAYS, RATE, YES, CLAUSE), "a", Verdict.MET, 10, id="all of it"),
        pytest.param((ASKS, SAYS, RATE, WAITS, OTHER), "a", Verdict.MET, 10, id="he did not agree to anything"),
        pytest.param((ASKS, SAYS, RATE, YES, OTHER, WAITS, OTHER), "a", Verdict.NOT_MET, 6, id="no clause B: 10 - 4"),
        pytest.param((SAYS, RATE, YES, OTHER, WAITS), "a", Verdict.NOT_MET, 2, id="two steps missing: 10 - 2 × 4"),
        pytest.param((SAYS, RATE, YES, CLAUSE), "c", Verdict.NOT_MET, 6, id="no check, though he hung up: it was due"),
        pytest.param((ASKS, SAYS), "c", Verdict.NOT_APPLICABLE, None, id="the customer hung up before the rate"),
        pytest.param((ASKS, SAYS, OTHER), "a", Verdict.NOT_MET, 6, id="the agent hung up before it"),
        pytest.param((ASKS, SAYS, RATE, YES), "c", Verdict.NOT_APPLICABLE, None, id="he agreed and was gone"),
        pytest.param((ASKS, SAYS, RATE, YES, OTHER), "a", Verdict.UNDECIDED, None, id="one sentence of two was left"),
    ],
)  # fmt: skip
def test_a_process(lines: tuple[Line, ...], by: str, answer: Verdict, points: float | None) -> None:
    told = case(said(lines))
    at_ms = told.measured.utterances[-1].span.end_ms + 200
    people = (Participant("c", ParticipantKind.CUSTOMER), Participant("a", ParticipantKind.AGENT))
    envelope = Envelope(participants=people, events=(CallEvent(EventKind.HANGUP, at_ms, by),))

    (evaluation,) = judge(replace(told, envelope=envelope), BOOK).evaluations

    assert [(a.answer, a.points) for a in evaluation.answers] == [(answer, points)]


def test_what_was_not_heard_well_enough_is_undecided() -> None:
    told = case(said((ASKS, SAYS, RATE, YES, OTHER, WAITS, OTHER)))

    def unclear(one: Utterance) -> Utterance:
        return replace(one, unreliable="noise") if "提交" in one.text else one

    measured = replace(told.measured, utterances=tuple(map(unclear, told.measured.utterances)))

    assert answers_of(judge(replace(told, measured=measured), BOOK))["listens"] is Verdict.UNDECIDED


def test_a_finding_names_the_step_and_quotes_the_last_that_was_there() -> None:
    (finding,) = judge(case(said((ASKS, SAYS, RATE, YES, OTHER, WAITS, CLAUSE))), BOOK).findings

    assert catalogue("zh_CN").reason(finding.because) == "步骤「宣读B条款」超过 2 句才说"
    assert [quote.text for quote in finding.quotes] == ["同意", "提前还款"]
    assert finding.confidence == 0.8
