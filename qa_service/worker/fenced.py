"""A node that was taken for dead, and wakes: for DBOS an error with its traceback, here an event like others."""

from __future__ import annotations

import logging

import structlog

log = structlog.get_logger()


def listen() -> None:
    """From now on in this process."""
    logging.getLogger("dbos").addFilter(_is_news)


def _is_news(record: logging.LogRecord) -> bool:
    """Whether DBOS may say it; that its entry was cancelled, when the work was taken over, is said by us."""
    from dbos._error import DBOSAwaitedWorkflowCancelledError

    error = record.exc_info[1] if record.exc_info else None
    if not isinstance(error, DBOSAwaitedWorkflowCancelledError):
        return True
    log.warning("fenced", job_id=error.workflow_id.rpartition(".")[0])
    return False
