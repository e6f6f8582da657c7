"""Schedules in real processes: a node runs what is asked for; one that is killed in the middle is replaced."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from qa_service.core.errors import DatabaseAway, RecordingError
from qa_service.core.schedules import RunState, Schedule, Task, Turn
from qa_service.ports.schedules import Doing
from qa_service.stores.timetable import StoreSchedules
from qa_service.worker.timer import Timer
from tests.worker.centre import ASKED, Centre

TURN = Turn(Task.CLEANUP, 1, datetime(2026, 11, 25, tzinfo=UTC))
SLEEPER = "tests.worker.sleepy_timer"


class Table:
    """One turn, and what became of it."""

    def __init__(self, *, is_ours: bool = True) -> None:
        self.ours, self.turns = is_ours, [TURN]
        self.ended: list[object] = []

    def take(self) -> Turn | None:
        return self.turns.pop() if self.turns else None

    def is_ours(self, turn: Turn) -> bool:
        return self.ours

    def finish(self, turn: Turn, state: RunState, result: Mapping[str, object]) -> bool:
        self.ended.append((state, dict(result)))
        return self.ours

    def hand_back(self, turn: Turn) -> None:
        self.ended.append("handed back")


def timer(table: Table, do: Callable[[Turn, Callable[[], bool]], Mapping[str, object]]) -> Timer:
    return Timer(table, {Task.CLEANUP: do})


def test_a_run_ends_with_its_counts() -> None:
    table = Table()

    assert timer(table, lambda *_: {"sessions": 2}).step(threading.Event())
    assert not timer(table, lambda *_: {}).step(threading.Event())

    assert table.ended == [(RunState.DONE, {"sessions": 2})]


@pytest.mark.parametrize(
    ("error", "code"),
    [
        pytest.param(RecordingError("sound_missing", problem="gone"), "sound_missing", id="an error of ours"),
        pytest.param(ZeroDivisionError("13800138000"), "crashed.ZeroDivisionError", id="one nobody expected"),
        pytest.param(DatabaseAway(), "database_away", id="a database that went away"),
    ],
)
def test_what_fails_is_told_by_its_code(error: Exception, code: str) -> None:
    table = Table()

    def fail(*_: object) -> Mapping[str, object]:
        raise error

    timer(table, fail).step(threading.Event())

    assert table.ended == [(RunState.FAILED, {"code": code})]


def test_who_is_asked_to_stop_hands_the_run_back() -> None:
    table, stopping = Table(), threading.Event()

    def work(_: Turn, go_on: Callable[[], bool]) -> Mapping[str, object]:
        stopping.set()
        return {"may_go_on": go_on()}

    timer(table, work).step(stopping)

    assert table.ended == ["handed back"]


def test_who_lost_the_run_does_not_go_on() -> None:
    table, told = Table(is_ours=False), []

    def work(_: Turn, go_on: Callable[[], bool]) -> Mapping[str, object]:
        told.append(go_on())
        return {}

    timer(table, work).step(threading.Event())

    assert told == [False]


class Hand:
    """A chore that breaks off, a chore that counts, and a clock that somebody turns."""

    def __init__(self) -> None:
        self.now_s, self.done = 0.0, 0

    def break_off(self) -> None:
        raise RecordingError("sound_missing", problem="gone")

    def count(self) -> None:
        self.done += 1

    def timer(self, table: Table | None, do: Doing) -> Timer:
        return Timer(table, {Task.CLEANUP: do}, (self.break_off, self.count), clock=lambda: self.now_s)


@pytest.mark.parametrize("table", [Table(), None], ids=["with schedules", "without schedules"])
def test_chores_are_done_once_a_minute_and_one_that_breaks_off_spares_the_others(table: Table | None) -> None:
    hand, done = Hand(), []
    made = hand.timer(table, lambda *_: {})

    for hand.now_s in (59, 60, 61, 119, 120):
        made.step(threading.Event())
        done.append(hand.done)

    assert done == [0, 1, 1, 1, 2]


def test_a_long_task_lets_chores_go_between_its_steps() -> None:
    hand, done = Hand(), []

    def work(_: Turn, go_on: Callable[[], bool]) -> Mapping[str, object]:
        for hand.now_s in (59, 60, 61, 3_600):
            go_on()
            done.append(hand.done)
        return {}

    hand.timer(Table(), work).step(threading.Event())

    assert done == [0, 1, 1, 2]


def cleanup(here: Centre) -> Schedule:
    desk = StoreSchedules(here.shelves, ZoneInfo("Asia/Shanghai"))
    return next(one for one in desk.all(ASKED) if one.task is Task.CLEANUP)


@pytest.mark.slow
def test_a_node_that_is_killed_in_a_run_is_replaced(here: Centre) -> None:
    StoreSchedules(here.shelves, ZoneInfo("Asia/Shanghai")).run_now(ASKED, Task.CLEANUP)
    sleeper = here.node(SLEEPER)
    here.wait(lambda: cleanup(here).state is RunState.RUNNING)
    sleeper.send_signal(signal.SIGKILL)
    sleeper.wait()

    here.node("qa_service", "work", "--queues", "maintenance")
    here.wait(lambda: cleanup(here).state is RunState.DONE)

    assert cleanup(here).result == {"deletions": 0, "idempotency_keys": 0, "rescores": 0, "sessions": 0}
