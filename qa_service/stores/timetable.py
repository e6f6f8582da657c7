"""The ports `Schedules` and `Timetable`: one row for each task, taken by one living process at a time."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Any

import sqlalchemy as sa

from qa_service.core.cron import cron
from qa_service.core.people import Asked
from qa_service.core.schedules import RunState, Schedule, Task, Turn
from qa_service.stores import audit, takeover
from qa_service.stores.engine import answering, reading, time_of
from qa_service.stores.tables import schedules
from qa_service.stores.workbench import Shelves

#: What failed is tried again after this long, or at its next time, whichever comes first.
_AGAIN = timedelta(hours=1)
_RUNNING = RunState.RUNNING.value


@dataclass(frozen=True, slots=True)
class StoreSchedules:
    """Schedules as an administrator sees them, in the installation's zone."""

    shelves: Shelves
    zone: tzinfo
    time_in: Callable[[sa.Connection, Callable[[], datetime]], datetime] = time_of

    def all(self, asked: Asked) -> Sequence[Schedule]:  # noqa: ARG002
        """Every schedule, by name."""
        with reading(self.shelves.engine) as connection:
            rows = connection.execute(sa.select(schedules).order_by(schedules.c.task))
            return tuple(self._schedule(row) for row in rows)

    def change(self, asked: Asked, task: Task, *, at: str, is_on: bool, amount: int | None) -> Schedule:
        """Sets when it runs, whether it does, and how much it takes."""
        written = cron(at)
        now = self.shelves.now()
        values = {"at": written.text, "is_on": is_on, "next_at": written.after(now, self.zone)}
        if amount is not None:
            values["amount"] = amount
        return self._write(asked, task, "change_schedule", values)

    def run_now(self, asked: Asked, task: Task) -> Schedule:
        """Lets the next node that looks run it."""
        with reading(self.shelves.engine) as connection:  # the server's time: by it the nodes see what is due
            now = self.time_in(connection, self.shelves.now)
        return self._write(asked, task, "run_schedule", {"asked_at": now})

    def _write(self, asked: Asked, task: Task, action: str, values: Mapping[str, Any]) -> Schedule:
        with self.shelves.engine.begin() as connection:
            connection.execute(schedules.update().where(schedules.c.task == task.value).values(**values))
            told = {name: value for name, value in values.items() if isinstance(value, str | int | None)}
            entry = audit.Entry(asked.caller.id, action, f"schedule:{task}", told, asked.request_id)
            audit.write(connection, entry, now=self.shelves.now())
            row = connection.execute(sa.select(schedules).where(schedules.c.task == task.value)).one()
        return self._schedule(row)

    def _schedule(self, row: Any) -> Schedule:
        written = cron(row.at)
        return Schedule(
            task=Task(row.task),
            at=row.at,
            is_on=row.is_on,
            amount=row.amount,
            next_at=(row.next_at or written.after(self.shelves.now(), self.zone)) if row.is_on else None,
            state=RunState(row.state),
            started_at=row.started_at,
            finished_at=row.finished_at,
            result=json.loads(row.result),
            is_asked_for=row.asked_at is not None,
        )


@dataclass(frozen=True, slots=True)
class StoreTimetable:
    """The same for the process `node`. Times are the server's, so that all processes agree on them."""

    engine: sa.Engine
    node: str
    zone: tzinfo
    now: Callable[[], datetime]
    time_in: Callable[[sa.Connection, Callable[[], datetime]], datetime] = time_of

    def take(self) -> Turn | None:
        """Something that is due; several runs that were missed are one."""
        with answering():
            with reading(self.engine) as connection:  # most looks find nothing, and write nothing
                if self._found(connection) is None:
                    return None
            with self.engine.begin() as connection:
                self._say_when(connection)
                row = self._found(connection)
                return None if row is None else self._taken(connection, row)

    def is_ours(self, turn: Turn) -> bool:
        """Whether nobody has taken it over meanwhile."""
        with answering(), reading(self.engine) as connection:
            return connection.execute(sa.select(schedules.c.task).where(*_ours(turn))).first() is not None

    def finish(self, turn: Turn, state: RunState, result: Mapping[str, object]) -> bool:
        """Ends the run, and says when the next one is."""
        with answering(), self.engine.begin() as connection:
            now = self.time_in(connection, self.now)
            at = connection.execute(
                sa.select(schedules.c.at).where(schedules.c.task == turn.task.value)
            ).scalar_one()
            next_at = cron(at).after(now, self.zone)
            if state is RunState.FAILED:
                next_at = min(next_at, now + _AGAIN)
            told = json.dumps(dict(result), ensure_ascii=False, sort_keys=True)
            ended = {"state": state.value, "result": told, "finished_at": now, "next_at": next_at, "node": ""}
            return bool(connection.execute(schedules.update().where(*_ours(turn)).values(**ended)).rowcount)

    def hand_back(self, turn: Turn) -> None:
        """Nobody need wait until this process counts as dead."""
        with answering(), self.engine.begin() as connection:
            connection.execute(schedules.update().where(*_ours(turn)).values(node=""))

    def _found(self, connection: sa.Connection) -> Any:
        now = self.time_in(connection, self.now)
        living = takeover.living(connection, now=now)
        if self.node not in living:
            return None
        # What is ours by the table while we look for work is a run whose end could not be written.
        others = living - {self.node}
        rows = connection.execute(sa.select(schedules).order_by(schedules.c.task)).all()
        return next((row for row in rows if _is_due(row, now, others)), None)

    def _say_when(self, connection: sa.Connection) -> None:
        """The first look at a task says when it is due."""
        now = self.time_in(connection, self.now)
        fresh = sa.select(schedules.c.task, schedules.c.at).where(schedules.c.next_at.is_(None))
        for task, at in connection.execute(fresh).all():
            same = schedules.update().where(schedules.c.task == task, schedules.c.next_at.is_(None))
            connection.execute(same.values(next_at=cron(at).after(now, self.zone)))

    def _taken(self, connection: sa.Connection, row: Any) -> Turn | None:
        now = self.time_in(connection, self.now)
        where = schedules.update().where(schedules.c.task == row.task, schedules.c.fence == row.fence)
        was_running = row.state == _RUNNING
        due_at = row.due_at if was_running else row.asked_at or row.next_at
        begun = {"state": _RUNNING, "node": self.node, "fence": row.fence + 1, "started_at": now}
        taken = connection.execute(where.values(**begun, asked_at=None, due_at=due_at))
        return Turn(Task(row.task), row.fence + 1, due_at, row.amount) if taken.rowcount else None


def ask_for(connection: sa.Connection, task: Task, at: datetime) -> None:
    """Lets a task run at `at` besides its own times; who asks meanwhile is served by the same run."""
    same = schedules.update().where(schedules.c.task == task.value, schedules.c.asked_at.is_(None))
    connection.execute(same.values(asked_at=at))


def _ours(turn: Turn) -> tuple[sa.ColumnElement[bool], ...]:
    at = schedules.c
    return at.task == turn.task.value, at.fence == turn.fence, at.state == _RUNNING


def _is_due(row: Any, now: datetime, others: frozenset[str]) -> bool:
    """Whether a process that lives may take it: its time has come, somebody asked, or who had it is gone."""
    if row.state == _RUNNING:
        return row.node not in others
    if row.asked_at is not None and row.asked_at <= now:
        return True
    return bool(row.is_on) and (row.next_at is None or row.next_at <= now)
