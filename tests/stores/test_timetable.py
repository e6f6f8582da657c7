"""The timetable: one living process runs what is due, missed runs are made up for once, a dead one is replaced."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from qa_service.core.errors import UsageError
from qa_service.core.schedules import RunState, Schedule, Task, Turn
from qa_service.stores import takeover, timetable
from qa_service.stores.tables import schedules
from qa_service.stores.timetable import StoreSchedules, StoreTimetable
from tests.stores.shop import ASKED, Shop

ZONE = ZoneInfo("Asia/Shanghai")
#: 02:00 in Shanghai on a Wednesday.
NIGHT = datetime(2026, 11, 24, 18, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@dataclass
class Tables:
    """Two processes, and who looks at what they do."""

    shop: Shop

    def __post_init__(self) -> None:
        self.seen = StoreSchedules(self.shop.shelves, ZONE, time_in=lambda _, here: here())
        self.one, self.other = self._of("one"), self._of("other")
        only = schedules.c.task != Task.RETENTION.value
        with self.shop.engine.begin() as connection:
            connection.execute(schedules.update().where(only).values(is_on=False))

    def _of(self, node: str) -> StoreTimetable:
        return StoreTimetable(
            self.shop.engine, node, ZONE, lambda: self.shop.at, time_in=lambda _, here: here()
        )

    def alive(self, *names: str) -> None:
        with self.shop.engine.begin() as connection:
            for name in names:
                takeover.beat(connection, name, now=self.shop.at)

    def retention(self) -> Schedule:
        return next(one for one in self.seen.all(ASKED) if one.task is Task.RETENTION)

    def at(self, moment: datetime) -> Tables:
        """Everybody lives then."""
        self.shop.at = moment
        self.alive("one", "other")
        return self


@pytest.fixture
def tables(engine: sa.Engine, tmp_path: Path) -> Tables:
    shop = Shop(engine, tmp_path / "sound", NIGHT)
    made = Tables(shop).at(NIGHT)
    assert made.one.take() is None, "the first look says when"
    return made


def due(tables: Tables) -> Turn:
    turn = tables.at(NIGHT + HOUR).one.take()
    assert turn is not None
    return turn


def test_what_is_due_is_run_once(tables: Tables) -> None:
    before = tables.at(NIGHT + HOUR / 2 - timedelta(seconds=1)).one.take()
    turn = tables.at(NIGHT + HOUR / 2).one.take()
    second = tables.other.take()
    assert turn is not None
    running = tables.retention()
    done = tables.one.finish(turn, RunState.DONE, {"sound": 3})
    after = tables.other.take()

    assert (before, second, after) == (None, None, None)
    assert (turn.task, turn.due_at) == (Task.RETENTION, NIGHT + HOUR / 2)
    assert running.state is RunState.RUNNING
    kept = tables.retention()
    assert done
    assert (kept.state, kept.result, kept.next_at) == (RunState.DONE, {"sound": 3}, NIGHT + HOUR / 2 + DAY)


def test_many_that_were_missed_are_made_up_for_once(tables: Tables) -> None:
    turn = tables.at(NIGHT + 9 * DAY).other.take()
    assert turn is not None
    tables.other.finish(turn, RunState.DONE, {})

    assert turn.due_at == NIGHT + HOUR / 2
    assert tables.one.take() is None
    assert tables.retention().next_at == NIGHT + HOUR / 2 + 9 * DAY


def test_a_dead_processs_run_is_taken_over_and_its_end_is_refused(tables: Tables) -> None:
    turn = due(tables)
    tables.shop.at += takeover.DEAD_AFTER * 2
    tables.alive("other")

    again = tables.other.take()

    assert again is not None
    assert (again.task, again.due_at, again.fence) == (turn.task, turn.due_at, turn.fence + 1)
    assert not tables.one.is_ours(turn)
    assert not tables.one.finish(turn, RunState.DONE, {"sound": 1})
    assert tables.other.is_ours(again)
    assert tables.other.finish(again, RunState.DONE, {"sound": 2})
    assert tables.retention().result == {"sound": 2}


def test_a_process_that_is_not_known_to_live_takes_nothing(tables: Tables) -> None:
    tables.shop.at = NIGHT + HOUR
    assert tables.one.take() is None


def test_a_run_whose_end_could_not_be_written_is_begun_again_by_the_same_process(tables: Tables) -> None:
    turn = due(tables)

    again = tables.one.take()

    assert again is not None
    assert again.fence == turn.fence + 1
    assert tables.other.take() is None


def test_what_is_handed_back_goes_on_at_once_elsewhere(tables: Tables) -> None:
    tables.one.hand_back(due(tables))

    again = tables.other.take()

    assert again is not None


def test_what_failed_is_tried_again_within_the_hour(tables: Tables) -> None:
    tables.one.finish(due(tables), RunState.FAILED, {"code": "no_space"})

    kept = tables.retention()

    assert (kept.state, kept.result) == (RunState.FAILED, {"code": "no_space"})
    assert kept.next_at == NIGHT + 2 * HOUR
    assert tables.at(NIGHT + 2 * HOUR).other.take() is not None


def test_what_is_switched_off_runs_only_when_asked_for(tables: Tables) -> None:
    tables.seen.change(ASKED, Task.RETENTION, at="30 2 * * *", is_on=False, amount=None)
    never = tables.at(NIGHT + 3 * DAY).one.take()
    asked = tables.seen.run_now(ASKED, Task.RETENTION)
    turn = tables.one.take()
    assert turn is not None
    tables.one.finish(turn, RunState.DONE, {})

    assert (never, asked.is_asked_for, asked.next_at) == (None, True, None)
    assert turn.due_at == NIGHT + 3 * DAY
    assert tables.other.take() is None
    assert not tables.retention().is_asked_for


def test_what_is_asked_for_at_a_time_runs_then_and_once(tables: Tables) -> None:
    tables.seen.change(ASKED, Task.RETENTION, at="30 2 * * *", is_on=False, amount=None)
    for minutes in (10, 12):
        with tables.shop.engine.begin() as connection:
            timetable.ask_for(connection, Task.RETENTION, NIGHT + minutes * MINUTE)

    assert tables.at(NIGHT + 9 * MINUTE).one.take() is None
    turn = tables.at(NIGHT + 10 * MINUTE).one.take()

    assert turn is not None
    tables.one.finish(turn, RunState.DONE, {})
    assert tables.at(NIGHT + 20 * MINUTE).one.take() is None


def test_a_time_that_was_changed_is_the_time(tables: Tables) -> None:
    changed = tables.seen.change(ASKED, Task.RETENTION, at="0  5 * * *", is_on=True, amount=None)
    with pytest.raises(UsageError):
        tables.seen.change(ASKED, Task.RETENTION, at="at night", is_on=True, amount=None)

    assert (changed.at, changed.next_at) == ("0 5 * * *", NIGHT + 3 * HOUR)
    assert tables.at(NIGHT + 2 * HOUR).one.take() is None
    assert tables.at(NIGHT + 3 * HOUR).one.take() is not None


def test_one_of_many_that_look_together_gets_it(tables: Tables) -> None:
    from concurrent.futures import ThreadPoolExecutor

    tables.at(NIGHT + HOUR)
    look: list[Callable[[], Turn | None]] = [tables.one.take, tables.other.take] * 4
    tables.one.hand_back(due(tables))
    with ThreadPoolExecutor(8) as pool:
        found = [turn for turn in pool.map(lambda take: take(), look) if turn is not None]

    # A process that looks again finds its own run: within one process nothing looks while a run goes on.
    assert len({turn.fence for turn in found}) == len(found) >= 1
