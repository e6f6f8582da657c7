"""The difference between two verdicts on one call."""

from __future__ import annotations

from dataclasses import replace

import pytest

from qa_service import bootstrap
from qa_service.core.alerts import AlertPolicy
from qa_service.core.part_scores import PartScore
from qa_service.core.time import Span
from qa_service.pipeline.diff import Change, Found, Outcome, compare
from qa_service.pipeline.judge import judge
from qa_service.usecases.analyze import Analyzed
from tests.pipeline.cases import BAD, BOOK, GOOD, Line, case, said


def found(name: str, start_ms: int, end_ms: int, rule: str = "r") -> Found:
    return Found(name, rule, Span(start_ms, end_ms), needs_human=False)


def outcome(*some: Found, score: float | None = 90.0, passed: bool | None = True) -> Outcome:
    return Outcome("d", "scored", (PartScore("a", score, passed),), some)


def names(some: tuple[Found, ...]) -> list[str]:
    return [one.id for one in some]


def test_against_itself_nothing_is_different() -> None:
    one = outcome(found("a", 0, 5), found("b", 3, 9))

    assert compare(one, one).is_empty
    assert compare(one, one).surprise == (0.0, 0.0, 0.0, 0.0)


def test_a_rule_that_fires_where_it_overlaps_has_moved() -> None:
    change = compare(
        outcome(found("a", 0, 1_000), found("gone", 5_000, 6_000), found("other", 0, 1_000, "s")),
        outcome(found("b", 900, 2_000), found("new", 7_000, 8_000), found("other", 0, 1_000, "s")),
    )

    assert [(was.id, now.id) for was, now in change.moved] == [("a", "b")]
    assert (names(change.appeared), names(change.disappeared)) == (["new"], ["gone"])


def test_each_finding_moves_once_and_to_where_it_shares_most() -> None:
    change = compare(
        outcome(found("a", 0, 10_000)),
        outcome(found("near", 0, 3_000), found("nearest", 3_000, 10_000)),
    )

    assert [(was.id, now.id) for was, now in change.moved] == [("a", "nearest")]
    assert names(change.appeared) == ["near"]


def test_touching_is_not_overlapping_but_one_place_is_one_place() -> None:
    beside = compare(outcome(found("a", 0, 1_000)), outcome(found("b", 1_000, 2_000)))
    here = compare(outcome(found("a", 500, 500)), outcome(found("b", 500, 500)))

    assert (len(beside.moved), len(here.moved)) == (0, 1)


@pytest.mark.parametrize(
    ("before", "after", "is_flip", "shift"),
    [
        ((90.0, True), (70.0, False), True, -20.0),
        ((90.0, True), (85.0, True), False, -5.0),
        ((90.0, True), (90.0, None), True, 0.0),
        ((None, None), (70.0, False), True, None),
        ((None, None), (None, None), False, None),
    ],
)
def test_what_becomes_of_score_and_pass(
    before: tuple[float | None, bool | None],
    after: tuple[float | None, bool | None],
    is_flip: bool,
    shift: float | None,
) -> None:
    change = compare(outcome(score=before[0], passed=before[1]), outcome(score=after[0], passed=after[1]))

    assert (change.is_flip, change.shift) == (is_flip, shift)
    assert change.is_empty is (before == after)


def test_a_call_that_begins_to_wait_for_a_person_has_changed() -> None:
    one = found("a", 0, 1_000)

    assert not compare(outcome(one), outcome(one._replace(needs_human=True))).is_empty


def test_flips_surprise_more_than_points_and_points_more_than_findings() -> None:
    was = outcome()
    changes = [
        compare(was, outcome(passed=False)),
        compare(was, outcome(score=60.0)),
        compare(was, outcome(found("a", 0, 1), found("b", 2, 3))),
        compare(was, was),
    ]

    assert sorted(changes, key=_surprise, reverse=True) == changes


def _surprise(change: Change) -> tuple[float, ...]:
    return change.surprise


@pytest.mark.parametrize("lines", [BAD, GOOD])
def test_what_is_kept_of_a_call_says_the_same_as_the_call(lines: tuple[Line, ...]) -> None:
    assessment = judge(case(said(lines)), BOOK)
    document = bootstrap.document(Analyzed(assessment, {}))

    assert Outcome.kept(document) == Outcome.of(assessment)
    assert bool(Outcome.of(assessment).found) is (lines is BAD)


def test_alerts_are_counted_as_they_would_be_raised() -> None:
    three = outcome(found("a", 0, 1_000), found("b", 2_000, 3_000), found("c", 90_000, 91_000))
    policy = AlertPolicy(cool_down_ms=60_000, at_most=5)

    assert three.alerts({"r": policy}) == 2
    assert three.alerts({"r": replace(policy, at_most=1)}) == 1
    assert three.alerts({}) == 0
