"""Works on re-scoring in this very process: a command that was asked to judge does not wait for a service."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import typer

from qa_service import bootstrap
from qa_service.core.errors import DatabaseAway, QaError

if TYPE_CHECKING:
    from qa_service.core.people import Asked
    from qa_service.core.rescores import Rescore

_LOOK_S = 0.3
_BEAT_S = 3.0


@contextmanager
def working() -> Iterator[None]:
    """While this lasts, processes of ours take steps beside those of the service's nodes."""
    from qa_service.worker.node import node_name

    stopping, name = threading.Event(), f"rescore-{node_name()}"[:64]
    _beat(name)
    threads = [
        threading.Thread(target=_beat_on, args=(name, stopping), daemon=True),
        threading.Thread(target=bootstrap.rescorer(name).run, args=(stopping,), daemon=True),
    ]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stopping.set()
        for thread in threads:
            thread.join()
        _leave(name)


def until_it_waits(asked: Asked, run: Rescore) -> Rescore:
    """Shows how far a run is until nothing goes on by itself any more.

    Raises:
        QaError: `rescore_failed`: it broke off.
    """
    from qa_service.cli.progress import counting

    desk, shown = bootstrap.rescores(), bootstrap.texts().say(f"rescore.state_{run.state.value}")
    _say_who_goes_first()
    while run.total is None and run.state.works and not run.is_paused:
        run = _look(asked, run)
    with counting(shown, run.total or 0) as done:
        told = 0
        while True:
            for _ in range(run.done - told):
                done()
            told = max(told, run.done)
            if not run.state.works or run.is_paused:
                break
            run = _look(asked, run)
    if run.error_code:
        raise QaError(
            "rescore_failed",
            where=run.id,
            problem=f"broke off: {run.error_code}",
            fix=f"Read the log, then: qa-service rescore resume {run.id}",
            reason=run.error_code,
        )
    found = desk.find(asked, run.id)
    return found or run


def _say_who_goes_first() -> None:
    """Why nothing seems to happen."""
    from qa_service.core.stored import Queue
    from qa_service.stores import jobs
    from qa_service.stores.engine import reading

    with reading(bootstrap.shelves().engine) as connection:
        waiting = jobs.queued(connection, Queue.UPLOAD)
    if waiting:
        typer.echo(bootstrap.texts().say("rescore.waits", calls=waiting), err=True)


def _look(asked: Asked, run: Rescore) -> Rescore:
    time.sleep(_LOOK_S)
    return bootstrap.rescores().find(asked, run.id) or run


def _beat_on(name: str, stopping: threading.Event) -> None:
    while not stopping.wait(_BEAT_S):
        with suppress(DatabaseAway):
            _beat(name)


def _beat(name: str) -> None:
    from qa_service.stores import takeover
    from qa_service.stores.engine import answering, time_of

    kept = bootstrap.shelves()
    with answering(), kept.engine.begin() as connection:
        takeover.beat(connection, name, now=time_of(connection, kept.now))


def _leave(name: str) -> None:
    from qa_service.stores import takeover
    from qa_service.stores.engine import answering

    with suppress(DatabaseAway), answering(), bootstrap.shelves().engine.begin() as connection:
        takeover.leave(connection, name)
