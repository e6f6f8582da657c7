"""Judging calls of several agents: each answers for their own part."""

from __future__ import annotations

from dataclasses import replace

import pytest

from qa_service.core.calls import CallEvent, Envelope, EventKind, Participant, ParticipantKind
from qa_service.core.evaluation import Verdict
from qa_service.core.measured import Problem, Unheard
from qa_service.core.time import Span
from qa_service.pipeline.judge import Case, judge
from qa_service.turns.scorable import Status
from tests.make import utterance
from tests.pipeline.cases import AGENT, BOOK, CUSTOMER, GOOD, answers_of, case, rules_of, said


class TestTransfers:
    """Two agents, one after the other: the first greets, the last says goodbye."""

    FIRST = said(
        [(AGENT, "喂，说。"), (CUSTOMER, "我家宽带断了，到底几天能修好？"), (AGENT, "我给您转一下。")]
    )
    BORDER_MS = FIRST[-1].span.end_ms + 300
    SECOND = said(
        [(AGENT, "我看到您的单子了。"), (CUSTOMER, "那几天能好？"), (AGENT, "最晚明天上午十点修好。")],
        from_ms=BORDER_MS + 300,
    )
    ENVELOPE = Envelope(
        participants=(
            Participant("p1", ParticipantKind.AGENT, "8012", to_ms=BORDER_MS),
            Participant("p2", ParticipantKind.AGENT, "7715", from_ms=BORDER_MS),
        )
    )

    def test_one_evaluation_for_each_agent(self) -> None:
        assessment = judge(case((*self.FIRST, *self.SECOND), envelope=self.ENVELOPE), BOOK)

        assert [e.leg.agent_id for e in assessment.evaluations] == ["8012", "7715"]
        assert assessment.evaluation == assessment.evaluations[1]

    def test_only_the_first_is_asked_for_a_greeting_and_only_the_last_for_a_goodbye(self) -> None:
        assessment = judge(case((*self.FIRST, *self.SECOND), envelope=self.ENVELOPE), BOOK)

        first, last = answers_of(assessment, 0), answers_of(assessment, 1)
        assert (first["greeting"], first["closing"]) == (Verdict.NOT_MET, Verdict.NOT_APPLICABLE)
        assert (last["greeting"], last["closing"]) == (Verdict.NOT_APPLICABLE, Verdict.NOT_MET)

    def test_what_was_not_heard_of_one_agent_leaves_the_other_judged(self) -> None:
        told = case((*self.FIRST, *self.SECOND), envelope=self.ENVELOPE)
        lost = Unheard(Span(self.BORDER_MS + 1_000, self.BORDER_MS + 2_000), self.FIRST[0].speaker, "empty")
        told = replace(told, measured=replace(told.measured, unheard=(lost,)))

        assessment = judge(told, BOOK)

        assert answers_of(assessment, 0)["greeting"] is Verdict.NOT_MET
        assert answers_of(assessment, 1)["closing"] is Verdict.UNDECIDED

    def test_each_answers_for_what_they_said_themselves(self) -> None:
        blames = utterance("这个不归我们管", self.BORDER_MS + 20_000, name="blames")

        assessment = judge(case((*self.FIRST, *self.SECOND, blames), envelope=self.ENVELOPE), BOOK)

        assert answers_of(assessment, 0)["ownership"] is Verdict.MET
        assert answers_of(assessment, 1)["ownership"] is Verdict.NOT_MET

    def test_the_time_before_a_leg_is_no_silence_in_it(self) -> None:
        assessment = judge(case((*self.FIRST, *self.SECOND), envelope=self.ENVELOPE), BOOK)

        assert "long-silence" not in rules_of(assessment)

    def test_every_tag_of_a_leg_begins_in_it(self) -> None:
        assessment = judge(case((*self.FIRST, *self.SECOND), envelope=self.ENVELOPE), BOOK)

        for part in assessment.legs:
            assert all(tag.span.start_ms >= part.leg.span.start_ms for tag in part.tags)


def test_agents_whom_nobody_can_place_are_not_blamed() -> None:
    people = [Participant(name, ParticipantKind.AGENT, agent_id=name, channel=0) for name in ("1", "2", "3")]
    envelope = Envelope(participants=tuple(people), events=(CallEvent(EventKind.TRANSFER, 40_000),))

    assessment = judge(replace(case(said(GOOD)), envelope=envelope), BOOK)

    assert assessment.scorable.status is Status.PARTIAL
    assert [reason.code for reason in assessment.scorable.reasons] == ["scorable.agents_unplaced"]
    assert [(e.leg.agent_id, e.passed) for e in assessment.evaluations] == [("", None)]


def _back(first: str = "1", last: str = "1") -> Case:
    """A call that goes from one agent to another and back, at 20 and 40 s; what is said in each part is 6 s apart."""
    lines = (
        (AGENT, "您好，请问有什么可以帮您？"),
        (CUSTOMER, "我要退保，麻烦你办一下。"),
        (AGENT, "好的，我帮您转到专员。"),
        (AGENT, "我是保全专员，那您爱退不退。"),
        (CUSTOMER, "你这是什么态度？"),
        (AGENT, "非常抱歉，我马上帮您办。"),
        (CUSTOMER, "好的，那谢谢你了。"),
        (AGENT, "感谢您的来电，再见。"),
    )
    starts_ms = (500, 6_000, 12_000, 20_500, 28_000, 40_500, 48_000, 54_000)
    heard = [
        utterance(text, at_ms, role=role, name=f"u{at_ms}")
        for (role, text), at_ms in zip(lines, starts_ms, strict=True)
    ]
    people = tuple(
        Participant(f"p{at}", ParticipantKind.AGENT, agent_id=agent_id, from_ms=from_ms, to_ms=to_ms)
        for at, (agent_id, from_ms, to_ms) in enumerate(
            ((first, 0, 20_000), ("2", 20_000, 40_000), (last, 40_000, None))
        )
    )
    return replace(case(heard), envelope=Envelope(participants=people))


class TestACallThatComesBack:
    def test_gives_its_first_agent_one_evaluation_of_both_parts(self) -> None:
        assessment = judge(_back(), BOOK)

        spans = [(e.leg.agent_id, e.leg.span.start_ms, e.leg.span.end_ms) for e in assessment.evaluations]
        assert spans == [("2", 20_000, 40_000), ("1", 0, assessment.measured.duration_ms)]
        assert [leg.leg.agent_id for leg in assessment.legs] == ["1", "2", "1"]
        assert assessment.evaluation is assessment.evaluations[-1]

    def test_asks_them_for_the_greeting_and_for_the_goodbye(self) -> None:
        answers = answers_of(judge(_back(), BOOK), 1)

        assert (answers["greeting"], answers["closing"]) == (Verdict.MET, Verdict.MET)

    def test_asks_the_one_in_between_for_neither(self) -> None:
        answers = answers_of(judge(_back(), BOOK), 0)

        assert (answers["greeting"], answers["closing"]) == (Verdict.NOT_APPLICABLE, Verdict.NOT_APPLICABLE)

    def test_charges_nobody_with_what_the_other_said(self) -> None:
        other, first = judge(_back(), BOOK).evaluations

        assert [finding for answer in other.answers for finding in answer.findings]
        assert not [finding for answer in first.answers for finding in answer.findings]

    def test_what_was_not_heard_in_one_part_leaves_the_whole_open(self) -> None:
        told = _back()
        problems = (Problem("damaged", Span(0, 10_000), 10_000),)

        evaluations = judge(
            replace(told, measured=replace(told.measured, problems=problems)), BOOK
        ).evaluations

        assert evaluations[-1].passed is None

    @pytest.mark.parametrize(
        ("first", "last"),
        [
            pytest.param("1", "3", id="three agents"),
            pytest.param("", "", id="agents without a number are nobody's twice"),
        ],
    )
    def test_others_are_evaluated_apart(self, first: str, last: str) -> None:
        assert len(judge(_back(first, last), BOOK).evaluations) == 3
