"""Scorecards, sentence by sentence as decisions.md 15 has them; the arithmetic stands beside each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from qa_service.core.calls import Leg
from qa_service.core.evaluation import Answer, Evaluation, Verdict
from qa_service.core.findings import Finding, Severity, Stage
from qa_service.core.texts import Reason, Text
from qa_service.core.time import Span
from qa_service.scoring.score import Blocked, evaluate
from qa_service.scoring.scorecard import Charge, Criterion, Fatal, Scorecard, Section

MET, NOT_MET = Verdict.MET, Verdict.NOT_MET
NOT_APPLICABLE, UNDECIDED = Verdict.NOT_APPLICABLE, Verdict.UNDECIDED
_TITLE = Text("题目")
_DOUBT = Reason.of("doubt.confidence", percent=50)
#: Two sections: 10 + 20 points for attitude, 30 for compliance. One rule per criterion, named like it.
_CRITERIA = {"listens": 10.0, "respect": 20.0, "honest": 30.0}


def _card(
    *, fatal: Mapping[str, Fatal] | None = None, floor: float = 0.0, pass_score: float = 80.0
) -> Scorecard:
    def criterion(name: str) -> Criterion:
        return Criterion(name, _TITLE, _CRITERIA[name], floor, (fatal or {}).get(name, Fatal.NO))

    attitude = Section("attitude", _TITLE, (criterion("listens"), criterion("respect")))
    return Scorecard("demo", (attitude, Section("compliance", _TITLE, (criterion("honest"),))), pass_score)


_ONCE = tuple(Charge(name, name) for name in _CRITERIA)


def _hit(rule: str, number: int = 0, *, sure: bool = True) -> Finding:
    return Finding(
        id=f"{rule}-{number}-{sure}",
        rule=rule,
        label="demo",
        title=_TITLE,
        severity=Severity.MAJOR,
        stage=Stage.SCORE,
        criterion=rule,
        tags=(),
        evidence=(),
        confidence=0.9 if sure else 0.5,
        because=Reason("made"),
        span=Span(number * 1_000, number * 1_000 + 500),
        doubts=() if sure else (_DOUBT,),
    )


def _evaluated(
    *findings: Finding,
    card: Scorecard | None = None,
    charges: Iterable[Charge] = _ONCE,
    blocked: Mapping[str, Blocked] | None = None,
) -> Evaluation:
    return evaluate(
        card or _card(), tuple(charges), findings, blocked=blocked or {}, leg=Leg(Span(0, 60_000))
    )


def _answer(evaluation: Evaluation, criterion: str) -> Answer:
    return next(answer for answer in evaluation.answers if answer.criterion == criterion)


def _skip(*rules: str, undecided: bool = False) -> dict[str, Blocked]:
    return {rule: Blocked(Reason("not_applicable.one_channel"), undecided) for rule in rules}


class TestCriteria:
    def test_a_criterion_starts_at_its_most_points(self) -> None:
        evaluation = _evaluated()

        assert [(a.answer, a.points) for a in evaluation.answers] == [(MET, 10), (MET, 20), (MET, 30)]
        assert (evaluation.score, evaluation.passed) == (100.0, True)  # 60 / 60

    def test_a_sure_finding_costs_all_points_unless_the_rule_says_less(self) -> None:
        assert _answer(_evaluated(_hit("respect")), "respect").points == 0

    @pytest.mark.parametrize(
        ("hits", "per_hit", "points"),
        [
            pytest.param(1, False, 15, id="once: 20 - 5"),
            pytest.param(3, False, 15, id="once however often: 20 - 5"),
            pytest.param(1, True, 15, id="per hit: 20 - 5"),
            pytest.param(3, True, 5, id="per hit: 20 - 3 × 5"),
            pytest.param(4, True, 2, id="down to the floor: 20 - 4 × 5 is below 2"),
        ],
    )
    def test_points_go_once_or_per_hit_down_to_the_floor(
        self, hits: int, per_hit: bool, points: float
    ) -> None:
        charges = [Charge("respect", "respect", 5, per_hit)]

        evaluation = _evaluated(
            *(_hit("respect", i) for i in range(hits)), card=_card(floor=2), charges=charges
        )

        answer = _answer(evaluation, "respect")
        assert (answer.answer, answer.points) == (NOT_MET, points)
        assert len(answer.findings) == hits

    def test_several_rules_of_one_criterion_add_up(self) -> None:
        charges = [Charge("rude", "respect", 8, per_hit=True), Charge("loud", "respect", 3)]

        evaluation = _evaluated(_hit("rude", 1), _hit("rude", 2), _hit("loud", 3), charges=charges)

        assert _answer(evaluation, "respect").points == 20 - 2 * 8 - 3

    def test_a_rule_of_another_criterion_costs_nothing_here(self) -> None:
        assert _answer(_evaluated(_hit("honest")), "respect").answer is MET

    def test_a_finding_of_a_rule_that_is_not_charged_costs_nothing(self) -> None:
        assert _evaluated(_hit("only-coached")).score == 100.0

    def test_a_criterion_without_rules_is_no_question(self) -> None:
        evaluation = _evaluated(charges=_ONCE[:2])

        assert _answer(evaluation, "honest").answer is NOT_APPLICABLE
        assert evaluation.score == 100.0  # 30 / 30


#: 20 points to win, 4 of them beforehand; a rule that earns 6 a time, and where it is given, one that costs 5.
_CREDIT = Charge("caring", "respect", add=6, per_hit=True)
_COST = Charge("rude", "respect", 5)


def _earning(*, floor: float = 0.0, base: float | None = 4) -> Scorecard:
    criterion = Criterion("respect", _TITLE, 20, floor, base=base)
    listens = Criterion("listens", _TITLE, 10)
    return Scorecard("demo", (Section("attitude", _TITLE, (listens, criterion)),))


class TestCredit:
    @pytest.mark.parametrize(
        ("charges", "found", "base", "told"),
        [
            pytest.param([_CREDIT], [], 4, (NOT_MET, 4), id="nothing earned: its base"),
            pytest.param([_CREDIT], ["caring"], 4, (MET, 10), id="once: 4 + 6"),
            pytest.param([_CREDIT], ["caring"] * 2, 4, (MET, 16), id="twice: 4 + 2 × 6"),
            pytest.param([_CREDIT], ["caring"] * 3, 4, (MET, 20), id="never above the most: 4 + 3 × 6"),
            pytest.param([replace(_CREDIT, per_hit=False)], ["caring"] * 3, 4, (MET, 10), id="once a call: 4 + 6"),
            pytest.param([_CREDIT], ["caring?"], 4, (UNDECIDED, None), id="a doubtful one earns nothing yet"),
            pytest.param([_CREDIT], ["caring", "caring?"], 4, (MET, 10), id="a doubtful one beside a sure one"),
            pytest.param([_CREDIT, _COST], [], 4, (MET, 4), id="nothing wrong, nothing earned"),
            pytest.param([_CREDIT, _COST], ["rude"], 4, (NOT_MET, 0), id="down to the floor: 4 - 5"),
            pytest.param([_CREDIT, _COST], ["rude", "caring"], 4, (NOT_MET, 5), id="both: 4 + 6 - 5"),
            pytest.param([_CREDIT, _COST], ["rude?", "caring"], 4, (UNDECIDED, None), id="what costs is doubtful"),
            pytest.param([_CREDIT, _COST], ["rude", "caring"], None, (NOT_MET, 20), id="earned back: 20 - 5 + 6"),
            pytest.param([_CREDIT, _COST], ["caring?"], None, (MET, 20), id="there is nothing left to earn"),
            pytest.param([_CREDIT], [], None, (MET, 20), id="full without a base"),
        ],
    )  # fmt: skip
    def test_points_are_earned_up_to_the_most(
        self, charges: list[Charge], found: list[str], base: float | None, told: tuple[Verdict, float | None]
    ) -> None:
        findings = [_hit(name.strip("?"), n, sure="?" not in name) for n, name in enumerate(found)]

        evaluation = _evaluated(
            *findings, card=_earning(base=base), charges=[*charges, Charge("listens", "listens")]
        )

        answer = _answer(evaluation, "respect")
        assert (answer.answer, answer.points) == told
        assert evaluation.fatal == ()

    def test_the_lowest_score_counts_no_doubtful_credit(self) -> None:
        charges = [Charge("listens", "listens"), _CREDIT]

        evaluation = _evaluated(_hit("caring", sure=False), card=_earning(), charges=charges)

        assert evaluation.score == 100.0  # 10 / 10, the other is undecided
        assert evaluation.lowest_score == 46.7  # (10 + 4) / 30

    def test_what_could_not_be_asked_earns_nothing_and_costs_nothing(self) -> None:
        charges = [Charge("listens", "listens"), _CREDIT]

        skipped = _evaluated(card=_earning(), charges=charges, blocked=_skip("caring"))
        unknown = _evaluated(card=_earning(), charges=charges, blocked=_skip("caring", undecided=True))

        assert _answer(skipped, "respect").answer is NOT_APPLICABLE
        assert _answer(unknown, "respect").answer is UNDECIDED
        assert unknown.lowest_score == 46.7  # (10 + 4) / 30


class TestDoubt:
    def test_a_doubtful_finding_leaves_the_criterion_to_a_person_with_the_reason(self) -> None:
        answer = _answer(_evaluated(_hit("respect", sure=False)), "respect")

        assert (answer.answer, answer.points, answer.because) == (UNDECIDED, None, _DOUBT)
        assert answer.findings == ("respect-0-False",)

    def test_undecided_leaves_the_denominator(self) -> None:
        evaluation = _evaluated(_hit("listens"), _hit("honest", sure=False))

        assert evaluation.score == 66.7  # (0 + 20) / (10 + 20)

    def test_doubt_never_deducts_beside_a_sure_finding(self) -> None:
        charges = [Charge("respect", "respect", 5, per_hit=True)]

        evaluation = _evaluated(_hit("respect", 1), _hit("respect", 2, sure=False), charges=charges)

        assert _answer(evaluation, "respect").points == 15  # 20 - 5
        assert _answer(evaluation, "respect").findings == ("respect-1-True",)


class TestQuestionsNotAsked:
    def test_not_applicable_leaves_the_denominator(self) -> None:
        evaluation = _evaluated(_hit("listens"), blocked=_skip("honest"))

        assert _answer(evaluation, "honest").because.code == "not_applicable.one_channel"
        assert evaluation.score == 66.7  # (0 + 20) / (10 + 20)

    def test_a_criterion_is_asked_while_one_of_its_rules_is(self) -> None:
        charges = [Charge("rude", "respect"), Charge("loud", "respect")]

        answer = _answer(_evaluated(charges=charges, blocked=_skip("loud")), "respect")

        assert (answer.answer, dict(answer.because.values)) == (MET, {"rules": 1})

    def test_what_was_not_measured_is_undecided_though_other_rules_found_nothing(self) -> None:
        charges = [Charge("rude", "respect"), Charge("loud", "respect")]

        evaluation = _evaluated(charges=charges, blocked=_skip("loud", undecided=True))

        assert _answer(evaluation, "respect").answer is UNDECIDED

    def test_nothing_answered_is_no_score_rather_than_zero(self) -> None:
        evaluation = _evaluated(blocked=_skip(*_CRITERIA))

        assert (evaluation.score, evaluation.lowest_score, evaluation.passed) == (None, None, None)


class TestPassing:
    @pytest.mark.parametrize(
        ("deduct", "score", "passed"),
        [
            pytest.param(12, 80.0, True, id="48 / 60: exactly enough"),
            pytest.param(13, 78.3, False, id="47 / 60: not enough"),
        ],
    )
    def test_eighty_is_enough(self, deduct: float, score: float, passed: bool) -> None:
        charges = [Charge("respect", "respect", deduct), *_ONCE[::2]]

        evaluation = _evaluated(_hit("respect"), charges=charges)

        assert (evaluation.score, evaluation.passed) == (score, passed)

    def test_a_fatal_criterion_fails_the_call_whatever_the_score(self) -> None:
        card = _card(fatal={"listens": Fatal.CALL})

        evaluation = _evaluated(_hit("listens"), card=card)

        assert (evaluation.score, evaluation.passed, evaluation.fatal) == (
            83.3,
            False,
            ("listens",),
        )  # 50 / 60

    def test_a_fatal_criterion_that_is_met_or_not_asked_fails_nothing(self) -> None:
        card = _card(fatal={"listens": Fatal.CALL})

        assert _evaluated(card=card).passed is True
        assert _evaluated(card=card, blocked=_skip("listens")).passed is True

    def test_nobody_has_passed_while_a_fatal_criterion_is_undecided(self) -> None:
        card = _card(fatal={"listens": Fatal.CALL})

        evaluation = _evaluated(_hit("listens", sure=False), card=card)

        assert (evaluation.score, evaluation.passed, evaluation.fatal) == (100.0, None, ())

    def test_another_fatal_criterion_still_fails_the_call(self) -> None:
        card = _card(fatal={"listens": Fatal.CALL, "honest": Fatal.CALL})

        evaluation = _evaluated(_hit("listens", sure=False), _hit("honest"), card=card)

        assert evaluation.passed is False

    @pytest.mark.parametrize(
        ("deduct", "passed"),
        [
            pytest.param(6, True, id="54 / 60 at worst: passed whatever a person says"),
            pytest.param(12, True, id="48 / 60 at worst: exactly enough"),
            pytest.param(13, None, id="47 / 60 at worst, 60 / 60 at best: a person decides"),
        ],
    )
    def test_a_range_over_the_mark_is_neither(self, deduct: float, passed: bool | None) -> None:
        charges = [Charge("respect", "respect", deduct), *_ONCE[::2]]

        assert _evaluated(_hit("respect", sure=False), charges=charges).passed is passed

    def test_nobody_has_failed_whom_a_persons_answer_could_carry_over_the_mark(self) -> None:
        charges = [Charge("listens", "listens", 8), *_ONCE[1:]]
        open_one = _hit("honest", sure=False)

        # 22 / 30 is below 80; with what is undecided it would be 52 / 60.
        assert (_evaluated(_hit("listens"), open_one, charges=charges).score or 100) < 80
        assert _evaluated(_hit("listens"), open_one, charges=charges).passed is None

    def test_what_no_answer_can_mend_has_failed(self) -> None:
        evaluation = _evaluated(_hit("honest"), _hit("listens", sure=False))

        assert evaluation.passed is False  # 30 / 60 at best


class TestFatalSections:
    CARD = _card(fatal={"listens": Fatal.SECTION})

    def test_the_whole_section_is_lost_and_no_other(self) -> None:
        evaluation = _evaluated(_hit("listens"), card=self.CARD)

        assert [a.points for a in evaluation.answers] == [0, 0, 30]
        assert _answer(evaluation, "respect").because.code == "answer.section_lost"
        assert evaluation.score == 50.0  # 30 / 60

    def test_it_is_lost_below_the_floor_too(self) -> None:
        card = _card(fatal={"listens": Fatal.SECTION}, floor=2)

        assert _answer(_evaluated(_hit("listens"), card=card), "listens").points == 0

    def test_what_was_undecided_or_not_asked_there_stays_so(self) -> None:
        evaluation = _evaluated(_hit("listens"), _hit("respect", sure=False), card=self.CARD)

        assert _answer(evaluation, "respect").answer is UNDECIDED
        assert evaluation.score == 75.0  # 30 / (10 + 30)

    def test_a_doubtful_finding_loses_no_section(self) -> None:
        assert _evaluated(_hit("listens", sure=False), card=self.CARD).score == 100.0

    def test_losing_a_section_breaks_no_fatal_criterion_that_nothing_was_found_against(self) -> None:
        card = _card(fatal={"listens": Fatal.SECTION, "respect": Fatal.CALL}, pass_score=40)

        evaluation = _evaluated(_hit("listens"), card=card)

        assert (evaluation.fatal, evaluation.passed) == ((), True)  # 30 / 60 is above 40


class TestLowestScore:
    @pytest.mark.parametrize(
        ("charges", "findings", "lowest"),
        [
            pytest.param(_ONCE, [], 100.0, id="nothing open: the score itself"),
            pytest.param(_ONCE, [_hit("honest", sure=False)], 50.0, id="all of it open: 30 / 60"),
            pytest.param(
                [Charge("honest", "honest", 6), *_ONCE[:2]],
                [_hit("honest", sure=False)],
                90.0,
                id="only what the rule costs is open: 54 / 60",
            ),
            pytest.param(
                [Charge("honest", "honest", 6, per_hit=True), *_ONCE[:2]],
                [_hit("honest", 1), _hit("honest", 2, sure=False)],
                80.0,
                id="a second hit is open beside a sure one: 48 / 60",
            ),
        ],
    )
    def test_it_is_the_score_if_a_person_finds_against_the_agent(
        self, charges: list[Charge], findings: list[Finding], lowest: float
    ) -> None:
        assert _evaluated(*findings, charges=charges).lowest_score == lowest

    def test_what_was_not_measured_counts_down_to_the_floor(self) -> None:
        evaluation = _evaluated(card=_card(floor=3), blocked=_skip("honest", undecided=True))

        assert evaluation.lowest_score == 55.0  # (10 + 20 + 3) / 60

    def test_an_undecided_fatal_section_counts_as_lost(self) -> None:
        card = _card(fatal={"listens": Fatal.SECTION})

        assert _evaluated(_hit("listens", sure=False), card=card).lowest_score == 50.0  # 30 / 60


_MANY = st.lists(
    st.builds(
        lambda rule, number, sure: _hit(rule, number, sure=sure),
        st.sampled_from(sorted(_CRITERIA)),
        st.integers(0, 30),
        st.booleans(),
    ),
    max_size=12,
    unique_by=lambda finding: finding.id,
)
_CHARGES = st.tuples(
    *(
        st.builds(Charge, st.just(n), st.just(n), st.none() | st.integers(0, 40).map(float), st.booleans())
        for n in _CRITERIA
    )
)


@given(_MANY, _CHARGES)
def test_no_finding_ever_raises_a_score_and_the_lowest_is_the_lowest(
    findings: list[Finding], charges: tuple[Charge, ...]
) -> None:
    evaluation = _evaluated(*findings, charges=charges)
    sure = _evaluated(*(f for f in findings if not f.needs_human), charges=charges)

    for answer in evaluation.answers:
        assert answer.points is None or 0 <= answer.points <= answer.max_points
    assert sure.score is not None
    assert evaluation.lowest_score is not None
    assert 0 <= evaluation.lowest_score <= sure.score <= 100


@example(
    findings=[_hit("honest"), _hit("respect", sure=False)],
    charges=(
        Charge("listens", "listens"),
        Charge("respect", "respect", 0.0, False),
        Charge("honest", "honest", 9.0),
    ),
)
@given(_MANY, _CHARGES)
def test_whoever_passed_or_failed_does_so_whatever_a_person_answers(
    findings: list[Finding], charges: tuple[Charge, ...]
) -> None:
    evaluation = _evaluated(*findings, charges=charges)
    refused = _evaluated(*(f for f in findings if not f.needs_human), charges=charges)
    believed = _evaluated(*(replace(f, doubts=()) for f in findings), charges=charges)

    if evaluation.passed is None:
        # A large question that can cost little lifts the share whichever way it is answered: until then nobody passes.
        assert evaluation.score is not None
        assert {evaluation.score >= 80, refused.passed, believed.passed} == {True, False}
    else:
        assert (refused.passed, believed.passed) == (evaluation.passed, evaluation.passed)
