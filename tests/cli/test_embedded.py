"""The worker that `serve` keeps: started again when it dies, ever more slowly; never after it was asked to end."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_service.cli.embedded import EmbeddedWorker, delay_s

PATIENCE_S = 60.0
LIVES = "import time; time.sleep(600)"
#: Says that it is ready, and does not hear the first request.
IS_DEAF = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('!', flush=True); " + LIVES


@dataclass
class House:
    """What the keeper was seen to do."""

    born: list[subprocess.Popen[bytes]] = field(default_factory=list)
    waited_after: list[int] = field(default_factory=list)
    swept: int = 0

    def sweep(self) -> None:
        self.swept += 1

    def no_delay(self, deaths: int) -> float:
        self.waited_after.append(deaths)
        return 0.0


def wait_until(come: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE_S
    while not come():
        assert time.monotonic() < end
        time.sleep(0.01)


@contextmanager
def kept(house: House, *lives: str) -> Iterator[EmbeddedWorker]:
    """A worker that lives each of these lives, and then the last one again and again."""

    def start() -> subprocess.Popen[bytes]:
        program = lives[min(len(house.born), len(lives) - 1)]
        if program == "":
            raise BlockingIOError
        house.born.append(
            subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        )
        return house.born[-1]

    worker = EmbeddedWorker(house.sweep, start, house.no_delay)
    worker.begin()
    try:
        yield worker
    finally:
        worker.drop()


@pytest.mark.parametrize(
    "dies",
    [
        pytest.param("import os; os.kill(os.getpid(), 9)", id="killed"),
        pytest.param("raise SystemExit(1)", id="gave up"),
        pytest.param("", id="ended by somebody else"),
        pytest.param("import os; os._exit(0)", id="ended without a word"),
    ],
)
def test_who_dies_is_followed_by_another(dies: str) -> None:
    house = House()
    with kept(house, dies or "pass", LIVES) as worker:
        wait_until(lambda: len(house.born) == 2)
        assert house.swept == 1
        assert house.waited_after == [1]
        worker.ask()
        assert worker.wait(PATIENCE_S)

    assert len(house.born) == 2


def test_who_dies_at_once_is_counted() -> None:
    house = House()
    with kept(house, "pass", "pass", "pass", LIVES):
        wait_until(lambda: len(house.born) == 4)

    assert house.waited_after == [1, 2, 3]


def test_nobody_is_born_while_it_waits_to_end() -> None:
    house = House()
    waiting = threading.Event()

    def long(_: int) -> float:
        waiting.set()
        return 600.0

    with kept(house, "pass") as worker:
        worker.delay_s = long
        wait_until(waiting.is_set)
        born = len(house.born)
        worker.ask()
        assert worker.wait(PATIENCE_S)

    assert len(house.born) == born


def test_who_cannot_be_started_is_tried_again() -> None:
    house = House()
    with kept(house, "") as worker:
        wait_until(lambda: len(house.waited_after) >= 2)
        worker.ask()
        assert worker.wait(PATIENCE_S)

    assert house.born == []


def test_who_does_not_hear_is_dropped() -> None:
    house = House()
    with kept(house, IS_DEAF) as worker:
        wait_until(lambda: len(house.born) == 1)
        assert house.born[0].stdout
        assert house.born[0].stdout.readline()
        worker.ask()
        assert not worker.wait(0.2)
        worker.drop()
        assert worker.wait(0)

    assert house.born[0].returncode == -9
    assert house.swept == 1


def test_it_is_asked_once() -> None:
    house = House()
    twice = (
        "import signal, sys\n"
        "heard = []\n"
        "signal.signal(signal.SIGTERM, lambda *_: heard.append(1))\n"
        "print('!', flush=True)\n"
        "sys.stdin.read()\n"
        "sys.exit(len(heard))"
    )
    with kept(house, twice) as worker:
        wait_until(lambda: len(house.born) == 1)
        (child,) = house.born
        assert child.stdout
        assert child.stdin
        assert child.stdout.readline()
        worker.ask()
        worker.ask()
        with suppress(BrokenPipeError):
            child.stdin.close()
        assert worker.wait(PATIENCE_S)

    assert child.returncode == 1


@given(st.integers(1, 10**9))
def test_no_delay_is_shorter_than_the_one_before(deaths: int) -> None:
    assert 1 <= delay_s(deaths) <= delay_s(deaths + 1) <= 30
