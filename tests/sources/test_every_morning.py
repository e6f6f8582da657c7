"""Every morning the day before is counted, in the installation's days, and told to whoever asked."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from qa_service.core.schedules import Task, Turn
from qa_service.core.sources import Place, SourceKind
from qa_service.core.stored import CallState
from qa_service.core.webhooks import NewWebhook, WebhookKind
from qa_service.stores.daily import DailyWork
from qa_service.stores.tables import deliveries
from qa_service.stores.webhooks import Office
from tests.sources.collecting import Centre
from tests.sources.test_joined import QUERY, records
from tests.sources.test_reconciliation import MIDNIGHT, expect, receive

#: 26 November, 06:00 in Shanghai.
MORNING = datetime(2026, 11, 25, 22, 0, tzinfo=UTC)


@pytest.fixture
def cdr(centre: Centre) -> str:
    return centre.add(SourceKind.CDR, name="话单", place=Place(query=QUERY), secrets=records(centre))


def reconciled(centre: Centre, due_at: datetime = MORNING) -> dict[str, object]:
    work = DailyWork(centre.shelves, "Asia/Shanghai")
    return dict(work.reconcile(Turn(Task.RECONCILIATION, 1, due_at), lambda: True))


def hook(centre: Centre, *events: str, team: str = "") -> None:
    with centre.engine.begin() as connection:
        new = NewWebhook(WebhookKind.GENERIC, "https://hooks.example.com/qa", events, team)
        Office(connection, centre.shelves.key, "admin", centre.at).add(new)


def told(centre: Centre) -> list[dict[str, object]]:
    with centre.engine.connect() as connection:
        bodies = connection.execute(
            sa.select(deliveries.c.body).where(deliveries.c.event == "day.reconciled")
        )
        return [json.loads(body)["data"] for body in bodies.scalars()]


def test_what_was_expected_and_did_not_come_is_told(centre: Centre, cdr: str) -> None:
    hook(centre, "day.reconciled")
    expect(centre, cdr, "good", "short", "lost", "lost2")
    centre.at = MIDNIGHT + timedelta(hours=2)
    receive(centre, good=(CallState.JUDGED, ""), short=(CallState.NOT_SCORABLE, "too_short"))

    result = reconciled(centre)

    assert result == {
        "day": "2026-11-25",
        "sources": 1,
        "expected": 4,
        "received": 2,
        "scored": 1,
        "processing": 0,
        "not_scorable": 1,
        "failed": 0,
        "known": 0,
        "missing": 2,
        "unexpected": 0,
    }
    assert told(centre) == [result]


def test_a_day_without_calls_is_told_too(centre: Centre, cdr: str) -> None:
    hook(centre, "day.reconciled")

    assert reconciled(centre)["expected"] == 0
    assert len(told(centre)) == 1


def test_without_call_records_nothing_is_told(centre: Centre) -> None:
    hook(centre, "day.reconciled")

    assert reconciled(centre)["sources"] == 0
    assert told(centre) == []


@pytest.mark.parametrize(
    "hook_", [("call.judged", ""), ("day.reconciled", "北区")], ids=["other", "a team's"]
)
def test_who_did_not_ask_or_sees_a_team_alone_is_not_told(
    centre: Centre, cdr: str, hook_: tuple[str, str]
) -> None:
    hook(centre, hook_[0], team=hook_[1])

    reconciled(centre)

    assert told(centre) == []


def test_days_are_the_installations(centre: Centre, cdr: str) -> None:
    expect(centre, cdr, "late", at=MIDNIGHT - timedelta(minutes=1))

    assert [reconciled(centre, MORNING - timedelta(days=by))["expected"] for by in (0, 1)] == [0, 1]
