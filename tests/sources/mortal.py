"""A process that collects and dies at a place: `python -m tests.sources.mortal POINT URL FOLDER AT SOURCE`."""

from __future__ import annotations

import os
import signal
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

from qa_service.stores import source_items
from qa_service.stores.engine import make_engine
from tests.sources.collecting import Centre

POINTS = ("before-the-call-is-kept", "after-the-call-is-kept", "before-the-round-is-over")


class Mortal:
    """The books, with one word that nobody survives."""

    def __init__(self, real: Any, **instead: Any) -> None:
        self.__dict__.update(instead)
        self._real = real

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)


def _die(*_: Any, **__: Any) -> Any:
    os.kill(os.getpid(), signal.SIGKILL)


def main(point: str, url: str, folder: str, at: str, source: str) -> None:
    centre = Centre(make_engine(url), Path(folder), at=datetime.fromisoformat(at))
    ledger = centre.ledger("mortal")
    if point == POINTS[0]:
        source_items.end = _die  # within the transaction that takes the call in
    deadly = {
        POINTS[0]: Mortal(ledger),
        POINTS[1]: Mortal(ledger, accept=lambda *given: _die(ledger.accept(*given))),
        POINTS[2]: Mortal(ledger, end=_die),
    }
    centre.collector(ledger=deadly[point]).round(source)


if __name__ == "__main__":
    main(*sys.argv[1:])
