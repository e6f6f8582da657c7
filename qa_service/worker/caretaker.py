"""Small things that a worker does now and then beside its work; any number of workers may do them at once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

import structlog

log = structlog.get_logger()

EVERY_S = 60.0


class Caretaker:
    """Does every chore once a minute; one that breaks off is tried again a minute later."""

    def __init__(self, chores: Sequence[Callable[[], object]]) -> None:
        self._chores = tuple(chores)

    def run(self, stopping: threading.Event) -> None:
        """Works until `stopping` is set."""
        while not stopping.wait(EVERY_S):
            self.step()

    def step(self) -> None:
        """Every chore once."""
        for chore in self._chores:
            try:
                chore()
            except Exception as error:  # noqa: BLE001 - said, and tried again in a minute
                log.warning("chore_broke_off", code=getattr(error, "code", type(error).__name__))
