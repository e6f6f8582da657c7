"""A process that works: says that it lives, takes over from the dead, and lets go of what breaks off."""

from __future__ import annotations

import os
import signal
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from types import FrameType

import structlog

from qa_service.core.errors import QaError
from qa_service.core.stored import Queue
from qa_service.ports.storing import Roster
from qa_service.usecases.process import Processor
from qa_service.worker import queues

log = structlog.get_logger()

#: Three of these fit into the time after which a process counts as dead: one late word is no death.
BEAT_S = 3.0
#: What runs gets this long to end when the process is asked to.
_GRACE_S = 8


def node_name() -> str:
    """Unique per process, also after a restart."""
    return f"{socket.gethostname()[:30]}-{os.getpid()}-{os.urandom(4).hex()}"


@dataclass(slots=True)
class Node:
    """One worker process; `run` returns when it was asked to stop."""

    name: str
    url: str
    processor: Processor
    roster: Roster
    stopping: threading.Event = field(default_factory=threading.Event)

    def run(self, wanted: tuple[Queue, ...]) -> None:
        """Works until SIGTERM or SIGINT; a second one ends the process at once."""
        for sign in (signal.SIGTERM, signal.SIGINT):
            signal.signal(sign, self._asked_to_stop)
        self._beat()
        queues.launch(self.url, self.name, self, wanted)
        log.info("worker_started", node=self.name)
        while not self.stopping.wait(BEAT_S):
            self._beat()
        queues.stop(_GRACE_S)
        log.info("worker_stopped", node=self.name)

    def measure(self, job_id: str) -> bool:
        """A step of queues.Steps."""
        return self._careful(self.processor.measure, job_id)

    def judge(self, job_id: str) -> bool:
        """A step of queues.Steps."""
        return self._careful(self.processor.judge, job_id)

    def _careful(self, step: Callable[[str], bool], job_id: str) -> bool:
        """What nobody expected gives the work back, and after three times to a person."""
        try:
            return step(job_id)
        except Exception as error:  # noqa: BLE001 - nothing is swallowed: the work is tried again or shown
            log.error("work_broke_off", job_id=job_id, code=type(error).__name__)
            self.roster.let_go(job_id, f"crashed.{type(error).__name__}")
            return False

    def _beat(self) -> None:
        """A database that is away is waited for."""
        try:
            lost = self.roster.beat()
        except QaError as error:
            log.warning("beat_missed", code=error.code)
            return
        for job in lost:
            log.warning("taken_over", job_id=job.id, node=self.name)
            queues.forget(f"{job.id}.{job.fence - 1}")

    def _asked_to_stop(self, sign: int, _: FrameType | None) -> None:
        if self.stopping.is_set():
            os._exit(128 + sign)
        self.stopping.set()
