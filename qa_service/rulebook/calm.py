"""Reading and compiling a book makes a million objects that stay: nobody looks for garbage among them meanwhile."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def calm() -> Iterator[None]:
    """Without the collector of circles, which would walk through all of them a dozen times: a third of the work.

    What is counted away is freed as ever. The collector is on again afterwards where it was on before.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
