"""Work that its process cannot do just now goes back at no cost, is started again once, and is fenced as ever."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
import sqlalchemy as sa

from qa_service.core.errors import Fenced
from qa_service.core.stored import Job, JobState
from qa_service.stores import jobs, takeover
from qa_service.stores.roster import StoreRoster
from tests.stores.rows import NOW, call_in, job_for


@dataclass
class House:
    """One node's roster, and the entries that it put into the queue."""

    engine: sa.Engine
    job_id: str
    started: list[int] = field(default_factory=list)
    trouble: str = ""

    def __post_init__(self) -> None:
        def start(_: sa.Connection, job: Job) -> None:
            self.started.append(job.fence)

        self.roster = StoreRoster(self.engine, "a", start, start, lambda: NOW)
        self.roster.trouble = lambda: self.trouble
        self.roster.beat()

    def claim(self, node: str = "a") -> Job:
        with self.engine.begin() as connection:
            job = jobs.claim(connection, self.job_id, node, now=NOW)
        assert job is not None
        return job

    def job(self) -> Job:
        with self.engine.begin() as connection:
            job = jobs.find(connection, self.job_id)
        assert job is not None
        return job

    def troubles(self) -> dict[str, int]:
        with self.engine.begin() as connection:
            return dict(takeover.troubles(connection, now=NOW))


@pytest.fixture
def house(engine: sa.Engine) -> House:
    return House(engine, job_for(engine, call_in(engine)))


def test_it_costs_no_try_however_often(house: House) -> None:
    for _ in range(3 * takeover.MOST_ATTEMPTS):
        house.claim()
        house.roster.put_back(house.job_id)

    job = house.job()
    assert (job.state, job.attempts, job.node, job.error_code) == (JobState.QUEUED, 0, "", "")
    assert house.started == sorted(set(house.started)), "each time under a new name"
    assert len(house.started) == 3 * takeover.MOST_ATTEMPTS


def test_tries_that_failed_before_still_count(house: House) -> None:
    house.claim()
    house.roster.let_go(house.job_id, "crashed.OSError")
    house.claim()
    house.roster.put_back(house.job_id)

    assert house.job().attempts == 1


def test_whoever_had_it_writes_nothing_any_more(house: House) -> None:
    before = house.claim()
    house.roster.put_back(house.job_id)

    with pytest.raises(Fenced), house.engine.begin() as connection:
        jobs.finish(connection, before, JobState.DONE, now=NOW)


def test_work_that_another_has_is_left_alone(house: House) -> None:
    theirs = house.claim("b")
    house.roster.put_back(house.job_id)

    assert (house.job(), house.started) == (theirs, [])


def test_work_that_waits_is_left_alone(house: House) -> None:
    house.roster.put_back(house.job_id)

    assert (house.job().fence, house.started) == (0, [])


def test_an_entry_that_was_used_up_before_a_claim_is_started_again_once(house: House) -> None:
    assert house.roster.restart(house.job_id, 0)
    assert not house.roster.restart(house.job_id, 0)

    assert house.started == [1]


def test_what_was_put_back_is_not_started_twice(house: House) -> None:
    """The node asks for both, for it does not know how far it came."""
    entry = house.job().fence
    house.claim()
    house.roster.put_back(house.job_id)

    assert not house.roster.restart(house.job_id, entry)
    assert len(house.started) == 1


def test_why_nothing_is_drawn_goes_with_the_sign_of_life(house: House) -> None:
    assert house.troubles() == {"": 1}
    house.trouble = "model_unavailable"
    house.roster.beat()
    assert house.troubles() == {"model_unavailable": 1}
    house.trouble = ""
    house.roster.beat()
    assert house.troubles() == {"": 1}
