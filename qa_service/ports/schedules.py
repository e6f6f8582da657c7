"""What comes again: as people see it, and as a process that works takes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from qa_service.core.people import Asked
from qa_service.core.schedules import RunState, Schedule, Task, Turn

#: Does a task as long as it may go on; answers counts. Safe to do twice, and to break off.
Doing = Callable[[Turn, Callable[[], bool]], Mapping[str, object]]


class Schedules(Protocol):
    """What the service does by itself, as an administrator sees it."""

    def all(self, asked: Asked) -> Sequence[Schedule]:
        """Every schedule, by name."""

    def change(self, asked: Asked, task: Task, *, at: str, is_on: bool, amount: int | None) -> Schedule:
        """Sets when it runs, whether it does, and how much it takes.

        Raises:
            UsageError: `cron_invalid`.
        """

    def run_now(self, asked: Asked, task: Task) -> Schedule:
        """Lets the next node that looks run it."""


class Timetable(Protocol):
    """The same for a process that works; one of them has a task at a time."""

    def take(self) -> Turn | None:
        """Something that is due and that no living process has, for this one."""

    def is_ours(self, turn: Turn) -> bool:
        """Whether nobody has taken it over meanwhile."""

    def finish(self, turn: Turn, state: RunState, result: Mapping[str, object]) -> bool:
        """Ends the run; answers whether it was still ours."""

    def hand_back(self, turn: Turn) -> None:
        """This process has to end before its run: another may go on at once."""
