"""The shipped server in a process of its own, on loopback: started, asked, watched, ended."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import httpx

from qa_service.core.errors import QaError
from qa_service.core.people import Right

_ADDRESS = re.compile(r"qa-service: (http://\S+)")
_START_S = 120.0
#: How often somebody looks how much memory the process holds.
_LOOK_S = 0.05


@dataclass(frozen=True, slots=True)
class Server:
    """A server that runs, and a key that opens everything in it."""

    process: subprocess.Popen[str]
    url: str
    key: str

    def client(self) -> httpx.Client:
        """A program that may do all."""
        headers = {"Authorization": f"Bearer {self.key}"}
        return httpx.Client(base_url=self.url, headers=headers, timeout=120, trust_env=False)

    def resident_mb(self) -> float:
        """The memory that the web process holds now, in MB (10^6 bytes)."""
        return _resident_mb(self.process.pid)

    def metrics(self) -> dict[str, float]:
        """The numbers that the server tells of itself, all of one moment."""
        with self.client() as client:
            told = client.get("/metrics").text
        lines = (line.rpartition(" ") for line in told.splitlines() if line and not line.startswith("#"))
        return {name: float(value) for name, _, value in lines}

    @contextmanager
    def watched(self) -> Iterator[Callable[[], float]]:
        """While it lasts, the most memory is kept in mind; asked for, it is told in MB."""
        peak, over = [self.resident_mb()], threading.Event()

        def look() -> None:
            while not over.wait(_LOOK_S):
                peak[0] = max(peak[0], self.resident_mb())

        looking = threading.Thread(target=look, daemon=True)
        looking.start()
        try:
            yield lambda: peak[0]
        finally:
            over.set()
            looking.join()


@contextmanager
def serving(env: Mapping[str, str]) -> Iterator[Server]:
    """The web process alone; who works on calls is started apart."""
    command = [sys.executable, "-m", "qa_service", "serve", "--no-worker", "--port", "0"]
    process = subprocess.Popen(
        command, env={**os.environ, **env}, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    try:
        yield Server(process, _told(process), _key(env))
    finally:
        end(process)


@contextmanager
def working(env: Mapping[str, str], processes: int) -> Iterator[tuple[subprocess.Popen[bytes], ...]]:
    """So many worker processes."""
    command = [sys.executable, "-m", "qa_service", "work"]
    started = tuple(
        subprocess.Popen(
            command, env={**os.environ, **env}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        for _ in range(processes)
    )
    try:
        yield started
    finally:
        for process in started:
            end(process)


def end(process: subprocess.Popen[str] | subprocess.Popen[bytes]) -> None:
    """Asks it to stop, and does not wait for ever."""
    process.terminate()
    try:
        process.wait(15)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _told(process: subprocess.Popen[str]) -> str:
    """The address, as the server says it; it is read on afterwards, for ever."""
    said: deque[str] = deque(maxlen=50)
    found: list[str] = []
    there = threading.Event()

    def read(lines: IO[str]) -> None:
        with lines:
            for line in lines:
                said.append(line)
                if match := _ADDRESS.search(line):
                    found.append(match[1])
                    there.set()
        there.set()

    if process.stderr is not None:
        threading.Thread(target=read, args=(process.stderr,), daemon=True).start()
    there.wait(_START_S)
    if not found:
        last = said[-1].strip() if said else "no message"
        raise QaError(
            "bench_failed",
            where="serve",
            problem=f"the server did not start on an empty database: {last}",
            fix="Give an empty database",
        )
    return found[0]


def _key(env: Mapping[str, str]) -> str:
    """A program that may do all: the machine alone gives such keys."""
    command = [sys.executable, "-m", "qa_service", "key", "add", "bench"]
    command += [word for right in Right for word in ("--scope", right.value)]
    made = subprocess.run(command, env={**os.environ, **env}, capture_output=True, text=True, check=True)
    return made.stdout.strip()


def _resident_mb(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text("ascii", "ignore")
    held = next((line for line in status.splitlines() if line.startswith("VmRSS:")), "VmRSS: 0 kB")
    return int(held.split()[1]) * 1_024 / 1e6
