"""Fetches recordings from addresses: soon, for links expire; none of them waits for another's slow host."""

from __future__ import annotations

import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import BinaryIO, Protocol

import structlog

from qa_service.core.errors import AddressError, QaError, RecordingError, UsageError
from qa_service.core.uploads import TakenFetch
from qa_service.ports.arriving import FetchList

log = structlog.get_logger()

#: So many recordings come at once; one host gets half of that, so that another is never shut out.
THREADS = 8
POLL_S = 1.0
#: How often is said that a recording still comes: well within stores/fetches.py's lease.
_HOLD_EVERY_S = 20.0
#: One try takes no longer; the machine that sends has to manage a gigabyte in it.
TRY_S = 600.0
#: What an answer means that no later one will unsay: elsewhere, wrong, not for us, gone.
_FINAL = frozenset({301, 302, 303, 307, 308, 400, 401, 405, 410, 451})
_FINAL_CODES = frozenset({"address_refused", "answer_too_large"})


class Get(Protocol):
    """`Guard.fetch`."""

    def __call__(self, url: str, limit_bytes: int, into: BinaryIO, *, seconds: float) -> int:
        """Writes what lies at the address into a file; answers how many bytes it has."""


class Fetcher:
    """Takes what is due and fetches it. Any number may work beside one another, in any number of processes."""

    def __init__(
        self, waiting: FetchList, get: Get, scratch: Path, most_bytes: int, *, threads: int = THREADS
    ) -> None:
        """`scratch` is where recordings lie open until they are sealed."""
        self._waiting, self._get = waiting, get
        self._scratch, self._most_bytes = scratch, most_bytes
        self._threads = threads
        self._under_way: Counter[str] = Counter()
        self._lock, self._look = threading.Condition(), threading.Event()

    def run(self, stopping: threading.Event) -> None:
        """Works until `stopping` is set; what is under way then is begun anew by another process."""
        while not stopping.is_set():
            try:
                self.step()
            except QaError as error:
                log.warning("fetches_away", code=error.code)
            self._look.wait(POLL_S)
            self._look.clear()

    def step(self) -> int:
        """Starts what is due and there is room for; answers how much that was.

        Raises:
            DatabaseAway: the list cannot be read.
        """
        with self._lock:
            room = self._threads - self._under_way.total()
            full = [host for host, count in self._under_way.items() if count >= max(1, self._threads // 2)]
        taken: Sequence[TakenFetch] = self._waiting.take(min(room, 2), full) if room > 0 else ()
        for fetch in taken:
            with self._lock:
                self._under_way[fetch.host] += 1
            # Not of a pool: those are waited for when the process ends, and a host may be slow.
            threading.Thread(target=self._do, args=(fetch,), name="fetcher", daemon=True).start()
        if taken:
            self._look.set()  # there may be more
        return len(taken)

    def wait(self) -> None:
        """Waits until nothing is under way."""
        with self._lock:
            self._lock.wait_for(lambda: not self._under_way)

    def _do(self, fetch: TakenFetch) -> None:
        try:
            code, is_final = self._tried(fetch)
            if code:
                self._waiting.failed(fetch, code, is_final=is_final)
            log.info("fetched", fetch_id=fetch.id, code=code, request_id=fetch.request_id)
        except Exception as error:  # noqa: BLE001 - nothing is lost: its lease ends, and it is tried again
            name = error.code if isinstance(error, QaError) else type(error).__name__
            log.warning("fetch_broke_off", fetch_id=fetch.id, code=name)
        finally:
            with self._lock:
                self._under_way[fetch.host] -= 1
                if not self._under_way[fetch.host]:
                    del self._under_way[fetch.host]
                self._lock.notify_all()
            self._look.set()

    def _tried(self, fetch: TakenFetch) -> tuple[str, bool]:
        """Why it did not become a call (a code), and whether another try is of no use; empty when it did."""
        if not fetch.url:
            return "wrong_master_key", True
        with tempfile.TemporaryDirectory(dir=self._scratch) as folder:
            file = Path(folder) / "fetched"
            try:
                with file.open("wb") as opened:
                    held = _Held(opened, lambda: self._waiting.hold(fetch))
                    self._get(fetch.url, self._most_bytes, held, seconds=TRY_S)  # type: ignore[arg-type]
                self._waiting.fetched(fetch, file)
            except AddressError as error:
                is_final = error.code in _FINAL_CODES or error.values.get("status") in _FINAL
                return error.code, is_final
            except RecordingError as error:
                # Empty, or not the bytes that were announced: its recorder may still be writing it.
                return error.code, False
            except UsageError as error:
                return error.code, True
        return "", False


class _Held:
    """A file that says now and then that it grows."""

    def __init__(self, file: BinaryIO, hold: Callable[[], None]) -> None:
        self._file, self._hold = file, hold
        self._next = time.monotonic() + _HOLD_EVERY_S

    def write(self, block: bytes) -> int:
        if time.monotonic() >= self._next:
            self._next = time.monotonic() + _HOLD_EVERY_S
            self._hold()
        return self._file.write(block)
