"""Judging any call: repeatable, every quote where it says, nobody charged with what is doubted."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given

from qa_service.core.evaluation import Verdict
from qa_service.core.ids import tag_id
from qa_service.core.measured import HearingModel
from qa_service.pipeline.judge import judge
from qa_service.turns.scorable import Status
from tests.make import Call, calls
from tests.pipeline.cases import BOOK, random_case, swapped


class TestLaws:
    @given(calls())
    def test_judging_twice_is_judging_once(self, call: Call) -> None:
        told = random_case(call)

        assert judge(told, BOOK) == judge(told, BOOK)

    @given(calls())
    def test_exchanging_the_roles_twice_changes_nothing(self, call: Call) -> None:
        told = random_case(call)

        assert judge(swapped(swapped(told)), BOOK) == judge(told, BOOK)

    @given(calls())
    def test_findings_rest_on_tags_that_exist_or_on_what_was_not_said(self, call: Call) -> None:
        assessment = judge(random_case(call), BOOK)
        tags = {tag_id(tag) for tag in assessment.tags}

        for finding in assessment.findings:
            assert set(finding.tags) <= tags or finding.because.code.startswith(("absent.", "steps."))

    @given(calls())
    def test_moments_hold_every_finding_once_and_notes_are_about_moments(self, call: Call) -> None:
        assessment = judge(random_case(call), BOOK)
        findings = [finding.id for finding in assessment.findings]
        moments = {moment.id: moment for moment in assessment.moments}

        assert len(set(findings)) == len(findings)
        assert sorted(i for moment in moments.values() for i in moment.findings) == sorted(findings)
        assert len(assessment.coaching) <= 3
        assert all(note.finding in moments[note.moment].findings for note in assessment.coaching)

    @given(calls())
    def test_every_quote_is_found_where_it_says(self, call: Call) -> None:
        assessment = judge(random_case(call), BOOK)
        texts = {u.id: u.text for u in assessment.utterances}
        quotes = [q for f in assessment.findings for q in f.quotes] + [n.quote for n in assessment.coaching]

        assert all(texts[q.utterance][q.start : q.end] == q.text for q in quotes)

    @given(calls())
    def test_what_cannot_be_scored_has_neither_findings_nor_scores(self, call: Call) -> None:
        assessment = judge(random_case(call), BOOK)

        if assessment.scorable.status is Status.NOT_SCORABLE:
            assert (assessment.legs, assessment.coaching, assessment.evaluation) == ((), (), None)

    @given(calls())
    def test_what_needs_a_person_never_costs_points(self, call: Call) -> None:
        unmeasured = replace(random_case(call).measured, hearing=HearingModel("whisper-base"))
        assessment = judge(replace(random_case(call), measured=unmeasured), BOOK)

        for evaluation in assessment.evaluations:
            assert Verdict.NOT_MET not in {answer.answer for answer in evaluation.answers}
