"""`qa-service work`: a worker node."""

from __future__ import annotations

import threading
from typing import Annotated

import typer

from qa_service import bootstrap
from qa_service.core.errors import UsageError
from qa_service.core.stored import Queue


def work(
    queues: Annotated[
        str, typer.Option(help="处理哪些队列，逗号分隔 Queues to work on, comma-separated.")
    ] = "live,upload,rescore,maintenance",
) -> None:
    """Takes work from the queues, brings webhooks out and recordings in, until it is asked to stop."""
    chosen, stopping = _chosen(queues), threading.Event()
    bootstrap.job_queue().open()
    courier = threading.Thread(target=bootstrap.courier().run, args=(stopping,), name="courier")
    courier.start()
    for beside in (bootstrap.fetcher(), bootstrap.caretaker()):
        # What they have under way when the process ends is begun anew by another: nobody waits for a slow host.
        threading.Thread(target=beside.run, args=(stopping,), name=type(beside).__name__, daemon=True).start()
    try:
        bootstrap.node().run(chosen)
    finally:
        stopping.set()
        courier.join()


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
