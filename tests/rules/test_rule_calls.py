"""A rule about some calls: not a question for others, and waiting for a person where nobody said which it is."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest

from qa_service.core.calls import Direction, Envelope
from qa_service.core.texts import Reason
from tests.make import facts
from tests.rulebook.books import book, rules, when

_HERE = timezone(timedelta(hours=8))
(DATED,) = book(
    rules("id: one\ntitle: 规则\neffective: {from: 2026-09-01, to: 2026-10-31}\nwhen: {tag: pace.fast}")
).rules
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


@pytest.mark.parametrize(
    ("began", "not_applicable", "undecided"),
    [
        pytest.param(datetime(2026, 9, 1, 0, 0, tzinfo=_HERE), None, None, id="its first day"),
        pytest.param(datetime(2026, 10, 31, 23, 59, tzinfo=_HERE), None, None, id="its last day, there"),
        pytest.param(
            datetime(2026, 11, 1, 0, 0, tzinfo=_HERE),
            Reason.of("not_applicable.other_day", date="2026-11-01"),
            None,
            id="the day after",
        ),
        pytest.param(
            datetime(2026, 8, 31, 23, 59, tzinfo=_HERE),
            Reason.of("not_applicable.other_day", date="2026-08-31"),
            None,
            id="the day before",
        ),
        pytest.param(None, None, Reason("undecided.day_unknown"), id="nobody said"),
    ],
)
def test_a_rule_is_asked_on_its_days_alone(
    began: datetime | None, not_applicable: Reason | None, undecided: Reason | None
) -> None:
    about = replace(facts(), envelope=Envelope(started_at=began))

    assert (DATED.not_applicable(about), DATED.undecided(about)) == (not_applicable, undecided)
