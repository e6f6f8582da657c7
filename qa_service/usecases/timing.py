"""How long the stages of one piece of work took, for reports and benchmarks."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass(slots=True)
class Stopwatch:
    """Adds up wall-clock milliseconds per stage; a stage entered twice counts both times."""

    taken_ms: dict[str, int] = field(default_factory=dict)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Everything inside counts for `name`, also when it fails."""
        begun = time.perf_counter()
        try:
            yield
        finally:
            took_ms = round((time.perf_counter() - begun) * 1000)
            self.taken_ms[name] = self.taken_ms.get(name, 0) + took_ms
