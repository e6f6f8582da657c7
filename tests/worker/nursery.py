"""Nodes that are forked from a process which has loaded everything: loading costs more than what a death shows.

What is forked is a process like any other: it has its own id, dies of signals, and leaves behind what they leave.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]


@dataclass
class Nursery:
    """The process that forks, asked one thing at a time."""

    process: subprocess.Popen[str]
    one_at_a_time: threading.Lock = field(default_factory=threading.Lock)

    def born(self, play: str, point: str, env: Mapping[str, str], log: Path) -> Forked:
        """A process with a script ("node": scripted_node.py, "web": scripted_web.py) that dies at the point."""
        wanted = {"play": play, "point": point, "env": dict(env), "log": str(log)}
        return Forked(self, self.ask(wanted))

    def ask(self, wanted: Mapping[str, Any]) -> Any:
        with self.one_at_a_time:
            assert self.process.stdin
            assert self.process.stdout
            print(json.dumps(wanted), file=self.process.stdin, flush=True)
            return json.loads(self.process.stdout.readline())


@dataclass
class Forked:
    """One of its children, with the words of `subprocess.Popen`."""

    nursery: Nursery
    pid: int
    returncode: int | None = None

    def poll(self) -> int | None:
        if self.returncode is None:
            self.returncode = self.nursery.ask({"ended": self.pid})
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        end = time.monotonic() + (timeout or float("inf"))
        while (code := self.poll()) is None:
            if time.monotonic() >= end:
                raise subprocess.TimeoutExpired(f"node {self.pid}", timeout or 0)
            time.sleep(0.05)
        return code

    def send_signal(self, sign: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, sign)

    def kill(self) -> None:
        self.send_signal(9)


@contextlib.contextmanager
def nursery(folder: Path, env: Mapping[str, str]) -> Iterator[Nursery]:
    """Ends with its pipe; its children are whoever asked for them to end."""
    asked = [sys.executable, "-m", "tests.worker.nursery"]
    own = {**env, "QA_DATA_DIR": str(folder / "data")}
    with subprocess.Popen(
        asked, cwd=ROOT, env=own, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        yield Nursery(process)
        assert process.stdin
        process.stdin.close()


def main() -> None:
    """Answers a point with the id of a new node, an id with how that node ended or null."""
    from tests.worker import scripted_node, scripted_web

    plays = {"node": scripted_node.main, "web": scripted_web.main}
    scripted_node.warm()
    for line in sys.stdin:
        wanted = json.loads(line)
        if "ended" in wanted:
            ended, status = os.waitpid(wanted["ended"], os.WNOHANG)
            print(json.dumps(os.waitstatus_to_exitcode(status) if ended else None), flush=True)
        elif pid := os.fork():
            print(pid, flush=True)
        else:
            _be(wanted, plays[wanted["play"]])


def _be(wanted: Mapping[str, Any], play: Callable[[str], None]) -> None:
    """What the child does, from its first to its last."""
    from qa_service import bootstrap

    said = os.open(wanted["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for mine, its in ((nothing, 0), (said, 1), (said, 2)):
        os.dup2(mine, its)
    os.environ.clear()
    os.environ.update(wanted["env"])
    bootstrap.settings.cache_clear()
    try:
        play(wanted["point"])
    except Exception:  # noqa: BLE001 - nothing is swallowed: it is said, and the process ends with it
        traceback.print_exc()
        sys.exit(1)
    sys.exit(0)


if __name__ == "__main__":
    main()
