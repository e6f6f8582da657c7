"""The shipped `qa-service serve`, without its worker, which may be told where to die while it takes a call in."""

from __future__ import annotations

import faulthandler
import signal
from collections.abc import Callable
from typing import Any

from qa_service import bootstrap
from qa_service.cli.serve import serve
from qa_service.observability import set_up_logs
from qa_service.stores.intake import StoreIntake
from qa_service.stores.sound import SoundStore
from qa_service.worker.queues import JobQueue
from tests.worker.scripted_node import Point

#: After what is kept: the sealed sound; call, work and queue entry before their one transaction ends; all of it,
#: before the caller is answered.
POINTS = ("after-sealing", "after-enqueueing", "after-accepting")


def _wrapped(point: Point, step: str, real: Callable[..., Any]) -> Callable[..., Any]:
    def mortal(*given: Any, **named: Any) -> Any:
        with point.around(step):
            return real(*given, **named)

    return mortal


def main(name: str) -> None:
    """Runs until it is asked to stop, or until its point; on SIGUSR1 it says where its threads stand."""
    faulthandler.register(signal.SIGUSR1)
    set_up_logs(bootstrap.settings().log_level)
    point = Point(name)
    for owner, method, step in (
        (SoundStore, "put", "sealing"),
        (JobQueue, "start", "enqueueing"),
        (StoreIntake, "accept", "accepting"),
    ):
        setattr(owner, method, _wrapped(point, step, getattr(owner, method)))
    serve(
        host="127.0.0.1", port=0, worker=False, insecure_cookies=False, samples=False, without_sign_in=False
    )
