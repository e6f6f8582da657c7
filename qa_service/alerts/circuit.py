"""Who is left alone for a while: webhooks that do not answer, or that have as much as they may have at once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

#: So many tries of one webhook at a time; one only while it is in trouble.
AT_ONCE = 2
#: After so many failures in a row nothing is sent for OPEN_S; then one try decides.
FAILURES = 3
OPEN_S = 10.0


@dataclass(slots=True)
class _Line:
    running: int = 0
    failures: int = 0
    quiet_until: float = float("-inf")

    def is_blocked(self, now: float) -> bool:
        return now < self.quiet_until or self.running >= (1 if self.failures else AT_ONCE)


@dataclass(slots=True)
class Circuits:
    """One circuit per webhook, in memory: after a restart everybody is trusted once more."""

    clock: Callable[[], float]
    _lines: dict[str, _Line] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def blocked(self) -> frozenset[str]:
        """Webhooks that get nothing now."""
        now = self.clock()
        with self._lock:
            return frozenset(name for name, line in self._lines.items() if line.is_blocked(now))

    def began(self, webhook_id: str) -> None:
        """A try is under way."""
        with self._lock:
            self._lines.setdefault(webhook_id, _Line()).running += 1

    def ended(self, webhook_id: str, *, is_in_trouble: bool, wait_s: float = 0.0) -> None:
        """The try is over; `wait_s` is how long the other side asked to be left alone."""
        now = self.clock()
        with self._lock:
            line = self._lines[webhook_id]
            line.running -= 1
            line.failures = line.failures + 1 if is_in_trouble else 0
            open_s = OPEN_S if line.failures >= FAILURES else 0.0
            if pause_s := max(open_s, wait_s):
                line.quiet_until = now + pause_s
            if not line.running and not line.failures and line.quiet_until <= now:
                del self._lines[webhook_id]
