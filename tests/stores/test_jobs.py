"""Work: claimed once, told about, cancelled, tried again, taken from the dead, and fenced."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from qa_service.core.errors import Fenced
from qa_service.core.stored import Job, JobState
from qa_service.stores import jobs, takeover
from qa_service.stores.engine import reading
from qa_service.stores.takeover import DEAD_AFTER, MOST_ATTEMPTS
from tests.stores.rows import NOW, call_in, job_for

LATER = NOW + DEAD_AFTER + timedelta(seconds=1)


@pytest.fixture
def job_id(engine: sa.Engine) -> str:
    return job_for(engine, call_in(engine))


def claimed(engine: sa.Engine, job_id: str, node: str) -> Job:
    with engine.begin() as connection:
        takeover.beat(connection, node, now=NOW)
        job = jobs.claim(connection, job_id, node, now=NOW)
    assert job is not None
    return job


def state(engine: sa.Engine, job_id: str) -> JobState:
    with reading(engine) as connection:
        job = jobs.find(connection, job_id)
    assert job is not None
    return job.state


def test_work_is_claimed_by_one(engine: sa.Engine, job_id: str) -> None:
    claimed(engine, job_id, "a")

    with engine.begin() as connection:
        assert jobs.claim(connection, job_id, "b", now=NOW) is None


def test_the_dead_lose_their_work_and_can_write_nothing(engine: sa.Engine, job_id: str) -> None:
    zombie = claimed(engine, job_id, "a")

    with engine.begin() as connection:
        takeover.beat(connection, "b", now=LATER)
        again = takeover.reap(connection, now=LATER)
    successor = claimed(engine, job_id, "b")

    assert [job.id for job in again] == [job_id]
    assert successor.fence > zombie.fence
    with pytest.raises(Fenced), engine.begin() as connection:
        jobs.finish(connection, zombie, JobState.DONE, now=LATER)
    with engine.begin() as connection:
        assert not jobs.tell(connection, zombie, now=LATER)
        jobs.finish(connection, successor, JobState.DONE, now=LATER)
    assert state(engine, job_id) is JobState.DONE


def test_a_zombie_is_fenced_as_soon_as_its_work_is_taken_even_before_anyone_claims_it(
    engine: sa.Engine, job_id: str
) -> None:
    zombie = claimed(engine, job_id, "a")
    with engine.begin() as connection:
        takeover.reap(connection, now=LATER)

    with pytest.raises(Fenced), engine.begin() as connection:
        jobs.hold(connection, zombie)


def test_the_living_keep_their_work(engine: sa.Engine, job_id: str) -> None:
    job = claimed(engine, job_id, "a")

    with engine.begin() as connection:
        takeover.beat(connection, "a", now=LATER)
        assert takeover.reap(connection, now=LATER) == ()
        jobs.finish(connection, job, JobState.DONE, now=LATER)


def test_work_that_kills_its_worker_every_time_waits_for_a_person(engine: sa.Engine, job_id: str) -> None:
    for attempt in range(MOST_ATTEMPTS):
        job = claimed(engine, job_id, f"n{attempt}")
        with engine.begin() as connection:
            again = takeover.reap(connection, now=LATER)

    assert again == ()
    assert job.attempts == MOST_ATTEMPTS
    assert state(engine, job_id) is JobState.QUARANTINED


def test_a_person_may_try_quarantined_work_again(engine: sa.Engine, job_id: str) -> None:
    for attempt in range(MOST_ATTEMPTS):
        claimed(engine, job_id, f"n{attempt}")
        with engine.begin() as connection:
            takeover.reap(connection, now=LATER)

    with engine.begin() as connection:
        assert jobs.retry(connection, job_id)

    assert claimed(engine, job_id, "fresh").attempts == 1


def test_waiting_work_is_cancelled_at_once(engine: sa.Engine, job_id: str) -> None:
    with engine.begin() as connection:
        assert jobs.ask_to_cancel(connection, job_id, now=NOW)
        assert jobs.claim(connection, job_id, "a", now=NOW) is None

    assert state(engine, job_id) is JobState.CANCELLED


def test_running_work_is_asked_to_stop(engine: sa.Engine, job_id: str) -> None:
    job = claimed(engine, job_id, "a")

    with engine.begin() as connection:
        assert jobs.ask_to_cancel(connection, job_id, now=NOW)
        assert not jobs.tell(connection, job, now=NOW)


def test_what_is_over_cannot_be_cancelled(engine: sa.Engine, job_id: str) -> None:
    job = claimed(engine, job_id, "a")
    with engine.begin() as connection:
        jobs.finish(connection, job, JobState.DONE, now=NOW)

        assert not jobs.ask_to_cancel(connection, job_id, now=NOW)
        assert not jobs.retry(connection, job_id)


def test_what_was_reached_never_falls_within_a_try(engine: sa.Engine, job_id: str) -> None:
    job = claimed(engine, job_id, "a")
    told = [(NOW, 0.3), (NOW + timedelta(seconds=1), 0.2), (NOW + timedelta(seconds=2), 0.3), (LATER, 0.4)]
    seen = []
    for at, share in told:
        with engine.begin() as connection:
            jobs.tell(connection, replace(job, stage="asr", done=share, total=1.0, reached=share), now=at)
            found = jobs.find(connection, job_id)
        assert found is not None
        seen.append((found.reached_at, found.reached))

    assert seen == [(NOW, 0.3), (NOW, 0.3), (NOW, 0.3), (LATER, 0.4)]


def test_a_new_try_begins_anew(engine: sa.Engine, job_id: str) -> None:
    job = claimed(engine, job_id, "a")
    with engine.begin() as connection:
        jobs.tell(connection, replace(job, stage="asr", done=1.0, total=2.0, reached=0.5), now=NOW)
        takeover.hand_back(connection, job)

    again = claimed(engine, job_id, "b")
    assert (again.reached, again.reached_at, again.share) == (0.0, None, None)


def test_of_what_is_done_all_is_done(engine: sa.Engine, job_id: str) -> None:
    job = claimed(engine, job_id, "a")
    with engine.begin() as connection:
        jobs.tell(connection, replace(job, stage="judge", done=0.0, total=1.0), now=NOW)
        jobs.finish(connection, job, JobState.DONE, now=NOW)
        found = jobs.find(connection, job_id)

    assert found is not None
    assert found.share == 1.0
