"""A process that works: says that it lives, takes over from the dead, and lets go of what breaks off."""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from types import FrameType
from typing import Protocol

import structlog

from qa_service.core.errors import DatabaseAway, QaError
from qa_service.core.stored import Job, Queue
from qa_service.ports.storing import Roster
from qa_service.ports.tracing import Traced
from qa_service.usecases.process import Processor
from qa_service.worker import queues
from qa_service.worker.fitness import Fitness
from qa_service.worker.queues import Entry, JobQueue
from qa_service.worker.traces import Traces

log = structlog.get_logger()

#: Three of these fit into the time after which a process counts as dead: one late word is no death.
BEAT_S = 3.0
#: What runs gets this long to end when the process is asked to; with what comes after it is less than 10 s.
_GRACE_S = 5
_GIVES_WAY = 10
_DOWN_S = 2.0


def node_name() -> str:
    """Unique per process, also after a restart."""
    return f"{socket.gethostname()[:30]}-{os.getpid()}-{os.urandom(4).hex()}"


def note(job: Job, done: str, took_ms: int) -> None:
    """Writes a step into the log, under the id of the request that asked for the work."""
    log.info(
        done,
        job_id=job.id,
        call_id=job.call_id,
        queue=job.queue.value,
        took_ms=took_ms,
        request_id=job.request_id,
    )


class Tidy(Protocol):
    """Where plain sound lies on this machine."""

    def sweep(self) -> None:
        """Removes what dead processes left."""

    def clear(self) -> None:
        """Removes what is this process's own."""


def _give_way() -> None:
    """This thread, and whatever it starts, takes what the machine has left: whoever asks is answered first.

    Only on Linux, where threads have a priority of their own: the thread that says we live must not give way.
    """
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _GIVES_WAY)


@dataclass(slots=True)
class Node:
    """One worker process; `run` returns when it was asked to stop."""

    name: str
    processor: Processor
    roster: Roster
    queue: JobQueue
    scratch: Tidy
    stopping: threading.Event = field(default_factory=threading.Event)
    #: Follows the work; nobody, where no collector is set.
    traces: Traces = field(default_factory=Traces)
    #: Whether this process can work at all.
    fitness: Fitness = field(default_factory=Fitness)
    #: What an error of another library says about where we keep things, as an error of ours; None where nothing.
    known: Callable[[Exception], QaError | None] = lambda _: None
    #: Work to be put back at no cost, as soon as that can be written down; and whether nothing could be lately.
    owed: set[str] = field(default_factory=set)
    was_away: bool = False
    #: Queue entries that are being worked on here, by id.
    in_hand: set[str] = field(default_factory=set)
    #: Entries that are ours by DBOS and were not in hand when we last looked.
    suspects: frozenset[str] = frozenset()

    def run(self, wanted: tuple[Queue, ...]) -> None:
        """Works until SIGTERM or SIGINT; a second one ends the process at once."""
        for sign in (signal.SIGTERM, signal.SIGINT):
            signal.signal(sign, self._asked_to_stop)
        self._beat()
        queues.launch(self.queue, self.name, self, wanted)
        self._begin(wanted)
        log.info("worker_started", node=self.name)
        while not self.stopping.wait(BEAT_S):
            self._beat()
        self._stop()

    def _begin(self, wanted: tuple[Queue, ...]) -> None:
        """A disk that fills up, or a database that goes away, at just this moment is waited for."""
        while not self.stopping.is_set():
            try:
                queues.draw(wanted)
            except Exception as error:
                ours = self.known(error)
                if ours is None:
                    raise
                log.warning("start_put_off", code=ours.code)
            else:
                return
            self.stopping.wait(BEAT_S)
            self._beat()

    @contextmanager
    def at_work(self, entry_id: str) -> Iterator[None]:
        """See queues.Steps."""
        self.in_hand.add(entry_id)
        try:
            with self.traces.job(entry_id.rpartition(".")[0]):
                yield
        finally:
            self.in_hand.discard(entry_id)

    def may_draw(self, queue: Queue) -> bool:
        """See queues.Steps."""
        return self.fitness.may_draw(queue)

    def measure(self, job_id: str) -> bool:
        """A step of queues.Steps."""
        return self._careful("measure", self.processor.measure, job_id)

    def judge(self, job_id: str) -> bool:
        """A step of queues.Steps."""
        return self._careful("judge", self.processor.judge, job_id)

    def _careful(self, name: str, step: Callable[[str], bool], job_id: str) -> bool:
        _give_way()
        with self.traces.step(job_id, name) as traced:
            goes_on = self._tried(step, job_id, traced)
            if not goes_on:
                self.traces.tell_why(traced, job_id)
        return goes_on

    def _tried(self, step: Callable[[str], bool], job_id: str, traced: Traced) -> bool:
        """What nobody expected gives the work back, and after three times to a person."""
        try:
            goes_on = step(job_id)
        except Exception as error:  # noqa: BLE001 - nothing is swallowed: the work is tried again or shown
            ours = self.known(error) or error
            code = ours.code if isinstance(ours, QaError) else f"crashed.{type(error).__name__}"
            traced.fail(code)
            self._broke_off(job_id, code)
            return False
        self.fitness.wrote()
        return goes_on

    def _broke_off(self, job_id: str, code: str) -> None:
        # Where the database is away, the next beat finds work that is ours and that nobody has in hand.
        with suppress(DatabaseAway):
            if self.fitness.blame(code):
                log.warning("work_put_off", job_id=job_id, code=code)
                self.owed.add(job_id)
                self._put_back(job_id)
                self._start_unclaimed(job_id)
            else:
                log.error("work_broke_off", job_id=job_id, code=code)
                self.roster.let_go(job_id, code)

    def _start_unclaimed(self, job_id: str) -> None:
        """Work that could not even be claimed waits, but its entry is used up with this try."""
        for entry_id in tuple(self.in_hand):
            name, _, fence = entry_id.rpartition(".")
            if name == job_id:
                self.roster.restart(job_id, int(fence))

    def _put_back(self, job_id: str) -> None:
        self.roster.put_back(job_id)
        self.owed.discard(job_id)

    def _beat(self) -> None:
        """A database that is away is waited for."""
        try:
            for job in self.roster.beat():
                log.warning("taken_over", job_id=job.id, node=self.name)
            self._pick_up()
            self.was_away = False
        except DatabaseAway as error:
            self.was_away = True
            log.warning("beat_missed", code=error.code)
        with suppress(OSError):  # no room even for that; the next beat tries again
            self.scratch.sweep()

    def _pick_up(self) -> None:
        """Work that fell between the queue and us: taken out and never begun, or begun and dropped."""
        for job in self.roster.mine():
            if job.id not in {entry_id.rpartition(".")[0] for entry_id in self.in_hand}:
                # Whoever could not be told, or kept nothing because it could not, has not failed.
                if self.was_away or job.id in self.owed:
                    self._put_back(job.id)
                else:
                    self.roster.let_go(job.id, "broke_off")
        entries = self.queue.in_work()
        dead = self.roster.dead({entry.node for entry in entries} - {self.name})
        idle = [entry for entry in entries if entry.node == self.name and entry.id not in self.in_hand]
        for entry in entries:
            if entry.node in dead or (entry in idle and entry.id in self.suspects):
                self._start_anew(entry)
        self.suspects = frozenset(entry.id for entry in idle)

    def _start_anew(self, entry: Entry) -> None:
        if self.roster.restart(entry.job_id, entry.fence):
            log.warning("picked_up", job_id=entry.job_id, node=self.name)
        self.queue.forget(entry)

    def _stop(self) -> None:
        """Takes no more work, waits a little for what runs, and hands back what does not end."""
        down = threading.Thread(target=queues.stop, args=(_GRACE_S,), daemon=True)
        down.start()
        down.join(_GRACE_S + _DOWN_S)
        try:
            self.roster.leave()
        except DatabaseAway as error:
            log.warning("could_not_sign_off", code=error.code)
        self.traces.tracer.close()
        log.info("worker_stopped", node=self.name)
        if self.in_hand or down.is_alive():
            # Their threads would hold the process for as long as a recogniser takes.
            self.scratch.clear()
            os._exit(0)

    def _asked_to_stop(self, sign: int, _: FrameType | None) -> None:
        if self.stopping.is_set():
            self.scratch.clear()
            os._exit(128 + sign)
        self.stopping.set()
