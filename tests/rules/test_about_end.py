"""Which rules ask for the end of a call."""

from __future__ import annotations

import pytest

from qa_service.core.speech import Role
from qa_service.rulebook.load import load
from qa_service.rules.about import is_about_end
from qa_service.rules.conditions import (
    Absent,
    AllOf,
    AnyOf,
    Capped,
    Condition,
    Distance,
    Lacking,
    Nearby,
    Repeated,
    Scope,
    Tagged,
)

BYE = Tagged(("service.closing",), Role.AGENT)
LAST, FIRST = Scope(last_ms=30_000), Scope(first_ms=30_000)
NO_BYE = Absent(BYE, "x.y", Role.AGENT, LAST)


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        pytest.param(NO_BYE, True, id="no goodbye"),
        pytest.param(Capped(NO_BYE, 0.6), True, id="no goodbye, hardly sure"),
        pytest.param(AnyOf((NO_BYE, Capped(NO_BYE, 0.6))), True, id="either way no goodbye"),
        pytest.param(AllOf((BYE, NO_BYE)), True, id="something, and no goodbye"),
        pytest.param(
            Absent(BYE, "x.y", Role.AGENT, Scope(last_utterances=3)), True, id="not in the last three"
        ),
        pytest.param(Absent(BYE, "x.y", Role.AGENT, Scope(last_share=0.1)), True, id="not in the last tenth"),
        pytest.param(
            Absent(BYE, "x.y", Role.AGENT, Scope(first_utterances=3)), False, id="not in the first three"
        ),
        pytest.param(Absent(BYE, "x.y", Role.AGENT, FIRST), False, id="no greeting"),
        pytest.param(Absent(BYE, "x.y", Role.AGENT), False, id="nowhere in the call"),
        pytest.param(Absent(BYE, "x.y", Role.CUSTOMER, LAST), False, id="a customer's goodbye"),
        pytest.param(AnyOf((NO_BYE, BYE)), False, id="no goodbye, or something that was said"),
        pytest.param(Repeated(BYE, 2), False, id="twice"),
        pytest.param(BYE, False, id="a goodbye"),
        pytest.param(AllOf((BYE, Lacking(BYE, Distance()))), False, id="not beside it"),
        pytest.param(Nearby(NO_BYE, Distance()), False, id="beside something"),
    ],
)
def test_is_about_the_end(condition: Condition, expected: bool) -> None:
    assert is_about_end(condition) is expected


def test_of_the_pack_that_is_the_closing_alone() -> None:
    rules = load("service-zh").rules

    assert [rule.id.rpartition("/")[2] for rule in rules if is_about_end(rule.when)] == ["closing"]
