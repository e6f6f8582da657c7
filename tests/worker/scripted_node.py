"""A worker node with a script for ears, which may be told where to die; nursery.py starts it.

Everything else is the shipped node as bootstrap makes it. The points lie around the steps that are kept; what
wraps them stands here, so that the product has no hooks. Two times are shortened, so that a matrix of deaths is
quick: how often a node says that it lives, and after how long it counts as dead.
"""

from __future__ import annotations

import faulthandler
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

from qa_service import bootstrap
from qa_service.audio import jail
from qa_service.core.measured import MeasuredCall
from qa_service.core.stored import Job, Queue, StoredCall
from qa_service.lab.bench.child import scripted_ears
from qa_service.observability import set_up_logs
from qa_service.ports.storing import Workbench
from qa_service.rulebook.book import Rulebook
from qa_service.stores import jobs, takeover
from qa_service.usecases.analyze import Analyst, Analyzed, Request
from qa_service.usecases.measure import Manners
from qa_service.worker import node as nodes
from qa_service.worker import queues
from tests.worker.short_call import script

#: Deaths at the wrapped steps: before and after each.
STEPS = ("claim", "sound", "keep-measured", "claim-again", "judge", "keep-evaluation", "finish")
#: The decoder's child kills the node, or dies alone, once.
DECODER, DECODER_ALONE = "in-decoder", "decoder-alone"
DEATHS = (*(f"{when}-{step}" for step in STEPS for when in ("before", "after")), DECODER)
POINTS = (*DEATHS, DECODER_ALONE)
#: How a node ends that has come past its death.
NOT_REACHED = 3
#: Not deaths: an error that nobody expected, a worker that is slow to hear, one that sleeps in a transaction, and
#: one that sleeps between being ready and drawing work.
RAISES, SLOW, SLEEPS, READY = "raises-in-judge", "slow", "sleeps-in-finish", "sleeps-ready"


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


@dataclass(frozen=True)
class Point:
    """Where this process ends."""

    name: str

    def before(self, step: str) -> None:
        if self.name == f"before-{step}":
            _die()

    def after(self, step: str) -> None:
        if self.name == f"after-{step}":
            _die()

    @contextmanager
    def around(self, step: str) -> Iterator[None]:
        self.before(step)
        yield
        self.after(step)


class MortalBench:
    """The workbench with points around what it keeps; all else is the real one's."""

    def __init__(self, real: Workbench, point: Point) -> None:
        self._real, self._point, self._claims = real, point, 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def claim(self, job_id: str) -> Job | None:
        self._claims += 1
        with self._point.around("claim" if self._claims == 1 else "claim-again"):
            return self._real.claim(job_id)

    @contextmanager
    def sound(self, call: StoredCall) -> Iterator[Path]:
        self._point.before("sound")
        with self._real.sound(call) as file:
            self._point.after("sound")
            yield file

    def keep_measured(self, *given: Any) -> None:
        with self._point.around("keep-measured"):
            self._real.keep_measured(*given)

    def keep_evaluations(self, *given: Any) -> None:
        with self._point.around("keep-evaluation"):
            self._real.keep_evaluations(*given)


class MortalAnalyst:
    """Hears by script, and judges with points around it."""

    def __init__(self, real: Analyst, point: Point) -> None:
        self._real, self._point = real, point

    def __getattr__(self, name: str) -> Any:
        """All else is the real one's."""
        return getattr(self._real, name)

    def heard(self, request: Request, manners: Manners) -> Any:
        if self._point.name.startswith(SLOW):
            _dawdle(manners, float(self._point.name.removeprefix(SLOW) or 3))
        return self._real.heard(request, manners)

    def measured(self, call: MeasuredCall, request: Request) -> Analyzed:
        if self._point.name == RAISES:
            raise ZeroDivisionError
        with self._point.around("judge"):
            return self._real.measured(call, request)


def _dawdle(manners: Manners, seconds: float) -> None:
    """As a recogniser at a long call: it takes its time, says how far it is, and asks whether to go on."""
    from qa_service.core.errors import Cancelled

    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        manners.progress("asr", seconds - left, seconds)
        if manners.cancelled():
            raise Cancelled
        time.sleep(0.05)


def _in_the_transaction(point: Point) -> None:
    """Points between the last two writes of the transaction that ends the work."""
    finish: Callable[..., None] = jobs.finish

    def mortal(*given: Any, **named: Any) -> None:
        if point.name == SLEEPS:
            os.kill(os.getpid(), signal.SIGSTOP)
        with point.around("finish"):
            finish(*given, **named)

    jobs.finish = mortal


def _before_it_draws(point: Point) -> None:
    """It says so in its log, as far as that is needed to know that it sleeps."""
    draw = queues.draw

    def late(wanted: tuple[Queue, ...]) -> None:
        if point.name == READY and not late_once:
            late_once.append(True)
            print(READY, flush=True)
            os.kill(os.getpid(), signal.SIGSTOP)
        draw(wanted)

    late_once: list[bool] = []
    queues.draw = late  # type: ignore[assignment]


def _in_the_decoder(point: Point) -> None:
    """The decoder's child is a process of its own: it gets one more line."""
    if point.name == DECODER:
        jail._START = f"import os; os.kill(os.getppid(), 9); {jail._START}"
    if point.name == DECODER_ALONE:
        once = bootstrap.settings().data_dir / "died-once"
        lines = (
            f"import os; os.path.exists({str(once)!r}) or "
            f"(os.close(os.open({str(once)!r}, os.O_CREAT)), os.kill(os.getpid(), 9))"
        )
        jail._START = f"{lines}; {jail._START}"


@cache
def _book() -> Rulebook:
    return bootstrap.rulebook()


def warm() -> None:
    """Loads what takes long, but starts no thread: for a process that forks nodes (nursery.py)."""
    import dbos
    import faster_whisper.vad
    import uvicorn

    from qa_service.stores import keys, migrate, roster, sound, workbench
    from qa_service.web import app

    assert all((dbos, faster_whisper.vad, uvicorn, keys, migrate, roster, sound, workbench, app))
    _book()
    bootstrap.tokenizer().tokens("您好")


def main(name: str) -> None:
    """Runs until it is asked to stop, or until its point; on SIGUSR1 it says where its threads stand."""
    faulthandler.register(signal.SIGUSR1)
    set_up_logs(bootstrap.settings().log_level)
    if not os.environ.get("REAL_TIMES"):
        nodes.BEAT_S, takeover.DEAD_AFTER = 0.4, timedelta(seconds=1.6)
    point = Point(name)
    _in_the_transaction(point)
    _in_the_decoder(point)
    _before_it_draws(point)
    node = bootstrap.node()
    real = cache(lambda: bootstrap.analyst(_book(), scripted_ears(script()), bootstrap.scratch().folder))

    def mortal() -> MortalAnalyst:
        return MortalAnalyst(real(), point)

    def noted(job: Job, done: str, took_ms: int) -> None:
        nodes.note(job, done, took_ms)
        if done == "judged" and name in DEATHS:
            print(
                f"all is done and {name} was not reached: the node is wrapped where nobody goes", flush=True
            )
            os._exit(NOT_REACHED)

    node.processor = replace(
        node.processor,
        bench=MortalBench(node.processor.bench, point),
        note=noted,
        analyst=lambda _model: mortal(),  # type: ignore[arg-type,return-value]
        reader=mortal,  # type: ignore[arg-type]
        judgement=replace(node.processor.judgement, reader=mortal),  # type: ignore[arg-type]
    )
    node.run((Queue.UPLOAD,))
