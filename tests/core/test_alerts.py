"""Which findings alert: those of rules that say so, once, not too many and not too close."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_service.core.alerts import AlertPolicy, Raised, alerting
from qa_service.core.findings import Finding, Severity, Stage
from qa_service.core.texts import Reason, Text
from qa_service.core.time import Span

POLICY = AlertPolicy(cool_down_ms=60_000, at_most=2)


def finding(at_ms: int, name: str = "", rule: str = "x/y") -> Finding:
    return Finding(
        id=name or f"f{at_ms}",
        rule=rule,
        label="risk.abuse",
        title=Text("x"),
        severity=Severity.CRITICAL,
        stage=Stage.SCORE,
        criterion="",
        tags=(),
        evidence=(),
        confidence=1.0,
        because=Reason.of("phrases.exact"),
        span=Span(at_ms, at_ms + 2_000),
    )


@pytest.mark.parametrize(
    ("at_ms", "alerts"),
    [
        pytest.param([0], [0], id="the first one"),
        pytest.param([0, 60_000], [0, 60_000], id="again after the cool down"),
        pytest.param([60_000, 0], [0, 60_000], id="in order of time, however they come"),
        pytest.param([0, 59_999], [0], id="too soon"),
        pytest.param([0, 30_000, 61_000], [0, 61_000], id="what raised none delays none"),
        pytest.param([0, 60_000, 120_000], [0, 60_000], id="no more than so many in a call"),
        pytest.param([], [], id="nothing found"),
    ],
)
def test_alerts_of_one_rule(at_ms: Sequence[int], alerts: Sequence[int]) -> None:
    due = alerting(map(finding, at_ms), {"x/y": POLICY})

    assert [one.span.start_ms for one in due] == alerts


def test_a_rule_that_says_nothing_of_alerts_raises_none() -> None:
    assert alerting([finding(0, rule="x/z")], {"x/y": POLICY}) == ()


def test_one_that_waits_for_a_person_alerts_too() -> None:
    unsure = replace(finding(0), doubts=(Reason.of("doubt.confidence"),))

    assert alerting([unsure], {"x/y": POLICY}) == (unsure,)


@pytest.mark.parametrize(
    ("before", "is_new"),
    [
        pytest.param(Raised("f0", "x/y", Span(500_000, 500_001)), False, id="about the same id"),
        pytest.param(Raised("g", "x/y", Span(1_999, 5_000)), False, id="about an overlapping place"),
        pytest.param(Raised("g", "x/y", Span(61_000, 62_000)), True, id="about another place"),
        pytest.param(Raised("g", "x/y", Span(30_000, 31_000)), False, id="about another place, just now"),
        pytest.param(Raised("g", "x/z", Span(0, 2_000)), True, id="of another rule at this place"),
    ],
)
def test_judged_again_a_call_raises_what_is_new(before: Raised, is_new: bool) -> None:
    assert bool(alerting([finding(0)], {"x/y": POLICY}, [before])) is is_new


@given(st.lists(st.integers(0, 300_000), max_size=12, unique=True))
def test_what_was_raised_is_never_raised_again(at_ms: list[int]) -> None:
    found = [finding(at) for at in at_ms]
    due = alerting(found, {"x/y": POLICY})
    raised = [Raised(one.id, one.rule, one.span) for one in due]

    assert len(due) <= POLICY.at_most
    assert alerting(due, {"x/y": POLICY}, raised) == ()
    assert alerting(found, {"x/y": AlertPolicy(0, POLICY.at_most)}, raised) == () or len(due) < POLICY.at_most
