"""Brings deliveries out: at least once each, many at a time, none of them waiting for another's receiver."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import structlog

from qa_service.alerts.circuit import Circuits
from qa_service.alerts.webhook import Outcome, Verdict
from qa_service.core.errors import QaError
from qa_service.core.webhooks import Delivery
from qa_service.ports.storing import Outbox

log = structlog.get_logger()

#: So many deliveries are under way at once; a receiver that hangs holds two of them, and soon one.
THREADS = 16
#: How often it looks for what is due.
POLL_S = 1.0


class Courier:
    """Takes what is due and delivers it. Any number may work beside one another, in any number of processes."""

    def __init__(
        self,
        outbox: Outbox,
        send: Callable[[Delivery], Outcome],
        *,
        threads: int = THREADS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`send` ends by itself, long before the minute is over for which a delivery is ours."""
        self._outbox = outbox
        self._send = send
        self._circuits = Circuits(clock)
        self._free = threading.Semaphore(threads)
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="courier")
        self._look = threading.Event()

    def run(self, stopping: threading.Event) -> None:
        """Works until `stopping` is set; then what is under way ends first."""
        while not stopping.is_set():
            try:
                self.step()
            except QaError as error:
                log.warning("outbox_away", code=error.code)
                stopping.wait(POLL_S)
            self._look.wait(POLL_S)
            self._look.clear()
        self.close()

    def step(self) -> int:
        """Starts everything that is due and that there is room for; answers how much that was.

        Raises:
            QaError: `database_away`.
        """
        started = 0
        while just_started := self._start_some():
            started += just_started
        return started

    def close(self) -> None:
        """Waits for what is under way; its receivers are waited for no longer than for one try."""
        self._pool.shutdown(wait=True)

    def _start_some(self) -> int:
        """One of each webhook, as long as there are free threads."""
        room = self._room()
        taken: Sequence[Delivery] = ()
        try:
            taken = self._outbox.take(room, self._circuits.blocked()) if room else ()
        finally:
            self._give_back(room - len(taken))
        for delivery in taken:
            self._circuits.began(delivery.webhook_id)
            self._pool.submit(self._deliver, delivery)
        return len(taken)

    def _room(self) -> int:
        """Sets aside every thread that is free."""
        room = 0
        while self._free.acquire(blocking=False):
            room += 1
        return room

    def _give_back(self, room: int) -> None:
        if room:
            self._free.release(room)

    def _deliver(self, delivery: Delivery) -> None:
        outcome = Outcome(Verdict.FAILED, "")
        try:
            outcome = self._tried(delivery)
            self._note(delivery, outcome)
        except Exception as error:  # noqa: BLE001 - nothing is lost: see below
            # It stays taken, is free again after its minute, and is delivered once more under the same id.
            code = error.code if isinstance(error, QaError) else type(error).__name__
            log.warning("delivery_not_noted", delivery_id=delivery.id, code=code)
        finally:
            self._circuits.ended(
                delivery.webhook_id, is_in_trouble=outcome.is_busy, wait_s=outcome.wait.total_seconds()
            )
            self._free.release()
            self._look.set()

    def _tried(self, delivery: Delivery) -> Outcome:
        try:
            return self._send(delivery)
        except Exception as error:  # noqa: BLE001 - nothing is swallowed: it is noted, and tried again
            return Outcome(Verdict.FAILED, f"crashed: {type(error).__name__}")

    def _note(self, delivery: Delivery, outcome: Outcome) -> None:
        log.info("delivery_tried", delivery_id=delivery.id, status=outcome.verdict.value)
        if outcome.verdict is Verdict.DELIVERED:
            self._outbox.delivered(delivery, outcome.answer)
        elif outcome.verdict is Verdict.GONE:
            self._outbox.disable(delivery, outcome.answer)
        else:
            self._outbox.failed(delivery, outcome.answer, outcome.wait)
