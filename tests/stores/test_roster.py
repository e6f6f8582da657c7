"""Where work goes that is given back: before what waits, where it lost its process; behind it, where it broke off."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from qa_service.core.stored import Job, JobKind, JobState, Queue
from qa_service.stores import jobs, takeover
from qa_service.stores.roster import StoreRoster
from tests.stores.rows import call_in

NOW = datetime(2026, 11, 26, 8, 0, tzinfo=UTC)
LATER = NOW + timedelta(minutes=1)


class Desk:
    """A roster of the node "here", and what it started again where."""

    def __init__(self, engine: sa.Engine) -> None:
        self.behind: list[str] = []
        self.before: list[str] = []
        self.roster = StoreRoster(
            engine,
            "here",
            lambda _, job: self.behind.append(job.id),
            lambda _, job: self.before.append(job.id),
            lambda: LATER,
        )


@pytest.fixture
def desk(engine: sa.Engine) -> Desk:
    return Desk(engine)


def running(engine: sa.Engine, node: str) -> Job:
    waiting = Job("work", JobKind.PROCESS, Queue.UPLOAD, JobState.QUEUED, call_in(engine), NOW)
    with engine.begin() as connection:
        takeover.beat(connection, node, now=NOW)
        jobs.add(connection, waiting)
        found = jobs.claim(connection, "work", node, now=NOW)
    assert found is not None
    return found


def test_the_work_of_the_dead_goes_first(engine: sa.Engine, desk: Desk) -> None:
    running(engine, "dead")
    desk.roster.beat()
    assert (desk.before, desk.behind) == (["work"], [])


def test_what_is_handed_back_goes_first(engine: sa.Engine, desk: Desk) -> None:
    running(engine, "here")
    desk.roster.leave()
    assert (desk.before, desk.behind) == (["work"], [])


def test_what_was_dropped_by_the_queue_goes_first(engine: sa.Engine, desk: Desk) -> None:
    waiting = Job("work", JobKind.PROCESS, Queue.UPLOAD, JobState.QUEUED, call_in(engine), NOW)
    with engine.begin() as connection:
        jobs.add(connection, waiting)
    assert desk.roster.restart("work", 0)
    assert (desk.before, desk.behind) == (["work"], [])


def test_what_broke_off_by_itself_waits_for_its_turn(engine: sa.Engine, desk: Desk) -> None:
    running(engine, "here")
    desk.roster.let_go("work", "no_space")
    assert (desk.before, desk.behind) == ([], ["work"])


def test_what_somebody_else_has_is_started_nowhere(engine: sa.Engine, desk: Desk) -> None:
    running(engine, "other")
    desk.roster.let_go("work", "no_space")
    desk.roster.leave()
    assert not desk.roster.restart("work", 1)
    assert (desk.before, desk.behind) == ([], [])
