"""What the store is told while a call is heard: now and then, and never less than before."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, cast

import pytest

from qa_service.core.stored import Job, JobKind, JobState, Queue
from qa_service.ports.storing import Workbench
from qa_service.usecases.process import _Errand

JOB = Job(
    "j", JobKind.PROCESS, Queue.UPLOAD, JobState.RUNNING, "c", datetime(2026, 11, 26, tzinfo=UTC), fence=1
)


@dataclass
class Store:
    """What it was told, when; and whether the work is still wanted."""

    now_s: float = 0.0
    told: list[tuple[float, str, float, float]] = field(default_factory=list)
    is_wanted: bool = True

    def tell(self, _: Job, stage: str, done: float, total: float) -> bool:
        self.told.append((self.now_s, stage, done, total))
        return self.is_wanted


@pytest.fixture
def store() -> Store:
    return Store()


@pytest.fixture
def errand(store: Store) -> _Errand:
    return _Errand(cast(Workbench, store), JOB, lambda: store.now_s)


def at(store: Store, seconds: float, does: Any, *given: object) -> Any:
    store.now_s = seconds
    return does(*given)


def test_whoever_only_asks_whether_to_go_on_takes_nothing_back(store: Store, errand: _Errand) -> None:
    at(store, 0.0, errand.progress, "asr", 30.0, 100.0)
    assert not at(store, 10.0, errand.cancelled)

    assert store.told == [(0.0, "asr", 30.0, 100.0), (10.0, "asr", 30.0, 100.0)]


def test_what_came_too_soon_to_be_told_is_told_the_next_time(store: Store, errand: _Errand) -> None:
    at(store, 0.0, errand.progress, "asr", 30.0, 100.0)
    at(store, 0.1, errand.progress, "asr", 40.0, 100.0)
    at(store, 10.0, errand.cancelled)

    assert store.told[1:] == [(10.0, "asr", 40.0, 100.0)]


def test_a_new_stage_is_told_at_once(store: Store, errand: _Errand) -> None:
    at(store, 0.0, errand.progress, "vad", 1.0, 1.0)
    at(store, 0.1, errand.progress, "asr", 0.0, 100.0)

    assert [stage for _, stage, _, _ in store.told] == ["vad", "asr"]


def test_who_is_not_wanted_learns_it_and_asks_no_more(store: Store, errand: _Errand) -> None:
    at(store, 0.0, errand.progress, "asr", 0.0, 100.0)
    store.is_wanted = False

    assert at(store, 10.0, errand.cancelled)
    assert at(store, 20.0, errand.cancelled)
    assert len(store.told) == 2
