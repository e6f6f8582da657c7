"""`qa-service work`: a worker node."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable
from typing import Annotated

import typer

from qa_service import bootstrap
from qa_service.core.errors import UsageError
from qa_service.core.stored import Queue

#: What is being fetched gets this long to arrive, and a schedule to hand its run back; another process goes on with it.
_PATIENCE_S = 2.0
_INPUT = 0


def work(
    queues: Annotated[
        str, typer.Option(help="处理哪些队列，逗号分隔 Queues to work on, comma-separated.")
    ] = "live,upload,rescore,maintenance",
    until_input_ends: Annotated[bool, typer.Option(hidden=True)] = False,
) -> None:
    """Works on the queues, brings recordings in and webhooks out, runs schedules, until it is asked to stop."""
    chosen, stopping, node = _chosen(queues), threading.Event(), bootstrap.node()
    bootstrap.job_queue().open()
    if until_input_ends:
        threading.Thread(target=_end_with_input, name="input", daemon=True).start()
    courier = threading.Thread(target=bootstrap.courier().run, args=(stopping,), name="courier")
    beside = [
        _beside("rounds", bootstrap.rounds(node.name).run, stopping),
        _beside("fetcher", bootstrap.fetcher().run, stopping),
        _beside("timer", bootstrap.timer(node.name, has_schedules=Queue.MAINTENANCE in chosen).run, stopping),
    ]
    if Queue.RESCORE in chosen:
        beside.append(_beside("rescorer", bootstrap.rescorer(node.name).run, stopping))
    for thread in (courier, *beside):
        thread.start()
    try:
        node.run(chosen)
    finally:
        stopping.set()
        courier.join()
        for thread in beside:
            thread.join(_PATIENCE_S)


def _end_with_input() -> None:
    """Whoever started this process is gone: as if it had asked us to stop.

    Read without Python's buffer: its lock, held in here, would abort the process when the interpreter ends.
    """
    while os.read(_INPUT, 1024):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


def _beside(name: str, run: Callable[[threading.Event], None], stopping: threading.Event) -> threading.Thread:
    """What it is in the middle of, another node goes on with: nobody waits for it long."""
    return threading.Thread(target=run, args=(stopping,), name=name, daemon=True)


def _chosen(names: str) -> tuple[Queue, ...]:
    wanted = {name.strip() for name in names.split(",") if name.strip()}
    known = {queue.value for queue in Queue}
    if not wanted or wanted - known:
        raise UsageError(
            "no_such_queue",
            where="--queues",
            problem=f"{', '.join(sorted(wanted - known)) or 'nothing'} is not a queue",
            fix=f"Use some of {', '.join(queue.value for queue in Queue)}",
            known=", ".join(queue.value for queue in Queue),
        )
    return tuple(queue for queue in Queue if queue.value in wanted)
