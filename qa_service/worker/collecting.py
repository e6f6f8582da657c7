"""Looks into sources, one after the other, whenever their time has come; any number of processes share them."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Protocol

import structlog

from qa_service.core.errors import QaError

log = structlog.get_logger()

#: How often it looks for a source whose time has come.
POLL_S = 1.0


class Books(Protocol):
    """Which sources wait for somebody to look."""

    def due(self) -> Sequence[str]:
        """Their ids."""


class Collects(Protocol):
    """Collects from one source (usecases/collect.py)."""

    def round(self, source_id: str) -> int:
        """Answers how many things were dealt with."""


class Rounds:
    """One thread of a worker process. What breaks off is told, and begins anew with the next round."""

    def __init__(self, books: Books, collector: Collects) -> None:
        """`collector` takes a source for this process alone."""
        self._books = books
        self._collector = collector

    def run(self, stopping: threading.Event) -> None:
        """Works until `stopping` is set; a recording that is being taken in is finished first."""
        while not stopping.wait(POLL_S):
            try:
                waiting = self._books.due()
            except QaError as error:
                log.warning("sources_away", code=error.code)
                continue
            for source_id in waiting:
                if stopping.is_set():
                    return
                self._round(source_id)

    def _round(self, source_id: str) -> None:
        try:
            done = self._collector.round(source_id)
        except Exception as error:  # noqa: BLE001 - nothing is swallowed: it is told, and comes again
            code = error.code if isinstance(error, QaError) else f"crashed.{type(error).__name__}"
            log.error("round_broke_off", source_id=source_id, code=code)
            return
        if done:
            log.info("round_over", source_id=source_id, count=done)
