"""Judging: pure and repeatable, per agent, and the same whoever asks and however often."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given

from qa_service.core.calls import CallEvent, Direction, Envelope, EventKind, Participant, ParticipantKind
from qa_service.core.evaluation import Verdict
from qa_service.core.ids import tag_id
from qa_service.core.measured import HearingModel, Layout, Problem, Unheard
from qa_service.core.speech import Role
from qa_service.core.time import Span
from qa_service.pipeline.assessment import Assessment
from qa_service.pipeline.judge import Case, judge
from qa_service.turns.scorable import Status
from tests.make import Call, calls, utterance
from tests.pipeline.cases import AGENT, BAD, BOOK, CUSTOMER, case, random_case, said, swapped


def _rules(assessment: Assessment) -> list[str]:
    return [finding.rule.removeprefix("service-zh/") for finding in assessment.findings]


def _answers(assessment: Assessment, leg: int = 0) -> dict[str, Verdict]:
    return {answer.criterion: answer.answer for answer in assessment.evaluations[leg].answers}


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
            assert set(finding.tags) <= tags or finding.because.code.startswith("absent.")

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


def test_a_bad_call_is_found_out_and_coached() -> None:
    assessment = judge(case(said(BAD, gap_ms=5_500)), BOOK)

    wanted = {"closing", "hedges", "escalation-threat", "discourages-complaint", "guaranteed-return"}
    assert wanted <= set(_rules(assessment))
    assert assessment.evaluation
    assert (assessment.evaluation.passed, assessment.evaluation.fatal) == (False, ("no-guarantee",))
    assert len(assessment.coaching) == 3


def test_what_happens_close_together_is_one_moment_with_two_notes_at_most() -> None:
    assessment = judge(case(said(BAD)), BOOK)

    assert (len(assessment.moments), len(assessment.coaching)) == (1, 2)


def test_exchanged_roles_are_judged_anew() -> None:
    told = case(said(BAD))

    assert "guaranteed-return" in _rules(judge(told, BOOK))
    assert "guaranteed-return" not in _rules(judge(swapped(told), BOOK))


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

    assert ("guaranteed-return" in _rules(assessment)) is is_asked
    assert (_answers(assessment)["no-guarantee"] is Verdict.NOT_APPLICABLE) is not is_asked


def test_while_nobody_knows_who_is_who_everything_waits_for_a_person() -> None:
    nobody = [replace(u, role=Role.UNKNOWN) for u in said(BAD)]

    assessment = judge(case(nobody, layout=Layout.MONO), BOOK)

    assert assessment.scorable.may_judge
    assert assessment.evaluation
    assert assessment.evaluation.score is None
    assert assessment.evaluation.passed is None
    assert set(_answers(assessment).values()) <= {Verdict.UNDECIDED, Verdict.NOT_APPLICABLE}


def test_on_one_channel_nobody_is_judged_on_interruptions() -> None:
    answers = _answers(judge(case(said(BAD), layout=Layout.MONO), BOOK))

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

    assert _answers(assessment)["no-guarantee"] is verdict
    assert "guaranteed-return" in _rules(assessment)


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

        assert "long-silence" in _rules(before)
        assert _rules(after) == [rule for rule in _rules(before) if rule != "long-silence"]
        assert after.evaluation == before.evaluation


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

        first, last = _answers(assessment, 0), _answers(assessment, 1)
        assert (first["greeting"], first["closing"]) == (Verdict.NOT_MET, Verdict.NOT_APPLICABLE)
        assert (last["greeting"], last["closing"]) == (Verdict.NOT_APPLICABLE, Verdict.NOT_MET)

    def test_what_was_not_heard_of_one_agent_leaves_the_other_judged(self) -> None:
        told = case((*self.FIRST, *self.SECOND), envelope=self.ENVELOPE)
        lost = Unheard(Span(self.BORDER_MS + 1_000, self.BORDER_MS + 2_000), self.FIRST[0].speaker, "empty")
        told = replace(told, measured=replace(told.measured, unheard=(lost,)))

        assessment = judge(told, BOOK)

        assert _answers(assessment, 0)["greeting"] is Verdict.NOT_MET
        assert _answers(assessment, 1)["closing"] is Verdict.UNDECIDED

    def test_each_answers_for_what_they_said_themselves(self) -> None:
        blames = utterance("这个不归我们管", self.BORDER_MS + 20_000, name="blames")

        assessment = judge(case((*self.FIRST, *self.SECOND, blames), envelope=self.ENVELOPE), BOOK)

        assert _answers(assessment, 0)["ownership"] is Verdict.MET
        assert _answers(assessment, 1)["ownership"] is Verdict.NOT_MET

    def test_the_time_before_a_leg_is_no_silence_in_it(self) -> None:
        assessment = judge(case((*self.FIRST, *self.SECOND), envelope=self.ENVELOPE), BOOK)

        assert "long-silence" not in _rules(assessment)

    def test_every_tag_of_a_leg_begins_in_it(self) -> None:
        assessment = judge(case((*self.FIRST, *self.SECOND), envelope=self.ENVELOPE), BOOK)

        for part in assessment.legs:
            assert all(tag.span.start_ms >= part.leg.span.start_ms for tag in part.tags)


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

    assert _answers(assessment)["closing"] is closing
    assert ("closing" in _rules(assessment)) is (closing is Verdict.NOT_MET)
    assert "guaranteed-return" in _rules(assessment)


GOOD: tuple[tuple[Role, str], ...] = (
    (AGENT, "您好，这里是星辰宽带，工号八零一二，请问有什么可以帮您？"),
    (CUSTOMER, "我家宽带断了三天了，麻烦你看一下。"),
    (AGENT, "我马上帮您报修，师傅今天下午三点之前上门，您看可以吗？"),
    (CUSTOMER, "可以的。"),
    (AGENT, "好的，已经登记了，请问还有其他可以帮您的吗？"),
    (CUSTOMER, "没有了，谢谢。"),
    (AGENT, "不客气，感谢您的来电，祝您生活愉快，再见。"),
)


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
    how: str, lines: tuple[tuple[Role, str], ...], lost: float, passed: bool | None, fatal: Verdict
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

    assert _answers(assessment)["no-guarantee"] is fatal
    assert assessment.evaluations[0].passed is passed


def test_a_call_of_which_a_neighbour_may_have_said_much_is_not_passed() -> None:
    told = case(said((*GOOD, (AGENT, "完全没有风险，我向您保证。"))))
    overheard = replace(told.measured.utterances[-1], unreliable="unreliable.faint")
    told = replace(
        told, measured=replace(told.measured, utterances=(*told.measured.utterances[:-1], overheard))
    )

    assessment = judge(told, BOOK)

    assert "guaranteed-return" not in _rules(assessment)
    assert _answers(assessment)["no-guarantee"] is Verdict.UNDECIDED
    assert assessment.evaluations[0].passed is None


def test_what_is_said_after_the_hang_up_is_not_judged() -> None:
    told = case(said((*GOOD, (AGENT, "这个肯定保本，稳赚的。")), gap_ms=4_000))
    over_ms = told.measured.utterances[-2].span.end_ms
    events = (CallEvent(EventKind.HANGUP, over_ms),)

    assert "guaranteed-return" in _rules(judge(told, BOOK))
    assessment = judge(replace(told, envelope=Envelope(events=events)), BOOK)

    assert "guaranteed-return" not in _rules(assessment)
    assert "closing" not in _rules(assessment)
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
    lines: tuple[tuple[Role, str], ...], by: str, late_ms: int, closing: Verdict, found: bool
) -> None:
    told = case(said(lines))
    at_ms = told.measured.utterances[-1].span.end_ms + late_ms
    people = (Participant("c", ParticipantKind.CUSTOMER), Participant("a", ParticipantKind.AGENT))
    envelope = Envelope(participants=people, events=(CallEvent(EventKind.HANGUP, at_ms, by),))
    told = replace(told, envelope=envelope, measured=replace(told.measured, duration_ms=at_ms + 500))

    assessment = judge(told, BOOK)

    assert _answers(assessment)["closing"] is closing
    assert ("closing" in _rules(assessment)) is found


@pytest.mark.parametrize("code", ["hangup_contradicted", ""])
def test_where_the_hang_up_was_wrong_a_person_says_whether_a_goodbye_is_missing(code: str) -> None:
    told = case(said(BAD, gap_ms=5_500))
    problems = (Problem(code, Span(0, told.measured.duration_ms)),) if code else ()

    assessment = judge(replace(told, measured=replace(told.measured, problems=problems)), BOOK)

    missing = [finding for finding in assessment.findings if finding.rule == "service-zh/closing"]
    assert [finding.needs_human for finding in missing] == [bool(code)]


def test_agents_whom_nobody_can_place_are_not_blamed() -> None:
    people = [Participant(name, ParticipantKind.AGENT, agent_id=name, channel=0) for name in ("1", "2", "3")]
    envelope = Envelope(participants=tuple(people), events=(CallEvent(EventKind.TRANSFER, 40_000),))

    assessment = judge(replace(case(said(GOOD)), envelope=envelope), BOOK)

    assert assessment.scorable.status is Status.PARTIAL
    assert [reason.code for reason in assessment.scorable.reasons] == ["scorable.agents_unplaced"]
    assert [(e.leg.agent_id, e.passed) for e in assessment.evaluations] == [("", None)]


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
    assert _answers(assessment)["greeting"] is greeting


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
        answers = _answers(judge(_back(), BOOK), 1)

        assert (answers["greeting"], answers["closing"]) == (Verdict.MET, Verdict.MET)

    def test_asks_the_one_in_between_for_neither(self) -> None:
        answers = _answers(judge(_back(), BOOK), 0)

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
