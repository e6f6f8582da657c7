"""The worker that `serve` brings along: a process of its own, started again when it dies, ended when we end."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

import structlog

log = structlog.get_logger()

#: Who lived this long has worked: what it died of is not why it was started again.
_STEADY_S = 30.0
_LONGEST_S = 30.0


def start_worker() -> subprocess.Popen[bytes]:
    """A process of its own: what kills hearing does not kill the pages. Ctrl-C reaches it through us alone.

    It ends with its standard input, which ends with us, however we die: no worker is left behind.
    """
    asked = [sys.executable, "-m", "qa_service", "work", "--until-input-ends"]
    return subprocess.Popen(asked, start_new_session=True, stdin=subprocess.PIPE)


def delay_s(deaths: int) -> float:
    """How long to wait after so many deaths in a row: what dies at once is not started in a tight loop.

    >>> [delay_s(deaths) for deaths in (1, 2, 3, 4, 5, 6, 1_000_000)]
    [1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0]
    """
    return min(_LONGEST_S, 2.0 ** min(deaths - 1, 10))


@dataclass(slots=True)
class EmbeddedWorker:
    """Keeps one worker alive. `sweep` removes the plain sound that dead processes left on the disk."""

    sweep: Callable[[], None]
    start: Callable[[], subprocess.Popen[bytes]] = start_worker
    delay_s: Callable[[int], float] = delay_s
    ending: threading.Event = field(default_factory=threading.Event)
    #: Nobody is started while we are being asked to end; a signal may come while this thread asks.
    _hand: threading.RLock = field(default_factory=threading.RLock)
    _child: subprocess.Popen[bytes] | None = None
    _keeper: threading.Thread = field(init=False)

    def __post_init__(self) -> None:
        self._keeper = threading.Thread(target=self._keep, name="worker-keeper", daemon=True)

    def begin(self) -> None:
        """Starts it; returns at once."""
        self._keeper.start()

    def ask(self) -> None:
        """Asks it to end, once: its second signal would be an order to drop everything."""
        with self._hand:
            if not self.ending.is_set():
                self.ending.set()
                if self._child is not None:
                    self._child.terminate()

    def wait(self, seconds: float) -> bool:
        """Waits until it has ended; answers whether it has."""
        self._keeper.join(seconds)
        return not self._keeper.is_alive()

    def drop(self) -> None:
        """Ends it at once; what it had is taken over at the next start, and nothing of it stays open here."""
        with self._hand:
            self.ending.set()
            if self._child is not None:
                self._child.kill()
        self._keeper.join()

    def _keep(self) -> None:
        deaths = 0
        while not self.ending.is_set():
            begun_s = time.monotonic()
            code = self._lived()
            if self.ending.is_set():
                return
            deaths = 1 if time.monotonic() - begun_s >= _STEADY_S else deaths + 1
            log.error("worker_died", code=code, attempts=deaths)
            self.ending.wait(self.delay_s(deaths))

    def _lived(self) -> str:
        """One life, from its start to its end: what it died of."""
        try:
            with self._hand:
                if self.ending.is_set():
                    return ""
                self._child = self.start()
        except OSError as error:
            return f"not_started.{type(error).__name__}"
        with self._child as child:
            died_of = child.wait()
        with suppress(OSError):  # a full disk: whoever is started next sweeps too
            self.sweep()
        return f"signal.{-died_of}" if died_of < 0 else f"exit.{died_of}"
