"""Runs what comes again, in a thread of the process that works: the lowest queue, behind everything that waits.

Tasks stand in the timetable, and one process at a time runs each. Chores are small, stand nowhere, and every process
does them once a minute, also between the steps of a long task.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

import structlog

from qa_service.core.errors import DatabaseAway, QaError
from qa_service.core.schedules import RunState, Task, Turn
from qa_service.ports.schedules import Doing, Timetable

log = structlog.get_logger()

#: How often it looks for what is due.
POLL_S = 2.0
#: How often a run makes sure that it is still this process's.
_LOOK_S = 3.0
#: How often chores are done.
CHORES_S = 60.0
#: The system gives this thread what nobody else wants.
_LEAST = 19


@dataclass(slots=True)
class Timer:
    """Takes what is due, one task at a time. Any number may work beside one another, in any number of processes."""

    #: None: this process runs no tasks, it does its chores.
    table: Timetable | None
    tasks: Mapping[Task, Doing]
    #: Each is safe to do in several processes at once.
    chores: Sequence[Callable[[], object]] = ()
    clock: Callable[[], float] = time.monotonic
    looked_at: float = field(default=float("-inf"))
    tidied_at: float = field(init=False)

    def __post_init__(self) -> None:
        self.tidied_at = self.clock()

    def run(self, stopping: threading.Event) -> None:
        """Works until `stopping` is set."""
        with suppress(OSError, AttributeError):  # not every system knows priorities of threads
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _LEAST)
        while not stopping.wait(POLL_S):
            try:
                self.step(stopping)
            except DatabaseAway as error:
                log.warning("timetable_away", code=error.code)

    def step(self, stopping: threading.Event) -> bool:
        """Does the chores and runs one task, what of them is due; answers whether there was a task.

        Raises:
            DatabaseAway: then the run is taken up again by whoever finds it.
        """
        self._tidy()
        turn = self.table.take() if self.table else None
        if self.table is None or turn is None:
            return False
        self._run(self.table, turn, stopping)
        return True

    def _run(self, table: Timetable, turn: Turn, stopping: threading.Event) -> None:
        def go_on() -> bool:
            self._tidy()
            return not stopping.is_set() and self._is_ours(table, turn)

        begun = self.clock()
        state, result = self._done(turn, go_on)
        if stopping.is_set():
            table.hand_back(turn)
            return
        took_ms = round(1_000 * (self.clock() - begun))
        table.finish(turn, state, result)
        log.info("schedule_run", stage=turn.task.value, status=state.value, took_ms=took_ms)

    def _tidy(self) -> None:
        """Every chore once a minute; one that breaks off is tried again a minute later."""
        if self.clock() - self.tidied_at < CHORES_S:
            return
        self.tidied_at = self.clock()
        for chore in self.chores:
            try:
                chore()
            except Exception as error:  # noqa: BLE001 - said, and tried again in a minute
                log.warning("chore_broke_off", code=getattr(error, "code", type(error).__name__))

    def _done(self, turn: Turn, go_on: Callable[[], bool]) -> tuple[RunState, Mapping[str, object]]:
        try:
            return RunState.DONE, self.tasks[turn.task](turn, go_on)
        except QaError as error:
            code = error.code
        except Exception as error:  # noqa: BLE001 - nothing is swallowed: it stands in the result, and is tried again
            code = f"crashed.{type(error).__name__}"
        log.error("schedule_failed", stage=turn.task.value, code=code)
        return RunState.FAILED, {"code": code}

    def _is_ours(self, table: Timetable, turn: Turn) -> bool:
        """Asked now and then: who slept for too long has lost the run."""
        if self.clock() - self.looked_at < _LOOK_S:
            return True
        self.looked_at = self.clock()
        return table.is_ours(turn)
