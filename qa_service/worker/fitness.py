"""Whether this process can work at all: what is its own fault is no call's, and others may do better meanwhile."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum

import structlog

from qa_service.core.stored import Queue
from qa_service.usecases.process import CANNOT_HEAR, CANNOT_WRITE

log = structlog.get_logger()


class Lack(Enum):
    """What a process lacks: how soon it looks again, and how seldom at last, in seconds."""

    EARS = (CANNOT_HEAR, 5.0, 60.0)
    ROOM = (CANNOT_WRITE, 2.0, 15.0)

    @property
    def first_s(self) -> float:
        """The first pause."""
        return self.value[1]

    @property
    def slowest_s(self) -> float:
        """No pause is longer."""
        return self.value[2]


#: Where recordings wait; whoever cannot hear can still judge what was heard.
_TO_BE_HEARD = frozenset({Queue.LIVE, Queue.UPLOAD})


@dataclass(frozen=True, slots=True)
class _Pause:
    code: str
    wait_s: float
    until_s: float


@dataclass(slots=True)
class Fitness:
    """What this process lacks just now. After a pause it draws one piece of work: that tells whether it still does."""

    clock: Callable[[], float] = time.monotonic
    _pauses: dict[Lack, _Pause] = field(default_factory=dict)

    @property
    def trouble(self) -> str:
        """Why it draws no work, a code; empty where it does."""
        return next((pause.code for pause in list(self._pauses.values())), "")

    def blame(self, code: str) -> bool:
        """Takes the fault for an error with this code, where it is this process's; answers whether it is."""
        lack = next((lack for lack in Lack if code in lack.value[0]), None)
        if lack is None:
            return False
        before = self._pauses.get(lack)
        wait_s = lack.first_s if before is None else min(2 * before.wait_s, lack.slowest_s)
        self._pauses[lack] = _Pause(code, wait_s, self.clock() + wait_s)
        if before is None:
            log.error("node_unfit", code=code)
        return True

    def heard(self) -> None:
        """A recording was heard."""
        self._over(Lack.EARS)

    def wrote(self) -> None:
        """A step was kept."""
        self._over(Lack.ROOM)

    def may_draw(self, queue: Queue) -> bool:
        """Whether to take work out of this queue now."""
        lacks = Lack if queue in _TO_BE_HEARD else (Lack.ROOM,)
        found = (self._pauses.get(lack) for lack in lacks)
        return all(pause is None or self.clock() >= pause.until_s for pause in found)

    def _over(self, lack: Lack) -> None:
        pause = self._pauses.pop(lack, None)
        if pause is not None:
            log.warning("node_fit_again", code=pause.code)
