"""Schedules through the API: what runs by itself, what came of it, run now, and what was drawn and reported."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from qa_service import bootstrap
from qa_service.core.people import Right
from qa_service.core.schedules import Task
from qa_service.stores import takeover
from qa_service.stores.timetable import StoreTimetable
from qa_service.worker.timer import Timer
from tests.web.samples import transcript
from tests.web.service import Service

TASKS = {task.value for task in Task}


def shown(client: httpx.Client, task: str) -> dict[str, Any]:
    listed = client.get("/api/v1/schedules").json()["schedules"]
    found: dict[str, Any] = next(one for one in listed if one["task"] == task)
    return found


def work(service: Service) -> None:
    """A node looks by the test's clock, a little later than anybody asked by the server's, and runs it."""
    kept = service.shelves
    behind = (datetime.now(UTC) - service.clock()).total_seconds()  # the suite may be slower than its clock
    service.clock.forward(seconds=max(0.0, behind) + 300)
    with kept.engine.begin() as connection:
        takeover.beat(connection, "timer-node", now=service.clock())
    table = StoreTimetable(
        kept.engine, "timer-node", bootstrap.zone(), service.clock, time_in=lambda _, here: here()
    )
    while Timer(table, bootstrap.tasks(kept)).step(threading.Event()):
        pass


def test_every_task_says_when_it_runs(service: Service) -> None:
    client = service.client(secret=service.key(Right.MANAGE_SCHEDULES))

    listed = client.get("/api/v1/schedules").json()["schedules"]

    assert {one["task"] for one in listed} == TASKS
    assert all(one["next_at"] for one in listed if one["is_on"])


@pytest.mark.parametrize("task", sorted(TASKS))
def test_run_now_runs_it_and_shows_what_came_of_it(either: Service, task: str) -> None:
    client = either.client(secret=either.key(Right.MANAGE_SCHEDULES))

    asked = client.post(f"/api/v1/schedules/{task}/run")
    work(either)

    after = shown(client, task)
    assert (asked.status_code, asked.json()["is_asked_for"]) == (202, True)
    assert (after["state"], after["is_asked_for"]) == ("done", False), after
    assert after["finished_at"] is not None
    assert after["result"]


def test_a_time_is_changed_and_the_audit_log_says_by_whom(service: Service) -> None:
    client = service.client(secret=service.key(Right.MANAGE_SCHEDULES))

    changed = client.put("/api/v1/schedules/sampling", json={"at": "0 6 * * 2", "is_on": False, "amount": 7})

    assert changed.json() | {"state": ""} == shown(client, "sampling") | {"state": ""}
    assert (changed.json()["at"], changed.json()["amount"], changed.json()["next_at"]) == (
        "0 6 * * 2",
        7,
        None,
    )
    assert service.audit()[-1]["action"] == "change_schedule"


@pytest.mark.parametrize(
    ("task", "body"),
    [
        pytest.param("sampling", {"at": "every day"}, id="words"),
        pytest.param("sampling", {"at": "* * * * *", "amount": 0}, id="nobody drawn"),
        pytest.param("backups", {"at": "* * * * *"}, id="a task that is not there"),
    ],
)
def test_times_that_mean_nothing_are_refused(service: Service, task: str, body: dict[str, Any]) -> None:
    client = service.client(secret=service.key(Right.MANAGE_SCHEDULES))

    assert client.put(f"/api/v1/schedules/{task}", json=body).status_code == 422


def test_a_week_is_drawn_reported_and_downloaded(either: Service, team: str) -> None:
    # By the server's time, which is not ours to turn: other tests have turned the service's.
    turned, now = either.clock.moment, datetime.now(UTC)
    either.clock.moment = now - timedelta(days=7)
    client = either.everything()
    made = client.post(f"/api/v1/calls/transcripts?team={team}", json=transcript(f"8001-{team}")).json()
    either.work_on(made["job_id"])
    either.clock.moment = now
    for task in ("sampling", "reports"):
        client.post(f"/api/v1/schedules/{task}/run")
    work(either)

    samples = client.get("/api/v1/samples", params={"agent_id": f"8001-{team}"}).json()["samples"]
    of_team = either.client(secret=either.key(Right.EXPORT, team=team))
    listed = of_team.get("/api/v1/reports").json()["reports"]
    files = {one["form"]: of_team.get(f"/api/v1/reports/{one['id']}") for one in listed}
    either.clock.moment = max(turned, either.clock.moment)

    assert [one["call"]["id"] for one in samples] == [made["call_id"]]
    assert {one["team"] for one in listed} == {team}
    assert files["json"].json()["agents"][0]["agent_id"] == f"8001-{team}"
    assert files["xlsx"].content[:2] == b"PK"
    assert f'filename="{listed[0]["week"]}.xlsx"' in files["xlsx"].headers["content-disposition"]
