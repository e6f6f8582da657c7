"""Judges stored calls again, chunk by chunk, in processes of their own: Python threads would judge one at a time.

A process that judges is told one step after the other on its input, and answers each with a line. It ends with its
input, which ends with us, however we die. Whatever it dies of costs one chunk one try.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from typing import Any, Protocol

import structlog

from qa_service.core.errors import DatabaseAway
from qa_service.core.rescores import Turn

log = structlog.get_logger()

#: How often a slot looks for a step; while there are some, it does not wait.
POLL_S = 2.0
#: Whoever is waited for goes first; the system gives these processes what is left.
_LEAST = 15


class Turns(Protocol):
    """Who does what (stores/rescore_turns.py)."""

    def take(self) -> Turn | None:
        """Something to do; None where there is nothing."""

    def let_go(self, turn: Turn, code: str) -> None:
        """The step broke off: it is tried again, a few times."""

    def put_back(self, turn: Turn) -> None:
        """The step could not be done here and now; that was no try."""


def start_judge() -> subprocess.Popen[str]:
    """A process that judges; its log is ours."""
    asked = [sys.executable, "-m", "qa_service", "rescore-process"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    return subprocess.Popen(asked, start_new_session=True, text=True, **pipes)  # type: ignore[call-overload, no-any-return]


@dataclass(slots=True)
class Judge:
    """One process that judges, started when there is something to do, and again when it died."""

    start: Callable[[], subprocess.Popen[str]] = start_judge
    _child: subprocess.Popen[str] | None = None

    def do(self, turn: Turn) -> Mapping[str, Any]:
        """What came of the step: what the log says of it, or `code`, and whether that was a try.

        Raises:
            BrokenPipeError: the process died.
        """
        if self._child is None or self._child.poll() is not None:
            self.end()
            self._child = self.start()
        wanted, answers = self._child.stdin, self._child.stdout
        if wanted is None or answers is None:
            raise BrokenPipeError
        wanted.write(json.dumps(asdict(turn)) + "\n")
        wanted.flush()
        line = answers.readline()
        if not line:
            self.end()
            raise BrokenPipeError
        told: Mapping[str, Any] = json.loads(line)
        return told

    def end(self) -> None:
        """Ends it, where it runs."""
        child, self._child = self._child, None
        if child is None:
            return
        with suppress(OSError):
            child.kill()
        for pipe in (child.stdin, child.stdout):
            with suppress(OSError):
                pipe.close()  # type: ignore[union-attr]
        child.wait()


@dataclass(slots=True)
class Rescorer:
    """Keeps so many processes busy, as long as there is something to do."""

    turns: Turns
    processes: int
    start: Callable[[], subprocess.Popen[str]] = start_judge
    poll_s: float = POLL_S
    _owed: list[tuple[Turn, str]] = field(default_factory=list)
    _hand: threading.Lock = field(default_factory=threading.Lock)

    def run(self, stopping: threading.Event) -> None:
        """Works until `stopping` is set."""
        slots = [
            threading.Thread(target=self._slot, args=(stopping,), name=f"rescorer-{at}", daemon=True)
            for at in range(self.processes)
        ]
        for slot in slots:
            slot.start()
        for slot in slots:
            slot.join()

    def _slot(self, stopping: threading.Event) -> None:
        judge = Judge(self.start)
        try:
            while not stopping.is_set():
                if not self._careful(judge):
                    stopping.wait(self.poll_s)
        finally:
            judge.end()

    def _careful(self, judge: Judge) -> bool:
        try:
            return self._step(judge)
        except Exception as error:  # noqa: BLE001 - said, and tried again: nobody would miss this thread
            log.error("rescorer_broke_off", code=f"crashed.{type(error).__name__}")
            return False

    def _step(self, judge: Judge) -> bool:
        """Does something; answers whether there was anything."""
        try:
            self._settle()
            turn = self.turns.take()
        except DatabaseAway as error:
            log.warning("rescore_away", code=error.code)
            return False
        if turn is None:
            return False
        try:
            told = judge.do(turn)
        except (OSError, ValueError):
            self._give_back(turn, "worker_died")
            return True
        if code := str(told.get("code", "")):
            self._give_back(turn, code if told.get("is_try") else "")
            return bool(told.get("is_try"))
        log.info("rescored", job_id=turn.run_id, stage=turn.step.value, took_ms=told.get("took_ms"))
        return True

    def _give_back(self, turn: Turn, code: str) -> None:
        """As soon as that can be written down."""
        log.warning("rescore_broke_off", job_id=turn.run_id, stage=turn.step.value, code=code or "put_back")
        with self._hand:
            self._owed.append((turn, code))
        with suppress(DatabaseAway):
            self._settle()

    def _settle(self) -> None:
        with self._hand:
            while self._owed:
                turn, code = self._owed[-1]
                if code:
                    self.turns.let_go(turn, code)
                else:
                    self.turns.put_back(turn)
                self._owed.pop()


def give_way() -> None:
    """This process takes what the machine has left."""
    with suppress(OSError, AttributeError):  # not every system lets one ask
        os.nice(_LEAST)
