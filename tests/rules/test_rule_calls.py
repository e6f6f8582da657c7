"""A rule about some calls: not a question for others, and waiting for a person where nobody said which it is."""

from __future__ import annotations

from dataclasses import replace

import pytest

from qa_service.core.calls import Direction, Envelope
from qa_service.core.texts import Reason
from tests.make import facts
from tests.rulebook.books import book, when

(RULE,) = book(when("{tag: pace.fast, call: {direction: outbound}}")).rules


@pytest.mark.parametrize(
    ("direction", "not_applicable", "undecided"),
    [
        pytest.param(Direction.OUTBOUND, None, None, id="such a call"),
        pytest.param(Direction.INBOUND, Reason("not_applicable.other_call"), None, id="another one"),
        pytest.param(Direction.UNKNOWN, None, Reason("undecided.call_unknown"), id="nobody said"),
    ],
)
def test_a_rule_is_asked_of_its_calls_alone(
    direction: Direction, not_applicable: Reason | None, undecided: Reason | None
) -> None:
    about = replace(facts(), envelope=Envelope(direction=direction))

    assert (RULE.not_applicable(about), RULE.undecided(about)) == (not_applicable, undecided)
