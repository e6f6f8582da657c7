"""A node whose schedules take for ever: it has them until it is killed."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping

from qa_service import bootstrap
from qa_service.core.schedules import Turn
from qa_service.core.stored import Queue
from qa_service.observability import set_up_logs
from qa_service.worker import timer as timers


def sleep(_: Turn, go_on: Callable[[], bool]) -> Mapping[str, object]:
    """Goes on as long as it may."""
    while go_on():
        time.sleep(0.1)
    return {}


def main() -> None:
    """As `qa-service work`, but for what is done."""
    set_up_logs(bootstrap.settings().log_level)
    timers.POLL_S = 0.2
    node = bootstrap.node()
    made = bootstrap.timer(node.name)
    made.tasks = dict.fromkeys(made.tasks, sleep)
    stopping = threading.Event()
    threading.Thread(target=made.run, args=(stopping,), daemon=True).start()
    node.run((Queue.MAINTENANCE,))
    stopping.set()


if __name__ == "__main__":
    main()
