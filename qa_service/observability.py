"""Logs: events with fields, one JSON line each on stderr; nothing that people said ever gets into them."""

from __future__ import annotations

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

log = structlog.get_logger()

#: What an event may say. A field that is not listed here is replaced, so that a slip cannot leak a
#: transcript, a name or a number: adding a field is a decision.
FIELDS = frozenset({
    "event", "level", "timestamp", "call_id", "rulebook", "status", "findings", "moments", "problems",
    "duration_ms", "took_ms", "decode_ms", "asr_ms", "stage", "code", "model", "inputs", "failed", "layout",
    "node", "job_id", "request_id", "queue", "method", "route", "attempts", "delivery_id",
    "source_id", "fetch_id", "count",
})  # fmt: skip
WITHHELD = "[withheld]"


def withhold(_: object, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Replaces the value of every field that is not known to be harmless.

    >>> withhold(None, "info", {"event": "call_judged", "findings": 3, "text": "您好"})
    {'event': 'call_judged', 'findings': 3, 'text': '[withheld]'}
    """
    return {key: value if key in FIELDS else WITHHELD for key, value in event.items()}


class _AsEvent(logging.Handler):
    """Which library speaks up, how loudly, and about which error: messages and tracebacks hold what it worked on."""

    def emit(self, record: logging.LogRecord) -> None:
        """One event without the message."""
        error = record.exc_info[0] if record.exc_info else None
        code = f"{record.name}.{error.__name__}" if error else record.name
        log.log(max(record.levelno, logging.WARNING), "library_spoke", code=code)


def set_up_logs(level: str = "WARNING") -> None:
    """Sends our events to stderr; libraries speak up only from warnings on."""
    spoken = _AsEvent()
    logging.basicConfig(level=logging.WARNING, handlers=[spoken])
    # Without a handler of its own it would print tracebacks, and without this one it would be heard twice.
    dbos = logging.getLogger("dbos")
    dbos.handlers, dbos.propagate = [spoken], False
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            withhold,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
