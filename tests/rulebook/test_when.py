"""Conditions as authors write them, and what they come to mean."""

from __future__ import annotations

import pytest

from qa_service.core.calls import Clocks
from qa_service.core.speech import Role
from qa_service.detectors.patterns import Patterns
from qa_service.detectors.phrases import Phrases
from qa_service.rules.conditions import (
    Absent,
    AllOf,
    AnyOf,
    Between,
    Branch,
    Capped,
    Condition,
    Distance,
    Every,
    Lacking,
    Limit,
    Nearby,
    Repeated,
    Scope,
    Side,
    Step,
    Steps,
    Tagged,
    Unit,
    Which,
)
from tests.rulebook.books import book, condition, rules, when

AGENT, CUSTOMER = Role.AGENT, Role.CUSTOMER
FAST, SLOW = Tagged(("pace.fast",)), Tagged(("pace.slow",))
_LEG, _FIRST = Scope(), Scope(first_ms=30_000)


def _op(number: int, role: Role | None = None, scope: Scope = _LEG, least: float = 0.0) -> Tagged:
    return Tagged((f"rule.demo/one.{number}",), role, scope, least)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        pytest.param("{tag: pace.fast}", FAST, id="a tag"),
        pytest.param(
            "{tag: [pace.fast, pace.slow]}", Tagged(("pace.fast", "pace.slow")), id="one of several"
        ),
        pytest.param("{tag: pace.fast, role: agent}", Tagged(("pace.fast",), AGENT), id="somebody's"),
        pytest.param(
            "{tag: pace.fast, last: 2m}", Tagged(("pace.fast",), scope=Scope(last_ms=120_000)), id="last"
        ),
        pytest.param(
            "{tag: pace.fast, first: 3 utterances}",
            Tagged(("pace.fast",), scope=Scope(first_utterances=3)),
            id="in the first three sentences",
        ),
        pytest.param(
            "{tag: pace.fast, between: {from: 第3句, to: -1 utterances}}",
            Tagged(("pace.fast",), scope=Scope(between=Between(Unit.UTTERANCES, 3, -1))),
            id="a range of utterances",
        ),
        pytest.param(
            "{tag: pace.fast, between: {from: 30s, to: -1.5s}}",
            Tagged(("pace.fast",), scope=Scope(between=Between(Unit.MS, 30_000, -1_500))),
            id="a range of time",
        ),
        pytest.param(
            "{tag: pace.fast, between: {to: 80%}}",
            Tagged(("pace.fast",), scope=Scope(between=Between(Unit.SHARE, None, 0.8))),
            id="up to a share",
        ),
        pytest.param(
            "{tag: pace.fast, last: 5句}", Tagged(("pace.fast",), scope=Scope(last_utterances=5)), id="5句"
        ),
        pytest.param(
            "{tag: pace.fast, first: 20%}", Tagged(("pace.fast",), scope=Scope(first_share=0.2)), id="a fifth"
        ),
        pytest.param(
            "{tag: pace.fast, last: 100 ％}",
            Tagged(("pace.fast",), scope=Scope(last_share=1.0)),
            id="all of it",
        ),
        pytest.param(
            "{absent: {tag: service.greeting}, role: agent, first: 2 utterances}",
            Absent(
                Tagged(("service.greeting",), AGENT, Scope(first_utterances=2)),
                "rule.demo/one.1",
                AGENT,
                Scope(first_utterances=2),
            ),
            id="not said in the first two sentences",
        ),
        pytest.param(
            "{tag: pace.fast, min_confidence: 1}", Tagged(("pace.fast",), min_confidence=1.0), id="sure"
        ),
        pytest.param("{tag: pace.fast, max_confidence: 0.6}", Capped(FAST, 0.6), id="never quite sure"),
        pytest.param("{tag: pace.fast, max_confidence: 1}", FAST, id="as sure as it is"),
        pytest.param(
            "{tag: pace.fast, max_confidence: 0.6, count: {at_least: 3}}",
            Repeated(Capped(FAST, 0.6), 3),
            id="never quite sure, three times",
        ),
        pytest.param(
            "{any: [{tag: pace.fast}, {tag: pace.slow, max_confidence: 0.6}], role: agent}",
            AnyOf((Tagged(("pace.fast",), AGENT), Capped(Tagged(("pace.slow",), AGENT), 0.6))),
            id="one of the parts never quite sure",
        ),
        pytest.param("{tag: pace.fast, count: {at_least: 3}}", Repeated(FAST, 3), id="three times"),
        pytest.param("{tag: pace.fast, count: {at_least: 1}}", FAST, id="once is no repetition"),
        pytest.param("{phrases: [保本]}", _op(1), id="words"),
        pytest.param("{phrases: {any: [保本], role: agent}}", _op(1, AGENT), id="somebody's words"),
        pytest.param(
            "{phrases: {any: [保本], role: agent}, role: customer}", _op(1, AGENT), id="the inner role wins"
        ),
        pytest.param(
            "{phrases: [保本], first: 30s, min_confidence: 0.8}", _op(1, None, _FIRST, 0.8), id="scoped"
        ),
        pytest.param("{regex: 保.本, role: agent}", _op(1, AGENT), id="a pattern"),
        pytest.param("{all: [{tag: pace.fast}, {tag: pace.slow}]}", AllOf((FAST, SLOW)), id="all"),
        pytest.param("{any: [{tag: pace.fast}, {phrases: [保本]}]}", AnyOf((FAST, _op(1))), id="any"),
        pytest.param(
            "{any: [{tag: pace.fast}, {tag: pace.slow, role: customer, last: 5s}], role: agent, first: 30s}",
            AnyOf(
                (
                    Tagged(("pace.fast",), AGENT, _FIRST),
                    Tagged(("pace.slow",), CUSTOMER, Scope(last_ms=5_000)),
                )
            ),
            id="role and scope reach the parts that do not say otherwise",
        ),
        pytest.param(
            "{absent: {tag: service.greeting}, role: agent, first: 30s}",
            Absent(Tagged(("service.greeting",), AGENT, _FIRST), "rule.demo/one.1", AGENT, _FIRST),
            id="not said at the beginning",
        ),
        pytest.param(
            "{absent: {any: [{tag: service.greeting}, {phrases: [您好]}]}, role: agent, first: 30s}",
            Absent(
                AnyOf((Tagged(("service.greeting",), AGENT, _FIRST), _op(1, AGENT, _FIRST))),
                "rule.demo/one.2",
                AGENT,
                _FIRST,
            ),
            id="none of several at the beginning",
        ),
        pytest.param(
            "{tag: pace.fast, role: agent, last: 2句, every: true}",
            Every(Tagged(("pace.fast",), AGENT, Scope(last_utterances=2)), AGENT, Scope(last_utterances=2)),
            id="each of the last two",
        ),
        pytest.param(
            "{absent: {phrases: {any: [先生], role: agent}, every: {min_chars: 8}}, role: agent, first: 30s}",
            Absent(Every(_op(1, AGENT, _FIRST), AGENT, _FIRST, 8), "rule.demo/one.2", AGENT, _FIRST),
            id="not in each of some length",
        ),
        pytest.param(
            "{steps: [{title: 甲, tag: pace.fast}, {title: 乙, any: [好], within: 3句, optional: true}], role: agent}",
            Steps(
                (
                    Step(Tagged(("pace.fast",), AGENT), "甲", "rule.demo/one.1", AGENT),
                    Step(
                        _op(3, AGENT), "乙", "rule.demo/one.2", AGENT, Limit(utterances=3), is_optional=True
                    ),
                )
            ),
            id="one step and another",
        ),
        pytest.param(
            "{steps: [{if: {tag: pace.slow, role: customer}, within: 30s, then: [{title: 甲, tag: pace.fast}]}],"
            " role: agent, first: 30s}",
            Steps(
                (
                    Branch(
                        Tagged(("pace.slow",), CUSTOMER, _FIRST),
                        (Step(Tagged(("pace.fast",), AGENT, _FIRST), "甲", "rule.demo/one.1", AGENT),),
                        (),
                        Limit(ms=30_000),
                    ),
                ),
                _FIRST,
            ),
            id="a step after an answer, at the beginning",
        ),
        pytest.param(
            "{steps: [{title: 甲, tag: pace.fast, role: customer}], role: agent}",
            Steps((Step(Tagged(("pace.fast",), CUSTOMER), "甲", "rule.demo/one.1", CUSTOMER),)),
            id="a step of somebody else",
        ),
        pytest.param(
            "{tag: pace.fast, after: {tag: pace.slow, within: 30s}}",
            AllOf((FAST, Nearby(SLOW, Distance(Side.BEFORE, 30_000)))),
            id="after something, which lies before it",
        ),
        pytest.param(
            "{tag: pace.fast, after: {tag: pace.slow, which: any}}",
            AllOf((FAST, Nearby(SLOW, Distance(Side.BEFORE)))),
            id="any of them is the usual",
        ),
        pytest.param(
            "{tag: pace.fast, after: {tag: pace.slow, which: first, within: 30s}}",
            AllOf((FAST, Nearby(SLOW, Distance(Side.BEFORE, 30_000), 1))),
            id="after the first",
        ),
        pytest.param(
            "{tag: pace.fast, near: {any: [理财], which: 2}}",
            AllOf((FAST, Nearby(_op(1), Distance(), 2))),
            id="near words, the second time",
        ),
        pytest.param(
            "{tag: pace.fast, not_after: {tag: pace.slow, which: last}}",
            AllOf((FAST, Lacking(SLOW, Distance(Side.BEFORE), Which.LAST))),
            id="not after the last",
        ),
        pytest.param(
            "{all: [{tag: pace.fast}, {near: {tag: pace.slow, which: every}}]}",
            AllOf((FAST, Nearby(SLOW, Distance(), Which.EVERY))),
            id="near every one",
        ),
        pytest.param(
            "{tag: pace.fast, not_before: {tag: pace.slow, within: 2 utterances}}",
            AllOf((FAST, Lacking(SLOW, Distance(Side.AFTER, within_utterances=2)))),
            id="nothing follows",
        ),
        pytest.param(
            "{tag: pace.fast, near: {any: [理财, 基金], within: 3句}}",
            AllOf((FAST, Nearby(_op(1), Distance(Side.AROUND, within_utterances=3)))),
            id="near words",
        ),
        pytest.param(
            "{tag: pace.fast, role: agent, near: {any: [理财]}}",
            AllOf((Tagged(("pace.fast",), AGENT), Nearby(_op(1), Distance()))),
            id="whoever says them, anywhere in the leg",
        ),
        pytest.param(
            "{all: [{phrases: [保本]}, {near: {any: [理财], within: 2 utterances}}]}",
            AllOf((_op(1), Nearby(_op(2), Distance(Side.AROUND, within_utterances=2)))),
            id="a bare anchor in a list",
        ),
        pytest.param(
            "{tag: pace.fast, near: {any: [{tag: pace.slow}, {tag: pace.jump}], within: 5s}, count: {at_least: 2}}",
            Repeated(
                AllOf((FAST, Nearby(AnyOf((SLOW, Tagged(("pace.jump",)))), Distance(Side.AROUND, 5_000)))), 2
            ),
            id="counted with its anchors",
        ),
    ],
)
def test_what_is_written_is_what_is_meant(written: str, read: Condition) -> None:
    assert condition(written) == read


def test_operators_become_detectors_that_emit_the_labels_of_their_rule() -> None:
    made = book(
        rules(
            "id: one\ntitle: 甲\nwhen: {any: [{phrases: {any: [保本, 稳赚], role: agent}}, {regex: 保.收益}]}",
            "id: two\ntitle: 乙\nwhen: {phrases: {any: ['12315'], sounds_like: near, unless: []}, role: customer}",
        )
    )

    phrases, patterns = made.detectors

    assert isinstance(phrases, Phrases)
    assert isinstance(patterns, Patterns)
    assert [(r.label, r.any, r.role, r.sounds_like) for r in phrases.rules] == [
        ("rule.demo/one.1", ("保本", "稳赚"), AGENT, "exact"),
        ("rule.demo/two.1", ("12315",), CUSTOMER, "near"),
    ]
    assert [set(r.unless) for r in phrases.rules] == [{"negated", "quoted", "question"}, set()]
    assert [(r.label, r.pattern) for r in patterns.rules] == [("rule.demo/one.2", "保.收益")]


def test_the_order_of_keys_does_not_change_the_labels() -> None:
    one = "{phrases: [甲], near: {any: [乙]}, after: {any: [丙]}}"
    other = "{after: {any: [丙]}, near: {any: [乙]}, phrases: [甲]}"

    assert condition(one) == condition(other)
    assert book(when(one)).digest == book(when(other)).digest


@pytest.mark.parametrize(
    ("written", "needs"),
    [
        pytest.param("{tag: silence.long}", {"activity"}, id="a silence needs no words"),
        pytest.param("{phrases: [保本]}", {"words"}, id="words need words"),
        pytest.param("{tag: tone.raised_voice}", {"words", "prosody"}, id="a voice needs its loudness"),
        pytest.param(
            "{tag: silence.long, not_after: {any: [稍等]}}", {"activity", "words"}, id="both need both"
        ),
    ],
)
def test_a_rule_needs_what_its_detectors_need(written: str, needs: set[str]) -> None:
    assert book(when(written)).rules[0].needs == needs


def test_rules_about_simultaneous_voices_need_two_channels() -> None:
    assert book(when("{tag: crosstalk.interruption}")).rules[0].needs_two_channels
    assert not book(when("{tag: pace.fast}")).rules[0].needs_two_channels


@pytest.mark.parametrize(
    ("label", "clocks"),
    [
        pytest.param("crosstalk.interruption", {Clocks.ONE}, id="who spoke over whom"),
        pytest.param("silence.late_response", {Clocks.ONE, Clocks.UNPROVEN}, id="who waited for whom"),
        pytest.param("pace.fast", set(Clocks), id="one party alone"),
    ],
)
def test_rules_about_both_parties_times_need_one_clock(label: str, clocks: set[Clocks]) -> None:
    assert book(when(f"{{tag: {label}}}")).rules[0].clocks == clocks


def test_thousands_of_rules_make_one_detector_of_each_kind() -> None:
    many = [f"id: p{i}\ntitle: 规则\nwhen: {{phrases: [词语{i}]}}" for i in range(1_000)]
    many += [f"id: r{i}\ntitle: 规则\nwhen: {{regex: 词.{i}}}" for i in range(200)]

    made = book(rules(*many))

    assert len(made.rules) == 1_200
    assert [type(detector) for detector in made.detectors] == [Phrases, Patterns]
