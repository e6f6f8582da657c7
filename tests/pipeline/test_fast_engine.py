"""The fast engine makes of a call what `judge` makes of it: always, or it says that it cannot know."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings

from qa_service.core.measured import ROLES_CONTRADICTED, Problem
from qa_service.core.time import Span
from qa_service.lab.bench.ruling.books import compiled, phrase_book
from qa_service.lab.bench.ruling.calls import lines_of, scripts, stored_calls
from qa_service.pipeline.fast.engine import Engine
from qa_service.pipeline.fast.ready import ready
from qa_service.pipeline.fast.standing import Standing
from qa_service.pipeline.judge import Case, judge
from qa_service.rulebook.book import Rulebook
from qa_service.rulebook.load import load, pack_names
from tests.pipeline.cases import AGENT, BAD, CUSTOMER, GOOD, case, said
from tests.pipeline.fast_cases import books, cases
from tests.rulebook.books import book, rules, when

TRUTHS = scripts(Path(__file__).parents[2] / "sample_audio")
OPENING = (
    (AGENT, "您好，很高兴为您服务，请问有什么可以帮您？"),
    (CUSTOMER, "你好，我想问一下我买的那个产品。"),
)


def quickly(told: Case, book: Rulebook) -> Standing | None:
    return Engine(book).standing(ready(told), told.envelope, told.jurisdiction)


def surely(told: Case, book: Rulebook) -> Standing:
    return Standing.of(judge(told, book))


@settings(max_examples=300)
@given(cases(), books())
def test_it_is_what_judge_makes_of_the_call_or_nothing(told: Case, book: Rulebook) -> None:
    quick = quickly(told, book)

    assert quick is None or quick == surely(told, book)


@pytest.mark.parametrize("count", [100, 1_000])
def test_a_thousand_rules_and_the_sample_calls(count: int) -> None:
    many = compiled(phrase_book(lines_of(TRUTHS), count))
    engine = Engine(many)
    calls = stored_calls(TRUTHS, 25)

    quick = [engine.standing(ready(call), call.envelope) for call in calls]

    assert quick == [surely(call, many) for call in calls]
    assert sum(len(one.outcome.found) for one in quick if one) > 5


@pytest.mark.parametrize("pack", pack_names())
def test_what_a_pack_asks_beyond_phrases_is_left_to_judge(pack: str) -> None:
    told = case(said(GOOD))

    assert quickly(told, load(pack)) is None


#: Each is answered without `judge`; what is found stands beside.
ANSWERED = [
    pytest.param("{phrases: [保本]}", BAD, 1, id="said once"),
    pytest.param("{phrases: [从来没有人说]}", BAD, 0, id="not said"),
    pytest.param("{role: customer, phrases: [保本]}", BAD, 0, id="said by the other party"),
    pytest.param("{phrases: [保本]}", [(AGENT, "我们不能承诺保本的")], 0, id="denied"),
    pytest.param("{phrases: [保本, 稳赚]}", BAD, 1, id="twice in one breath is one finding"),
    pytest.param("{any: [{phrases: [保本]}, {phrases: [投诉]}]}", BAD, 2, id="either of two"),
    pytest.param("{phrases: [您], count: {at_least: 2}}", BAD, 7, id="from the second time on"),
    pytest.param("{phrases: [加我微信]}", [(AGENT, "你加我嗯微信")], 1, id="with a filler inside"),
    pytest.param("{phrases: [三天]}", [(AGENT, "等十三天")], 0, id="part of another number"),
    pytest.param("{phrases: [保本], near: {phrases: [退钱]}}", GOOD, 0, id="nothing wakes the rule"),
]


@pytest.mark.parametrize(("condition", "lines", "found"), ANSWERED)
def test_what_is_answered(condition: str, lines: Sequence[tuple[object, str]], found: int) -> None:
    told, one = case(said([*OPENING, *lines])), book(when(condition))  # type: ignore[list-item]

    quick = quickly(told, one)

    assert quick == surely(told, one)
    assert quick is not None
    assert len(quick.outcome.found) == found


LEFT = [
    pytest.param("{phrases: [保本], near: {phrases: [投诉], within: 60s}}", id="something stands beside it"),
    pytest.param("{absent: {phrases: [再见]}, role: agent, last: 30s}", id="nobody said it"),
    pytest.param("{phrases: {any: [保本], sounds_like: near}}", id="what only sounds like it"),
    pytest.param("{regex: '保.本'}", id="a regular expression"),
    pytest.param("{tag: silence.long}", id="a silence"),
    pytest.param("{phrases: {any: [的, 您, 吧, 了, 打, 好, 个, 天, 这], unless: []}}", id="everyday words"),
]


@pytest.mark.parametrize("condition", LEFT)
def test_what_is_left_to_judge(condition: str) -> None:
    told = case(said([*BAD] * 12))

    assert quickly(told, book(when(condition))) is None


def test_what_was_said_in_lines_that_nobody_opens_counts_for_how_often_a_rule_may_hit() -> None:
    long, short = (CUSTOMER, "我想问一下上个月办的那个套餐是怎么收费的"), (AGENT, "行")
    told, one = case(said([*OPENING, *[long, short] * 80])), book(when("{phrases: {any: [行], unless: []}}"))

    quick = quickly(told, one)

    assert quick == surely(told, one)
    assert quick is not None
    assert len(quick.outcome.found) == 80


@pytest.mark.parametrize("code", [ROLES_CONTRADICTED, "clocks_doubted"])
def test_what_is_doubted_of_the_whole_call_is_doubted_of_every_finding(code: str) -> None:
    told = case(said([*OPENING, *BAD]))
    told = replace(told, measured=replace(told.measured, problems=(Problem(code, Span(0, 1)),)))
    one = book(when("{phrases: [保本]}"))

    quick = quickly(told, one)

    assert quick == surely(told, one)
    assert quick is not None
    assert [found.needs_human for found in quick.outcome.found] == [code == ROLES_CONTRADICTED]


def test_two_utterances_with_one_name_are_left_to_judge() -> None:
    told = case(said(BAD))
    twice = replace(told.measured.utterances[2], id=told.measured.utterances[4].id)
    measured = replace(
        told.measured, utterances=(*told.measured.utterances[:2], twice, *told.measured.utterances[3:])
    )

    assert quickly(replace(told, measured=measured), book(when("{phrases: [保本]}"))) is None


def test_a_rule_that_is_not_asked_of_the_call_is_no_answer_in_both() -> None:
    told = replace(case(said(BAD)), jurisdiction="CN")
    one = book(rules("id: one\ntitle: 规则\njurisdiction: [TW]\nwhen: {phrases: [保本]}"))

    quick = quickly(told, one)

    assert quick == surely(told, one)
    assert quick is not None
    assert quick.blocked == ({"demo/one": False},)
