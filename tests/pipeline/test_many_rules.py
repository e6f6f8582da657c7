"""Rules judged together find what each finds by itself; one that cannot be answered in a call says so."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_service.core.evaluation import Verdict
from qa_service.core.findings import Finding
from qa_service.core.speech import Role
from qa_service.lab.bench.ruling.calls import long_call, scripts
from qa_service.pipeline.assessment import Assessment
from qa_service.pipeline.judge import Case, judge
from qa_service.rulebook.book import Rulebook
from qa_service.rulebook.load import load, pack_names
from tests.pipeline.cases import AGENT, CUSTOMER, answers_of, case, said
from tests.rulebook.books import book, rules

SAMPLES = Path(__file__).parents[2] / "sample_audio"
#: A condition of every kind that looks at words, over few words, so that most of them hit something.
WHENS = (
    "{phrases: [保本, 收益]}",
    "{role: customer, phrases: {any: [投诉], unless: []}}",
    "{phrases: {all: [保证, 收益], window: {before: 6, after: 6}}}",
    "{phrases: {any: [收益], none: [历史]}}",
    "{regex: '保证.{0,3}收益'}",
    "{role: agent, similar: [我们不能承诺保本的]}",
    "{again: {alike: 0.5, min_chars: 3}}",
    "{phrases: {any: [收益], unless: []}, near: {phrases: [投诉], within: 20s}}",
    "{phrases: {any: [收益], unless: []}, not_after: {phrases: [投诉]}, count: {at_least: 2}}",
    "{absent: {phrases: [再见]}, role: agent, last: 30s}",
)
SENTENCES = (
    "这款产品保证收益，保本的。",
    "历史收益不代表未来。",
    "我们不能承诺保本的。",
    "我要投诉你们。",
    "你们到底保不保证收益？",
    "好的，再见。",
)
LINES = st.lists(
    st.tuples(st.sampled_from([AGENT, CUSTOMER]), st.sampled_from(SENTENCES)), min_size=1, max_size=7
)


#: So much that the call can be judged.
OPENING = (
    (AGENT, "您好，很高兴为您服务，请问有什么可以帮您？"),
    (CUSTOMER, "你好，我想问一下我上个月买的那个产品。"),
    (AGENT, "好的，请您稍等，我帮您看一下。"),
    (CUSTOMER, "嗯，好的，谢谢你。"),
)


def _book(*whens: str) -> Rulebook:
    written = (f"id: r{WHENS.index(one)}\ntitle: 规则\nwhen: {one}" for one in whens)
    return book(rules(*written))


TOGETHER = _book(*WHENS)
ALONE = [_book(one) for one in WHENS]


def _told(finding: Finding) -> tuple[object, ...]:
    return (finding.id, finding.rule, finding.tags, finding.evidence, finding.confidence, finding.doubts)


def _by_rule(assessment: Assessment) -> set[tuple[object, ...]]:
    return {_told(finding) for finding in assessment.findings}


@given(LINES)
def test_rules_judged_together_find_what_each_finds_by_itself(lines: list[tuple[Role, str]]) -> None:
    told = case(said([*OPENING, *lines]))

    together = judge(told, TOGETHER)

    assert together.scorable.may_judge
    assert _by_rule(together) == set().union(*(_by_rule(judge(told, alone)) for alone in ALONE))


def test_a_thousand_rules_and_the_one_that_is_hit() -> None:
    many = rules(
        *(f"id: r{n}\ntitle: 规则\nwhen: {{phrases: [第{n}号词语]}}" for n in range(1_000)),
        "id: hit\ntitle: 规则\nwhen: {phrases: [保证收益]}",
    )
    told = case(said([*OPENING, (AGENT, "这款产品保证收益。")]))

    assert [finding.rule for finding in judge(told, book(many)).findings] == ["demo/hit"]


COMMON = """
id: common
title: 规则
stage: score
criterion: listens
points: 5
when: {role: agent, phrases: {any: [您, 好, 请, 问, 有, 什, 么, 可, 以, 帮, 到, 的], unless: []}%s}
"""


@pytest.fixture(scope="module")
def crowded() -> Case:
    return case(said([(AGENT, "您好请问有什么可以帮到您的"), (CUSTOMER, "嗯我想一想")] * 40))


def test_what_a_rule_found_before_it_was_given_up_waits_for_a_person(crowded: Case) -> None:
    assessment = judge(crowded, book(rules(COMMON % "")))

    assert {doubt.code for finding in assessment.findings for doubt in finding.doubts} == {"doubt.too_common"}
    assert answers_of(assessment)["listens"] is Verdict.UNDECIDED


def test_a_rule_that_was_given_up_before_it_found_anything_is_undecided(crowded: Case) -> None:
    never = COMMON % ", near: {phrases: [从来没有人说], within: 9s}"

    assessment = judge(crowded, book(rules(never)))

    assert assessment.findings == ()
    (answer,) = assessment.legs[0].evaluation.answers  # type: ignore[union-attr]
    assert (answer.answer, answer.because.code) == (Verdict.UNDECIDED, "undecided.too_common")


def test_other_rules_are_answered_as_if_it_were_not_there(crowded: Case) -> None:
    other = "id: other\ntitle: 规则\nwhen: {phrases: {any: [帮到您], unless: []}}"

    with_it = judge(crowded, book(rules(COMMON % "", other))).findings
    without = judge(crowded, book(rules(other))).findings

    assert [f.id for f in with_it if f.rule == "demo/other"] == [f.id for f in without]
    assert not any(f.doubts for f in with_it if f.rule == "demo/other")


@pytest.mark.parametrize("pack", pack_names())
def test_no_rule_of_ours_is_given_up_in_twenty_minutes_of_talk(pack: str) -> None:
    long = judge(long_call(scripts(SAMPLES), 20), load(pack))

    given_up = {"undecided.too_common", "undecided.too_costly"}
    assert not [
        name for leg in long.legs for name, why in leg.basis.blocked.items() if why.because.code in given_up
    ]
    assert not [f for f in long.findings if "doubt.too_common" in {doubt.code for doubt in f.doubts}]
