"""Tries to come in, counted by this process alone: for an app that stands on no database."""

from __future__ import annotations

from dataclasses import dataclass, field

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter


@dataclass(frozen=True, slots=True)
class OwnTries:
    """Keeps the port `Tries`."""

    counted: MovingWindowRateLimiter = field(default_factory=lambda: MovingWindowRateLimiter(MemoryStorage()))

    def hit(self, kind: str, who: str, most: int) -> bool:
        """Counts a try of the last minute; one too many is answered with False, and not counted."""
        return self.counted.hit(RateLimitItemPerMinute(most), kind, who)
