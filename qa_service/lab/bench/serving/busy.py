"""Lists and progress while two workers keep every core busy with real calls."""

from __future__ import annotations

import itertools
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from qa_service.lab.bench.serving.load import Latency, Question, ask
from qa_service.lab.bench.serving.server import Server, working

#: Two processes with a thread each: what two cores can hold.
_WORKERS = 2
_PER_SECOND = 10.0
#: Models are loaded, and the first calls are under way.
_WARM_S = 20.0


@dataclass(frozen=True, slots=True)
class Busy:
    """How long lists and progress took meanwhile, and how busy the machine was."""

    latency: Mapping[str, Latency]
    #: Share of all cores' time that was not idle, and the calls that the workers finished.
    machine: float
    judged: int


def bench_busy(server: Server, env: Mapping[str, str], recordings: Sequence[Path], seconds: float) -> Busy:
    """Uploads recordings until there is more than enough to do, starts the workers, then asks."""
    jobs = [_upload(server, file) for file in itertools.islice(itertools.cycle(recordings), 40)]
    with working({**env, "QA_THREADS": "1"}, _WORKERS):
        time.sleep(_WARM_S)
        questions = [
            Question("progress", f"/api/v1/jobs/{job}") if number % 2 else Question("list", "/api/v1/calls")
            for number, job in zip(range(int(seconds * _PER_SECOND)), itertools.cycle(jobs), strict=False)
        ]
        before = _cpu()
        answers = ask(server.url, server.key, questions, _PER_SECOND)
        machine = _share(before, _cpu())
        judged = _finished(server, jobs)
    kinds = {kind: [a for a in answers if a.kind == kind] for kind in ("list", "progress")}
    return Busy({kind: Latency.of(found) for kind, found in kinds.items()}, machine, judged)


def _upload(server: Server, file: Path) -> str:
    with server.client() as client, file.open("rb") as opened:
        sent = {"recording": (file.name, opened)}
        answer = client.post("/api/v1/calls", files=sent, data={"allow_duplicate": "true"}).raise_for_status()
    return str(answer.json()["job_id"])


def _finished(server: Server, jobs: Sequence[str]) -> int:
    with server.client() as client:
        states = [client.get(f"/api/v1/jobs/{job}").json()["state"] for job in jobs]
    return states.count("done")


def _cpu() -> tuple[int, int]:
    """Idle and whole time of all cores, in the kernel's ticks."""
    ticks = [int(n) for n in Path("/proc/stat").read_text("ascii").splitlines()[0].split()[1:9]]
    return ticks[3] + ticks[4], sum(ticks)


def _share(before: tuple[int, int], after: tuple[int, int]) -> float:
    idle, whole = after[0] - before[0], after[1] - before[1]
    return 1 - idle / whole if whole else 0.0
